hours_js = r"""
const chosen = [];
const text = document.querySelector("#chosen");
text.textContent = "Please choose one to three hours.";
for (const button of document.querySelectorAll("[data-hour]")) {
  button.addEventListener("click", () => {
    if (chosen.length === 3) return;
    chosen.push(button.dataset.hour);
    button.setAttribute("aria-pressed", "true");
    text.textContent = `You have chosen: ${chosen}`;
    document.querySelector("#book").disabled = false;
  });
}
"""
