show_price = r"""
function showPrice(tool) {
  if (!tool.price) return "ask us";
  return `${tool.price / 100} €`;
}
"""
