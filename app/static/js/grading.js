// The grading page: points and comment are saved as they are given; a refusal or another coach's points are shown, with nothing lost.

const form = document.querySelector("[data-marks]");
const status = document.getElementById("saved");
const place = form?.querySelector("[data-refusal]");
let timer = 0;
let changed = false;
let running = null;
let stopped = false;

const say = (word) => {
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "numeric", minute: "2-digit" }).format(new Date());
  status.dataset.state = word;
  status.querySelector("[data-text]").textContent = (status.dataset[word] ?? "").replace("{time}", time);
};

const refuse = (text) => {
  const box = document.createElement("div");
  box.className = "errors";
  box.setAttribute("role", "alert");
  const words = document.createElement("p");
  words.textContent = text;
  box.append(words);
  place.replaceChildren(box);
  status.querySelector("[data-text]").textContent = "";
};

const write = (id, text) => {
  const element = document.getElementById(id);
  if (element && text !== undefined) element.textContent = id === "score-now" ? element.textContent.replace(/^[^/]*/, `${text} `) : text;
};

const save = async () => {
  clearTimeout(timer);
  if (!changed || stopped) return;
  changed = false;
  say("saving");
  // The buttons are called "action" too, so the address is read from the attribute.
  try {
    const data = new FormData(form);
    data.set("action", "save");
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body: data, headers: { "X-Requested-With": "fetch" }, redirect: "error" });
    const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
    if (answer.ok && told) {
      form.elements.version.value = told.version;
      write("score-now", told.score);
      write("total-now", told.total);
      place.replaceChildren();
      say("saved");
    } else if (told?.error) {
      // What was typed stays; another coach's points are only replaced when this coach saves on purpose.
      if (told.version) {
        form.elements.version.value = told.version;
        stopped = true;
      }
      refuse(told.error);
    } else {
      throw new Error(String(answer.status));
    }
  } catch {
    changed = true;
    say("failed");
    timer = setTimeout(start, 10000);
  }
};

const start = () => {
  running ??= save().finally(() => {
    running = null;
    if (changed && status.dataset.state !== "failed") timer = setTimeout(start, 600);
  });
  return running;
};

if (form) {
  form.addEventListener("input", (event) => {
    if (event.target.name === "points") form.elements.exact.value = "";
    if (event.target.name === "exact" && event.target.value.trim()) {
      for (const key of form.querySelectorAll('input[name="points"]')) key.checked = false;
    }
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(start, event.target.type === "radio" ? 150 : 800);
  });
  // A button pressed while a save is under way waits for it, so that it does not meet its own change.
  form.addEventListener(
    "submit",
    (event) => {
      clearTimeout(timer);
      if (!running) {
        changed = false;
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      const button = event.submitter;
      running.finally(() => form.requestSubmit(button));
    },
    true,
  );
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches('input[type="radio"], textarea') || (event.target.matches("textarea") && !event.ctrlKey)) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector('button[value="next"]'));
  });
  for (const button of form.querySelectorAll("[data-insert]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const field = form.elements.comment;
      field.value = field.value.trim() ? `${field.value.trimEnd()}\n\n${button.dataset.insert}` : button.dataset.insert;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
  }
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && changed) start();
  });
}
