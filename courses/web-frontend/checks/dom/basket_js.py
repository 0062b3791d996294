basket_js = r"""
let number = 2;
const count = document.querySelector("#count");
count.textContent = `${number} tools`;
for (const button of document.querySelectorAll("button.remove")) {
  button.addEventListener("click", () => {
    button.parentElement.remove();
    number -= 1;
    count.textContent = `${number} tool${number === 1 ? "" : "s"}`;
  });
}
document.querySelector("#clear").addEventListener("click", () => {
  document.querySelector("#basket").innerHTML = "";
});
"""
