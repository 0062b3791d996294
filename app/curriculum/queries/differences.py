"""What differs between two versions of a course: files that came, went or changed, and notebooks cell by cell."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.curriculum.models import CourseFile, CourseVersion
from app.platform import files
from app.platform.database import db
from app.platform.notebooks.cells import nbgrader_facts, raw_cells
from app.platform.notebooks.outputs import text_of

LONGEST = 200_000
CONTEXT = 3


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of a text: ``sign`` is "+" (new), "-" (old) or " " (both)."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class CellDifference:
    """A cell that came ("added"), went ("removed") or changed; ``facts`` are changed points, kind and the like, in words."""

    kind: str
    cell_type: str
    grade_id: str
    lines: list[DiffLine]
    facts: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FileDifference:
    """A file that came, went or changed. For a notebook ``cells``, for another text ``lines``; both empty for other files."""

    path: str
    kind: str
    cells: list[CellDifference] = field(default_factory=list)
    lines: list[DiffLine] = field(default_factory=list)
    is_only_outputs: bool = False


def differences(old: CourseVersion, new: CourseVersion) -> list[FileDifference]:
    """All files that differ, by path."""
    before, after = _addresses(old), _addresses(new)
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    contents = files.load_many({address for side in (before, after) for path in changed if (address := side.get(path))})
    found: list[FileDifference] = []
    for path in sorted(changed):
        was, now = (contents.get(side.get(path, "")) for side in (before, after))
        found.append(compare(path, was, now))
    return found


def _addresses(version: CourseVersion) -> dict[str, str]:
    rows = db.session.execute(select(CourseFile.path, CourseFile.sha256).where(CourseFile.version_id == version.id))
    return {row.path: row.sha256 for row in rows}


def compare(path: str, old: bytes | None, new: bytes | None) -> FileDifference:
    """One file in two versions; None where it does not exist."""
    kind = "added" if old is None else "removed" if new is None else "changed"
    if path.endswith(".ipynb"):
        was, now = _cells(old), _cells(new)
        if was is not None and now is not None:
            cells = compare_cells(was, now)
            return FileDifference(path, kind, cells, is_only_outputs=kind == "changed" and not cells)
    before, after = _text(old), _text(new)
    if before is None or after is None:
        return FileDifference(path, kind)
    return FileDifference(path, kind, lines=line_difference(before, after))


def _text(content: bytes | None) -> str | None:
    if content is None:
        return ""
    if len(content) > LONGEST or b"\0" in content:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def _cells(content: bytes | None) -> list[Any] | None:
    if content is None:
        return []
    try:
        value = json.loads(content)
    except ValueError:
        return None
    return raw_cells(value) if isinstance(value, dict) else None


def _key(cell: Any) -> tuple[Any, ...]:
    return (cell.get("cell_type"), text_of(cell.get("source")), nbgrader_facts(cell))


def compare_cells(old: list[Any], new: list[Any]) -> list[CellDifference]:
    """Cells that differ, in the order of the new notebook; graded cells are matched by grade id, others by text."""
    matcher = difflib.SequenceMatcher(None, [_key(cell) for cell in old], [_key(cell) for cell in new], autojunk=False)
    found: list[CellDifference] = []
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        found += _block(old[start:end], new[new_start:new_end])
    return found


def _block(old: list[Any], new: list[Any]) -> list[CellDifference]:
    left = list(old)
    found = []
    for cell in new:
        partner = _partner(cell, left)
        if partner is None:
            found.append(_one("added", None, cell))
        else:
            left.remove(partner)
            found.append(_one("changed", partner, cell))
    return found + [_one("removed", cell, None) for cell in left]


def _partner(cell: Any, candidates: list[Any]) -> Any:
    """The old cell that a new one comes from: the same grade id, else the most alike of the same type."""
    grade_id = nbgrader_facts(cell)[0]
    if grade_id:
        return next((old for old in candidates if nbgrader_facts(old)[0] == grade_id), None)
    text = text_of(cell.get("source"))[:5000]
    best, ratio = None, 0.5
    for old in candidates:
        if old.get("cell_type") != cell.get("cell_type") or nbgrader_facts(old)[0]:
            continue
        matcher = difflib.SequenceMatcher(None, text_of(old.get("source"))[:5000], text, autojunk=True)
        if matcher.quick_ratio() > ratio and (found := matcher.ratio()) > ratio:
            best, ratio = old, found
    return best


def _one(kind: str, old: Any, new: Any) -> CellDifference:
    cell = new if new is not None else old
    was, now = (nbgrader_facts(side) if side is not None else ("", "", 0.0) for side in (old, new))
    facts = []
    if kind == "changed":
        facts = [
            (name, str(before), str(after))
            for name, before, after in (("role", was[1], now[1]), ("points", f"{was[2]:g}", f"{now[2]:g}"))
            if before != after
        ]
    return CellDifference(
        kind,
        str(cell.get("cell_type")),
        nbgrader_facts(cell)[0],
        line_difference(
            text_of(old.get("source")) if old is not None else "", text_of(new.get("source")) if new is not None else ""
        ),
        facts,
    )


def line_difference(old: str, new: str) -> list[DiffLine]:
    """Two texts line by line, with a little of what is the same around each change; "…" stands for what is left out."""
    if old == new:
        return []
    found: list[DiffLine] = []
    for number, line in enumerate(
        difflib.unified_diff(old[:LONGEST].splitlines(), new[:LONGEST].splitlines(), n=CONTEXT, lineterm="")
    ):
        if number < 2:
            continue
        if line.startswith("@@"):
            if found:
                found.append(DiffLine("…", ""))
            continue
        found.append(DiffLine(line[0], line[1:]))
    return found
