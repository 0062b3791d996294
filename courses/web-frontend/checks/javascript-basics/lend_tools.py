lend_tools = r"""
function lend(tools, id, visitor) {
  for (const tool of tools) {
    if (tool.id === id) tool.borrower = visitor;
  }
  return tools;
}

function countByKind(tools) {
  const counts = {};
  for (const { kind } of tools) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
"""
