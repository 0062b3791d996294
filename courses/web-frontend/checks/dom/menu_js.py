menu_js = r"""
const button = document.querySelector("#menu-button");
const menu = document.querySelector("#menu");
button.addEventListener("click", () => {
  menu.hidden = !menu.hidden;
});
menu.addEventListener("keydown", (event) => {
  if (event.key === "Escape") menu.hidden = true;
});
"""
