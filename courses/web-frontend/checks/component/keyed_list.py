keyed_list = r"""
function createList(root, makeItem) {
  return function show(things) {
    root.replaceChildren(...things.map((thing) => makeItem(thing)));
  };
}
"""
