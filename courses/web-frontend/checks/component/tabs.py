tabs = r"""
function createTabs(root) {
  const all = [...document.querySelectorAll('[role="tab"]')];
  const panels = [...document.querySelectorAll('[role="tabpanel"]')];
  let current = 0;
  function choose(chosen) {
    current = chosen;
    all.forEach((tab, place) => {
      tab.setAttribute("aria-selected", String(place === chosen));
      panels[place].hidden = place !== chosen;
    });
  }
  all.forEach((tab, place) => tab.addEventListener("click", () => choose(place)));
  root.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") choose(current + 1);
    if (event.key === "ArrowLeft") choose(current - 1);
  });
  choose(0);
}
"""
