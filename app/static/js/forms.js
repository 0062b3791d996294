// Forms: file drop, one click one submission, drafts kept by themselves.

// A drop area is a label around a real file input: dropping sets the input's files.
const dropText = (area) => {
  const input = area.querySelector('input[type="file"]');
  const text = area.querySelector("[data-drop-text]");
  if (!input || !text) return;
  area.dataset.label ??= text.textContent;
  text.textContent = input.files.length ? [...input.files].map((file) => file.name).join(", ") : area.dataset.label;
};

document.addEventListener("dragover", (event) => {
  const area = event.target.closest?.("[data-drop]");
  if (!area || ![...event.dataTransfer.types].includes("Files")) return;
  event.preventDefault();
  area.setAttribute("data-over", "");
});
document.addEventListener("dragleave", (event) => {
  const area = event.target.closest?.("[data-drop]");
  if (area && !area.contains(event.relatedTarget)) area.removeAttribute("data-over");
});
document.addEventListener("drop", (event) => {
  const area = event.target.closest?.("[data-drop]");
  if (!area) return;
  event.preventDefault();
  area.removeAttribute("data-over");
  const input = area.querySelector('input[type="file"]');
  if (!input || input.disabled) return;
  const held = new DataTransfer();
  for (const file of event.dataTransfer.files) {
    held.items.add(file);
    if (!input.multiple) break;
  }
  input.files = held.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
document.addEventListener("change", (event) => {
  const area = event.target.closest("[data-drop]");
  if (area) dropText(area);
  if (event.target.closest("form[data-filters]") && event.target.matches("select")) event.target.form.requestSubmit();
});

// A form that was sent shows it, and is not sent twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-autosave-only")) return;
  if (form.hasAttribute("data-sent")) {
    event.preventDefault();
    return;
  }
  form.setAttribute("data-sent", "");
  (event.submitter ?? form.querySelector("button.primary"))?.setAttribute("aria-busy", "true");
  // An answer that is a file leaves the page standing; so does a person who stops the sending.
  setTimeout(() => freshen(form), 15000);
});
const freshen = (form) => {
  form.removeAttribute("data-sent");
  for (const button of form.querySelectorAll('[aria-busy="true"]')) button.removeAttribute("aria-busy");
};
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(freshen));

// Drafts: <form data-autosave="/address"> is posted there a moment after the last change and when the page is left. What happened is
// written into the element that data-autosave-status names; its words stand in its data-saving, data-saved and data-failed.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const status = document.getElementById(form.dataset.autosaveStatus ?? "");
  let timer = 0;
  let changed = false;
  let running = false;
  const say = (word) => {
    if (!status) return;
    status.dataset.state = word;
    const text = status.querySelector("[data-text]") ?? status;
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "numeric", minute: "2-digit" }).format(new Date());
    text.textContent = (status.dataset[word] ?? "").replace("{time}", time);
    status.hidden = false;
  };
  const save = async (leaving = false) => {
    clearTimeout(timer);
    if (!changed || (running && !leaving)) return;
    changed = false;
    running = true;
    say("saving");
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Requested-With": "fetch" },
        keepalive: leaving,
        redirect: "error",
      });
      if (!answer.ok) throw new Error(String(answer.status));
      say("saved");
      form.dispatchEvent(new CustomEvent("kisalli:saved", { bubbles: true }));
    } catch {
      changed = true;
      say("failed");
      timer = setTimeout(save, 10000);
    } finally {
      running = false;
      if (changed && status?.dataset.state !== "failed") timer = setTimeout(save, 1000);
    }
  };
  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(save, 1000);
  });
  form.addEventListener("submit", () => {
    changed = false;
    clearTimeout(timer);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save(true);
  });
}
