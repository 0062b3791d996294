search_js = r"""
const field = document.querySelector("#search");
const status = document.querySelector('[role="status"]');
const results = document.querySelector("#results");

field.addEventListener("input", async () => {
  try {
    const response = await fetch(`/api/tools?${new URLSearchParams({ q: field.value.trim() })}`);
    const tools = await response.json();
    results.replaceChildren(
      ...tools.map((tool) => {
        const item = document.createElement("li");
        item.textContent = tool.name;
        return item;
      }),
    );
    status.textContent = "";
  } catch {
    status.textContent = "The search does not work just now.";
  }
});
"""
