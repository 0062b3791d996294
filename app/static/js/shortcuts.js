// Shortcuts: an element with data-shortcut="n" is pressed (or, a field, focused) by that key. Never while somebody types; Ctrl, Alt and
// Meta are left to the browser. data-shortcut="shift+1" for Shift with a key, by the key's place, not its letter.

const typing = (element) =>
  element.isContentEditable ||
  element.matches("textarea, select") ||
  (element.matches("input") && !["radio", "checkbox", "button", "submit", "file"].includes(element.type));

const pressed = (event) => {
  if (event.shiftKey && /^(Digit|Key)/.test(event.code)) return `shift+${event.code.replace(/^(Digit|Key)/, "").toLowerCase()}`;
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event.target)) return;
  const names = new Set([pressed(event), event.key]);
  for (const element of document.querySelectorAll("[data-shortcut]")) {
    if (!names.has(element.dataset.shortcut) || element.disabled || element.hidden || !element.checkVisibility()) continue;
    event.preventDefault();
    if (element.matches("input:not([type=radio], [type=checkbox]), textarea, select")) {
      element.focus();
      element.select?.();
    } else {
      if (element.matches("input")) element.focus();
      element.click();
    }
    return;
  }
});
