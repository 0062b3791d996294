// The gradebook: a cell's panel is fetched and put beside the sheet, so that the sheet keeps its place. Without script the link opens it.

const book = document.querySelector("[data-panels]");

const close = () => {
  book.querySelector("#peek")?.remove();
  const cell = book.querySelector("td[data-open]");
  cell?.removeAttribute("data-open");
  return cell?.querySelector("a");
};

document.addEventListener("click", async (event) => {
  if (!book || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const shut = event.target.closest("[data-panel-close]");
  if (shut) {
    event.preventDefault();
    history.replaceState(null, "", shut.href);
    close()?.focus();
    return;
  }
  const link = event.target.closest("[data-matrix] td > a");
  if (!link || !book.contains(link)) return;
  event.preventDefault();
  const asked = new URL(link.href);
  const answer = await fetch(book.dataset.panels + asked.search).catch(() => null);
  if (!answer?.ok) {
    location.assign(link.href);
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  close();
  link.closest("td").setAttribute("data-open", "");
  book.append(document.importNode(page.querySelector("#peek"), true));
  history.replaceState(null, "", asked.pathname + asked.search);
  document.getElementById("peek").focus({ preventScroll: true });
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && book?.querySelector("#peek")?.contains(event.target)) book.querySelector("[data-panel-close]").click();
});
