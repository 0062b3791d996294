store = r"""
function createStore(state) {
  const listeners = new Set();
  return {
    state,
    update(change) {
      const old = this.state;
      this.state = change(old);
      for (const listener of listeners) listener(this.state, old);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
"""
