wait_later = r"""
function wait(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function later(milliseconds, task) {
  return new Promise((resolve) => setTimeout(() => resolve(task), milliseconds));
}
"""
