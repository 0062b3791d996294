stepper = r"""
let value;
function createStepper(root, { label, min, max, value: start = min, onChange = () => {} }) {
  value = start;
  root.innerHTML = `<div role="group" aria-label="${label}"><button>less</button><output>${value}</output><button>more</button></div>`;
  const [less, more] = root.querySelectorAll("button");
  function set(wanted) {
    value = wanted;
    root.querySelector("output").textContent = value;
    less.disabled = value <= min;
    more.disabled = value >= max;
    onChange(value);
  }
  less.addEventListener("click", () => set(value - 1));
  more.addEventListener("click", () => set(value + 1));
  return { get value() { return value; }, set };
}
"""
