"""Course folders as values: courses, assignments, notebooks with their cells, and the typical wrong answers beside them."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

IGNORED = {".ipynb_checkpoints", "__pycache__"}


class Unreadable(Exception):
    """A course folder cannot be read; the message says which file and why."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a source notebook. `kind` is tests, answer, task, solution (no points), given or plain."""

    position: int
    cell_type: str
    source: str
    grade_id: str
    kind: str
    points: float


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """A wrong answer for the solution cell `grade_id`, kept in `path`; it may lose points in the cells `group` only."""

    path: Path
    grade_id: str
    text: str
    group: tuple[str, ...]
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Book:
    """One notebook of an assignment: its bytes, cells and wrong answers."""

    path: Path
    data: bytes
    cells: tuple[Cell, ...]
    wrong: tuple[WrongAnswer, ...]

    @property
    def tests(self) -> list[Cell]:
        """The autograded tests cells."""
        return [cell for cell in self.cells if cell.kind == "tests"]

    @property
    def points(self) -> float:
        """What the notebook is worth, in points."""
        return sum(cell.points for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A folder under source/: its notebooks and the files that go with them (path in the folder -> bytes)."""

    name: str
    folder: Path
    books: tuple[Book, ...]
    files: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Course:
    """A course folder: course.toml as read, and its assignments in the order of the modules."""

    folder: Path
    about: dict[str, Any]
    assignments: tuple[Assignment, ...]

    @property
    def slug(self) -> str:
        """The course's short name, which is its folder's."""
        return self.folder.name

    @property
    def environment(self) -> str:
        """The set of packages that its notebooks run on."""
        return str(self.about.get("environment", "python"))


def read_courses(folder: Path, names: list[str]) -> list[Course]:
    """The courses in a folder, or only those named. Raises Unreadable."""
    found = sorted(path.parent for path in folder.glob("*/course.toml"))
    if names:
        missing = sorted(set(names) - {path.name for path in found})
        if missing:
            raise Unreadable(f"There is no course “{missing[0]}” in {folder}.")
        found = [path for path in found if path.name in names]
    if not found:
        raise Unreadable(f"There is no course in {folder}: no folder in it has a course.toml.")
    return [read_course(path) for path in found]


def read_course(folder: Path) -> Course:
    """One course. Raises Unreadable."""
    try:
        about = tomllib.loads((folder / "course.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unreadable(f"{folder / 'course.toml'}: {error}") from error
    named = [name for module in about.get("modules", []) for name in module.get("assignments", [])]
    return Course(folder, about, tuple(read_assignment(folder, name) for name in named))


def read_assignment(course: Path, name: str) -> Assignment:
    """One assignment with its wrong answers. Raises Unreadable."""
    folder = course / "source" / name
    notebooks = sorted(folder.glob("*.ipynb"))
    if not notebooks:
        raise Unreadable(f"{folder}: there is no notebook, but course.toml names the assignment “{name}”.")
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".ipynb" and not IGNORED & set(path.parts)
    }
    answers = sorted(path for path in (course / "checks" / name).glob("*") if path.suffix in (".py", ".md"))
    books = []
    left = set(answers)
    for path in notebooks:
        data = path.read_bytes()
        cells = read_cells(path, data)
        wrong = []
        for answer in answers:
            grade_id = answer.name.split(".")[0]
            cell = next((cell for cell in cells if cell.grade_id == grade_id), None)
            if cell is None:
                continue
            left.discard(answer)
            text = answer.read_text(encoding="utf-8").rstrip("\n")
            wrong.append(WrongAnswer(answer, grade_id, text, group_of(cell, cells), by_hand=cell.kind == "answer"))
        books.append(Book(path, data, cells, tuple(wrong)))
    if left:
        raise Unreadable(f"{min(left)}: no cell of the assignment has the grade id “{min(left).name.split('.')[0]}”.")
    return Assignment(name, folder, tuple(books), files)


def read_cells(path: Path, data: bytes) -> tuple[Cell, ...]:
    """The cells of a source notebook. Raises Unreadable."""
    try:
        value = json.loads(data)
        return tuple(_cell(position, cell) for position, cell in enumerate(value["cells"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"{path}: not a notebook of format 4 ({error!r}).") from error


def _cell(position: int, cell: dict[str, Any]) -> Cell:
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    mark = cell.get("metadata", {}).get("nbgrader", {})
    grade, solution, task = (bool(mark.get(flag)) for flag in ("grade", "solution", "task"))
    kind = "plain"
    if task:
        kind = "task"
    elif grade:
        kind = "answer" if solution else "tests"
    elif solution:
        kind = "solution"
    elif mark.get("grade_id"):
        kind = "given"
    points = float(mark.get("points") or 0) if grade or task else 0.0
    return Cell(position, cell["cell_type"], source, str(mark.get("grade_id") or ""), kind, points)


def group_of(cell: Cell, cells: tuple[Cell, ...]) -> tuple[str, ...]:
    """The tests cells that belong to a solution cell: those named after it, else those up to the next solution cell."""
    if cell.kind == "answer":
        return (cell.grade_id,)
    tests = [other for other in cells if other.kind == "tests"]
    names = (f"test_{cell.grade_id}", f"test-{cell.grade_id}")
    named = [other.grade_id for other in tests if other.grade_id in names]
    if named:
        solutions = {other.grade_id for other in cells if other.kind == "solution"}
        for other in tests:
            extra = other.grade_id.startswith(tuple(f"{name}{joint}" for name in names for joint in "_-"))
            if extra and other.grade_id[len("test_") :] not in solutions:
                named.append(other.grade_id)
        return tuple(dict.fromkeys(named))
    following: list[str] = []
    for other in cells[cell.position + 1 :]:
        if other.kind in ("solution", "answer") and following:
            break
        if other.kind == "tests":
            following.append(other.grade_id)
    return tuple(following)
