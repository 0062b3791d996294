// The page to write answers in: drafts are sent a few seconds after the last change and when a field is left.
// Each field carries what it began from (base-<task>); the server says when another window had changed it meanwhile.

const form = document.querySelector("form[data-writing]");

if (form) {
  const state = document.getElementById("draft-state");
  const dirty = new Set();
  let timer = 0;
  let running = null;

  const say = (word) => {
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "numeric", minute: "2-digit" }).format(new Date());
    state.dataset.state = word;
    state.textContent = (state.dataset[word] ?? "").replace("{time}", time);
  };

  const taskOf = (field) => field.name.slice("answer-".length);

  const showOther = (task, text, when) => {
    const place = document.getElementById(`task-${task}`)?.querySelector(".other-text");
    if (!place) return;
    place.querySelector("[data-other-text]").textContent = text;
    place.querySelector("[data-other-at]").textContent = when;
    place.hidden = false;
  };

  const send = async () => {
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    const sent = [...dirty];
    dirty.clear();
    for (const field of sent) {
      body.set(field.name, field.value);
      body.set(`base-${taskOf(field)}`, form.elements[`base-${taskOf(field)}`].value);
    }
    say("saving");
    try {
      const answer = await fetch(form.dataset.writing, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        // Outlives the page, so that a draft that is on its way when somebody leaves arrives; browsers allow that up to 64 KB.
        keepalive: sent.reduce((sum, field) => sum + field.value.length, 0) < 16000,
        redirect: "error",
      });
      const result = await answer.json();
      if (!answer.ok) throw new Error(result.error ?? String(answer.status));
      let others = 0;
      for (const saved of result.saved) {
        form.elements[`base-${saved.task}`].value = saved.base;
        if (saved.other !== null) {
          others += 1;
          showOther(saved.task, saved.other, saved.other_at);
        }
      }
      say(others ? "other" : "saved");
    } catch {
      for (const field of sent) dirty.add(field);
      say("failed");
      timer = setTimeout(save, 10000);
    }
  };

  const save = async () => {
    clearTimeout(timer);
    if (running) await running;
    if (!dirty.size) return;
    running = send();
    await running;
    running = null;
  };

  form.addEventListener("input", (event) => {
    if (!event.target.name?.startsWith("answer-")) return;
    dirty.add(event.target);
    clearTimeout(timer);
    timer = setTimeout(save, 3000);
  });
  form.addEventListener("focusout", () => save());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    dirty.clear();
  });

  // A new line of code begins where the last one did, and four further in after a colon.
  form.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.isComposing || !field.matches?.("[data-code]")) return;
    const before = field.value.slice(0, field.selectionStart);
    const line = before.slice(before.lastIndexOf("\n") + 1);
    const indent = line.match(/^[ \t]*/)[0] + (line.trimEnd().endsWith(":") ? "    " : "");
    if (!indent) return;
    event.preventDefault();
    field.setRangeText(`\n${indent}`, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
