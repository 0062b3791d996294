faces_js = r"""
const button = document.querySelector("#load");
const status = document.querySelector('[role="status"]');
const list = document.querySelector("#bookings");

button.addEventListener("click", async () => {
  status.textContent = "Loading …";
  button.disabled = true;
  list.setAttribute("aria-busy", "true");
  const response = await fetch("/api/bookings");
  const bookings = await response.json();
  list.replaceChildren(
    ...bookings.map((booking) => {
      const item = document.createElement("li");
      item.textContent = `${booking.visitor}, ${booking.bench}`;
      return item;
    }),
  );
  status.textContent = bookings.length ? `${bookings.length} bookings` : "Nobody has booked yet.";
  button.disabled = false;
  list.setAttribute("aria-busy", "false");
});
"""
