// The shell: closing messages and menus, focus on a summary of faults, a preview of the theme.

const reveal = (root) => {
  for (const button of root.querySelectorAll("[data-close][hidden], [data-open-all][hidden]")) button.hidden = false;
};

document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close]");
  if (close) {
    const message = close.closest(".flash");
    message?.remove();
    document.getElementById("main")?.focus({ preventScroll: true });
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-theme-preview]")) return;
  const theme = event.target.value;
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
});

// A link to a fold on this page opens it.
const openTarget = () => {
  if (!location.hash) return;
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const fold = target?.closest("details");
  if (fold) fold.open = true;
};
window.addEventListener("hashchange", openTarget);
openTarget();

// On a narrow screen the row of tabs scrolls: bring the present one into view.
const present = document.querySelector(".sections [aria-current]");
const row = present?.closest("ul");
if (row && row.scrollWidth > row.clientWidth) row.scrollLeft = present.offsetLeft - (row.clientWidth - present.offsetWidth) / 2;

reveal(document);
document.addEventListener("htmx:after:swap", () => reveal(document));
document.querySelector("[data-autofocus]")?.focus();

// "Open all" of a list of folds: <button data-open-all="selector" data-other="Fold all" hidden>; also where a part of the page is changed later.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-open-all]");
  if (!button) return;
  const folds = [...document.querySelectorAll(button.dataset.openAll)];
  const open = folds.some((fold) => !fold.open);
  for (const fold of folds) fold.open = open;
  const other = button.dataset.other;
  if (other && open !== button.hasAttribute("data-opened")) {
    button.dataset.other = button.textContent;
    button.textContent = other;
  }
  button.toggleAttribute("data-opened", open);
});
