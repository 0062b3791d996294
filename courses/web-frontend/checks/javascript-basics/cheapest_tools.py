cheapest_tools = r"""
function cheapestTools(tools, kind, limit) {
  return tools
    .sort((a, b) => a.price > b.price)
    .filter((tool) => tool.kind === kind)
    .slice(0, limit)
    .map((tool) => tool.name);
}
"""
