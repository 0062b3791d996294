show_tools = r"""
function showTools(tools) {
  const list = document.querySelector("#tools");
  list.innerHTML = "";
  let free = 0;
  for (const tool of tools) {
    if (tool.free) free++;
    list.innerHTML += tool.free ? `<li>${tool.name}</li>` : `<li class="lent">${tool.name} (lent)</li>`;
  }
  document.querySelector("#sum").textContent = `${free} of ${tools.length} tools are free.`;
}
"""
