send_js = r"""
const form = document.querySelector("#booking");
const button = form.querySelector("button");
const status = document.querySelector('[role="status"]');

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  const response = await fetch("/api/bookings", { method: "POST", body: JSON.stringify(Object.fromEntries(new FormData(form))) });
  form.reset();
  if (response.ok) status.textContent = "Booked!";
  else if (response.status === 400) {
    const { errors } = await response.json();
    for (const field in errors) document.querySelector(`#${field}-error`).textContent = errors[field];
    status.textContent = "Please look at the fields.";
  } else status.textContent = "This bench is taken. Please choose another one.";
  button.disabled = false;
});
"""
