"""What the demo's trainees hand in: the course's own solutions, with a typical wrong answer here and there."""

from __future__ import annotations

import json
import re
from pathlib import Path

from app.grading import api as grading

MARKERS = re.compile(r"^\s*### (BEGIN|END) SOLUTION\s*$\n?", re.MULTILINE)
MARK_SCHEME = re.compile(r"\n*=== BEGIN MARK SCHEME ===.*", re.DOTALL)


def solutions_of(source: bytes) -> dict[str, str]:
    """grade id -> the course's own answer of every solution cell, without nbgrader's marks."""
    answers = {}
    for cell in json.loads(source)["cells"]:
        mark = cell["metadata"].get("nbgrader", {})
        if mark.get("solution"):
            text = "".join(cell["source"])
            answers[mark["grade_id"]] = MARKERS.sub("", MARK_SCHEME.sub("", text)).strip("\n")
    return answers


def wrong_answers(course: Path, assignment: str) -> dict[str, str]:
    """grade id -> a typical wrong answer, as the course keeps them to check its own tests."""
    folder = course / "checks" / assignment
    return {path.stem: path.read_text() for path in sorted(folder.glob("*.*"))} if folder.is_dir() else {}


def notebook(source: bytes, wrong: dict[str, str], blank: frozenset[str] = frozenset()) -> bytes:
    """A student version filled in: right everywhere but for ``wrong`` answers, and nothing in the ``blank`` cells."""
    answers = {**solutions_of(source), **wrong}
    student = grading.make_student_version(source).notebook
    return grading.fill_answers(student, {name: text for name, text in answers.items() if name not in blank})
