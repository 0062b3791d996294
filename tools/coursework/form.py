"""The form of a course, without running anything: course.toml, skills, lessons, grade ids, number of tasks, links."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tools.coursework.read import Assignment, Course
from tools.coursework.regions import split

KEYS: dict[str, type | tuple[type, ...]] = {
    "slug": str,
    "title": str,
    "summary": str,
    "language": str,
    "level": str,
    "hours": (int, float),
}
MODULE_KEYS: dict[str, type | tuple[type, ...]] = {
    "slug": str,
    "title": str,
    "summary": str,
    "hours": (int, float),
    "lesson": str,
}
LEAST_MODULES, LEAST_TASKS, LEAST_BY_HAND = 6, 5, 3
_LINK = re.compile(r"(?<!\\)\]\(<?([^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*)>?\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


def form_faults(course: Course, *, whole: bool = True) -> list[str]:
    """Everything that is wrong with the form, each with its place. `whole` also asks for the size of a full course."""
    faults = _about(course)
    for module in course.about.get("modules", []):
        faults += _lesson(course, module)
    seen: dict[str, str] = {}
    for assignment in course.assignments:
        faults += _assignment(assignment)
        for book in assignment.books:
            faults += link_faults(book.path)
            for cell in book.cells:
                if not cell.grade_id:
                    continue
                if cell.grade_id in seen:
                    faults.append(f"{assignment.name}: the grade id “{cell.grade_id}” is used twice in the course")
                seen[cell.grade_id] = assignment.name
    if whole:
        faults += _size(course)
    return faults


def _about(course: Course) -> list[str]:
    about = course.about
    faults = [
        f"course.toml: “{key}” is missing or of the wrong type"
        for key, kind in KEYS.items()
        if not isinstance(about.get(key), kind)
    ]
    if about.get("slug") != course.slug:
        faults.append(f"course.toml: the slug “{about.get('slug')}” is not the folder's name “{course.slug}”")
    modules = about.get("modules", [])
    for number, module in enumerate(modules, start=1):
        faults += [
            f"course.toml, module {number}: “{key}” is missing or of the wrong type"
            for key, kind in MODULE_KEYS.items()
            if not isinstance(module.get(key), kind)
        ]
    known = known_skills(course.folder.parent)
    named = {skill for place in (about, *modules) for skill in place.get("skills", [])}
    if known is not None:
        faults += [f"course.toml: the skill “{skill}” is not in skills.toml" for skill in sorted(named - known)]
    taught = {skill for module in modules for skill in module.get("skills", [])}
    faults += [f"course.toml: no module teaches “{skill}”" for skill in sorted(set(about.get("skills", [])) - taught)]
    hours = sum(module.get("hours", 0) for module in modules)
    if modules and hours != about.get("hours"):
        faults.append(f"course.toml: the modules take {hours} hours together, but the course says {about.get('hours')}")
    return faults


def known_skills(courses: Path) -> set[str] | None:
    """The slugs of skills.toml beside the courses; None where there is no such file."""
    path = courses / "skills.toml"
    if not path.exists():
        return None
    return {skill["slug"] for skill in tomllib.loads(path.read_text(encoding="utf-8")).get("skills", [])}


def _lesson(course: Course, module: dict[str, Any]) -> list[str]:
    name = str(module.get("lesson", ""))
    path = course.folder / name
    if not name or not path.is_file():
        return [f"{module.get('slug')}: the lesson “{name}” is not there"]
    return notebook_faults(path) + link_faults(path)


def _assignment(assignment: Assignment) -> list[str]:
    faults: list[str] = []
    graded = hidden = 0
    for book in assignment.books:
        faults += [f"{assignment.name}: {fault}" for fault in notebook_faults(book.path)]
        for cell in book.cells:
            graded += cell.kind in ("tests", "answer", "task")
            seen, kept = split(cell.source)
            hidden += cell.kind == "tests" and bool(kept)
            if cell.kind in ("tests", "answer", "task") and cell.points <= 0:
                faults.append(f"{assignment.name}: “{cell.grade_id}” has no points")
            if cell.kind == "tests" and not any(re.search(r"\bassert\b|AssertionError", line) for line in seen):
                faults.append(f"{assignment.name}: “{cell.grade_id}” has no visible test")
            if cell.kind in ("answer", "task") and "BEGIN MARK SCHEME" not in cell.source:
                faults.append(f"{assignment.name}: “{cell.grade_id}” has no mark scheme")
    if graded < LEAST_TASKS:
        faults.append(f"{assignment.name}: {graded} graded tasks, at least {LEAST_TASKS} are wanted")
    if not hidden:
        faults.append(f"{assignment.name}: there are no hidden tests")
    return faults


def _size(course: Course) -> list[str]:
    cells = [cell for assignment in course.assignments for book in assignment.books for cell in book.cells]
    counted = (
        ("modules", len(course.about.get("modules", [])), LEAST_MODULES),
        ("hand-graded answers", sum(cell.kind == "answer" for cell in cells), LEAST_BY_HAND),
        ("nbgrader task cells", sum(cell.kind == "task" for cell in cells), 1),
    )
    return [f"{found} {what}, at least {least} are wanted" for what, found, least in counted if found < least]


def notebook_faults(path: Path) -> list[str]:
    """Whether a file is a valid notebook of format 4.5 that stands on its own: ids, and no paths of a machine."""
    import nbformat

    try:
        text = path.read_text(encoding="utf-8")
        value = json.loads(text)
        nbformat.validate(nbformat.from_dict(value))
    except Exception as error:
        return [f"{path.name}: not a valid notebook ({str(error).splitlines()[0]})"]
    faults = []
    if (value["nbformat"], value["nbformat_minor"]) != (4, 5):
        faults.append(f"{path.name}: format {value['nbformat']}.{value['nbformat_minor']} and not 4.5")
    ids = [cell["id"] for cell in value["cells"]]
    faults += [
        f"{path.name}: the cell id “{name}” is used twice" for name in sorted({i for i in ids if ids.count(i) > 1})
    ]
    if re.search(r"/(root|home|tmp)/\w|ipykernel_\d", text):
        faults.append(f"{path.name}: holds a path of the machine it was made on")
    return faults


def link_faults(path: Path) -> list[str]:
    """Links and pictures that lead nowhere: files beside the notebook, headings in other notebooks, attachments."""
    faults = []
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        if cell["cell_type"] != "markdown":
            continue
        for target in _LINK.findall(_FENCE.sub("", _text(cell["source"]))):
            if re.match(r"[a-z]+://|mailto:", target):
                continue
            if target.startswith("attachment:"):
                if target.removeprefix("attachment:") not in cell.get("attachments", {}):
                    faults.append(f"{path.name}: there is no attachment “{target}”")
                continue
            name, _, anchor = unquote(target).partition("#")
            other = path.parent / name if name else path
            if not other.exists():
                faults.append(f"{path.name}: the link “{target}” leads nowhere")
            elif anchor and other.suffix == ".ipynb" and anchor not in anchors(other):
                faults.append(f"{path.name}: the link “{target}” leads to no heading")
    return faults


def anchors(path: Path) -> set[str]:
    """The anchors of a notebook's headings as Jupyter makes them: the heading's text with hyphens for spaces."""
    found = set()
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            for heading in _HEADING.findall(_FENCE.sub("", _text(cell["source"]))):
                found.add(re.sub(r"[*`]", "", heading).replace(" ", "-"))
    return found


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "".join(value)
