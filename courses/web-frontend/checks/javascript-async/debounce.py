debounce = r"""
function debounce(task, pause) {
  let waiting = false;
  const calm = (...args) => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      task(...args);
    }, pause);
  };
  calm.cancel = () => {
    waiting = false;
  };
  return calm;
}
"""
