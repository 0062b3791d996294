more_js = r"""
const list = document.querySelector("#tools");
const button = document.querySelector("#more");
let number = 1;

async function load() {
  const response = await fetch(number === 1 ? "/api/tools" : `/api/tools?page=${number}`);
  const page = await response.json();
  for (const tool of page.items) {
    const item = document.createElement("li");
    item.textContent = tool.name;
    list.append(item);
  }
  button.hidden = page.next === null;
  number += 1;
}

button.addEventListener("click", load);
load();
"""
