// The matrix: arrow keys move between the links of its cells, Home and End along a row.

document.addEventListener("keydown", (event) => {
  const sheet = event.target.closest?.("[data-matrix]");
  if (!sheet || event.ctrlKey || event.metaKey || event.altKey) return;
  const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -Infinity], End: [0, Infinity] };
  const move = moves[event.key];
  if (!move) return;
  const rows = [...sheet.querySelectorAll("tr")].map((row) => [...row.cells].map((cell) => cell.querySelector("a, button")));
  const here = event.target.closest("th, td");
  if (!here) {
    // From the region itself, the first arrow goes to the first cell.
    const first = rows.slice(1).flat().find(Boolean) ?? rows.flat().find(Boolean);
    if (!first || event.target !== sheet || event.key !== "ArrowDown") return;
    event.preventDefault();
    first.focus();
    return;
  }
  const row = here.parentElement.rowIndex;
  const column = here.cellIndex;
  let target = null;
  if (Number.isFinite(move[1])) {
    for (let r = row + move[0], c = column + move[1]; rows[r] && c >= 0 && c < rows[r].length; r += move[0], c += move[1]) {
      if (rows[r][c]) {
        target = rows[r][c];
        break;
      }
    }
  } else {
    const links = rows[row].filter(Boolean);
    target = move[1] < 0 ? links[0] : links.at(-1);
  }
  if (!target) return;
  event.preventDefault();
  target.focus();
  target.closest("td, th").scrollIntoView({ block: "nearest", inline: "nearest" });
});
