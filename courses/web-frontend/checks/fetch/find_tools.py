find_tools = r"""
async function findTools(words) {
  try {
    const response = await fetch("/api/tools?q=" + words);
    const tools = await response.json();
    return tools.map((tool) => tool.name);
  } catch (error) {
    throw new Error("The server cannot be reached.");
  }
}
"""
