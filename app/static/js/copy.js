// Copy buttons: shown only where copying works; say "Copied" for a moment, also to a screen reader.

const textOf = (button) =>
  button.dataset.copy ?? document.getElementById(button.dataset.copyFrom ?? "")?.textContent.trim() ?? "";

const show = () => {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy][hidden], [data-copy-from][hidden]")) button.hidden = false;
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  await navigator.clipboard.writeText(textOf(button));
  const word = button.querySelector("span") ?? button;
  const before = word.textContent;
  word.textContent = button.dataset.copied ?? before;
  word.setAttribute("role", "status");
  setTimeout(() => {
    word.textContent = before;
    word.removeAttribute("role");
  }, 2000);
});

show();
document.addEventListener("htmx:after:swap", show);
