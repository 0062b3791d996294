guestbook_js = r"""
document.querySelector("#guestbook button").addEventListener("click", (event) => {
  event.preventDefault();
  const name = document.querySelector("#name").value;
  const text = document.querySelector("#text").value;
  const error = document.querySelector("#error");
  if (!name) return (error.textContent = "Please write your name.");
  if (!text) return (error.textContent = "Please write a message.");
  const item = document.createElement("li");
  item.textContent = `${name}: ${text}`;
  document.querySelector("#messages").append(item);
  document.querySelector("#guestbook").reset();
});
"""
