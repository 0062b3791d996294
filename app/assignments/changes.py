"""What changed in the answers from one attempt to the next, line by line. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

CONTEXT = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a difference. ``kind``: same, new, gone, or gap (lines left out)."""

    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One changed answer, by the grade id of its cell."""

    grade_id: str
    lines: tuple[Line, ...]
    added: int
    removed: int


def line_changes(before: str, after: str) -> tuple[Line, ...]:
    """The difference of two texts with two lines around each change; nothing where they are equal."""
    old, new = before.splitlines(), after.splitlines()
    lines: list[Line] = []
    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT):
        if lines:
            lines.append(Line("gap"))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                lines += [Line("same", text) for text in old[i1:i2]]
            else:
                lines += [Line("gone", text) for text in old[i1:i2]]
                lines += [Line("new", text) for text in new[j1:j2]]
    return tuple(lines)


def answer_changes(before: Mapping[str, str], after: Mapping[str, str], order: Sequence[str]) -> list[Change]:
    """The changed answers among the cells of ``order``; what stands in one attempt only is all new or all gone."""
    found = []
    for grade_id in order:
        lines = line_changes(before.get(grade_id, ""), after.get(grade_id, ""))
        if lines:
            added = sum(line.kind == "new" for line in lines)
            found.append(Change(grade_id, lines, added, sum(line.kind == "gone" for line in lines)))
    return found
