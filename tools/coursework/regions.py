"""What a trainee must never see: the lines of solutions, hidden tests and mark schemes, found apart from the engine."""

from __future__ import annotations

import json
import re

from tools.coursework.read import Cell

WORDS = ("SOLUTION", "HIDDEN TESTS", "MARK SCHEME")
# Shorter lines ("return x", "else:") stand in lessons and tasks too and prove nothing.
SHORTEST = 12


def split(source: str) -> tuple[list[str], list[str]]:
    """The lines of a cell that may be seen, and those that are kept back."""
    seen: list[str] = []
    kept: list[str] = []
    inside = ""
    for line in source.split("\n"):
        for word in WORDS:
            if not inside and f"BEGIN {word}" in line:
                inside = word
                break
            if inside == word and f"END {word}" in line:
                inside = ""
                break
        else:
            (kept if inside else seen).append(line.strip())
    return seen, kept


def leaks(cells: tuple[Cell, ...], student: bytes) -> list[str]:
    """What the student version gives away, one message for each thing. Outputs are looked at, too."""
    faults: list[str] = []
    notebook = json.loads(student)
    texts: list[str] = []
    for cell in notebook["cells"]:
        texts += _text(cell["source"]).split("\n")
        if cell["cell_type"] == "code" and cell.get("outputs"):
            texts += _text(json.dumps(cell["outputs"], ensure_ascii=False)).split("\\n")
    for word in WORDS:
        pattern = re.compile(rf"(BEGIN|END) {word}")
        faults += [f"the student version still says “{line.strip()}”" for line in texts if pattern.search(line)]
    visible: set[str] = set()
    secret: dict[str, str] = {}
    for cell in cells:
        seen, kept = split(cell.source)
        if cell.kind in ("solution", "answer") and not kept:
            # Without a marked region nbgrader replaces the whole cell.
            seen, kept = [], seen
        visible.update(seen)
        secret.update((line, cell.grade_id) for line in kept if len(line) >= SHORTEST)
    shown = {line.strip() for line in texts}
    for line, grade_id in secret.items():
        if line in shown and line not in visible:
            faults.append(f"the student version gives away a line of “{grade_id}”: {line[:80]}")
    return faults


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "".join(value)
