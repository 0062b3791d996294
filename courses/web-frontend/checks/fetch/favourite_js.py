favourite_js = r"""
const button = document.querySelector("#favourite");
const status = document.querySelector('[role="status"]');
button.addEventListener("click", async () => {
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(on));
  try {
    await fetch("/api/favourites/7", { method: on ? "PUT" : "DELETE" });
  } catch {
    status.textContent = "That could not be saved.";
  }
});
"""
