filter_js = r"""
const search = document.querySelector("#search");
const status = document.querySelector('[role="status"]');
search.addEventListener("input", () => {
  let number = 0;
  for (const item of document.querySelectorAll("#tools li")) {
    item.hidden = !item.textContent.includes(search.value);
    if (!item.hidden) number += 1;
  }
  status.textContent = `${number} tools`;
});
"""
