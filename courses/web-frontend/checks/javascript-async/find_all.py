find_all = r"""
async function findAll(tools) {
  const found = [];
  const missing = [];
  for (const tool of tools) {
    try {
      found.push(await askStore(tool));
    } catch {
      missing.push(tool);
    }
  }
  return { found, missing };
}
"""
