el_helper = r"""
function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const key in properties) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), properties[key]);
    else if (properties[key]) element.setAttribute(key, properties[key]);
  }
  for (const child of children) {
    if (typeof child === "string") element.innerHTML += child;
    else element.append(child);
  }
  return element;
}
"""
