where_is = r"""
async function whereIs(tool) {
  if (tool === "") return "Which tool do you need?";
  try {
    return askStore(tool.trim());
  } catch (error) {
    return `Sorry, we do not know where the ${tool} is (${error.message}).`;
  }
}
"""
