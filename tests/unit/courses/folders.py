"""A small course folder for tests, right in every way, to be spoiled by a test in one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tools.coursework.read import Course, read_course

ABOUT = """slug = "boats"
title = "Boats"
summary = "A small course."
language = "en"
level = "beginner"
hours = 2
skills = ["knots"]
environment = "python"

[[modules]]
slug = "one"
title = "One"
summary = "The only module."
hours = 2
skills = ["knots"]
lesson = "lessons/one/one.ipynb"
assignments = ["one"]
"""
SKILLS = '[[skills]]\nslug = "knots"\ntitle = "Knots"\ntitle_fi = "Solmut"\ngroup = "skill"\n'
DOUBLE = "### BEGIN SOLUTION\ndef double(number):\n    return number + number\n### END SOLUTION"
TEST_DOUBLE = (
    'assert double(2) == 4, "twice 2 is 4"\n### BEGIN HIDDEN TESTS\n'
    'assert double(-3) == -6, "twice -3 is -6"\n### END HIDDEN TESTS'
)
SHOUT = "### BEGIN SOLUTION\ndef shout(text):\n    return text.upper() + '!'\n### END SOLUTION"
TEST_SHOUT = 'assert shout("ahoy") == "AHOY!", "ahoy should become AHOY!"'
EXPLAIN = (
    "### BEGIN SOLUTION\nA name points at a value.\n=== BEGIN MARK SCHEME ===\n- 2 points: names point at values.\n"
    "=== END MARK SCHEME ===\n### END SOLUTION"
)
DRAW = "Draw a boat.\n=== BEGIN MARK SCHEME ===\n- 1 point: it floats.\n=== END MARK SCHEME ==="


def cell(kind: str, source: str, grade_id: str = "", points: float = 0, **flags: bool) -> dict[str, Any]:
    """One cell; `kind` is code or markdown, `flags` are nbgrader's grade, solution, locked and task."""
    metadata: dict[str, Any] = {}
    if grade_id:
        mark = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
        metadata["nbgrader"] = {**mark, **flags, "grade_id": grade_id}
        if flags.get("grade") or flags.get("task"):
            metadata["nbgrader"]["points"] = points
    value: dict[str, Any] = {
        "cell_type": kind,
        "source": source,
        "metadata": metadata,
        "id": grade_id.replace("_", "-"),
    }
    if kind == "code":
        value |= {"outputs": [], "execution_count": None}
    return value


def cells() -> list[dict[str, Any]]:
    """The cells of the right assignment."""
    return [
        cell("markdown", "# Boats\n\nRead [the lesson](../../lessons/one/one.ipynb#All-about-knots).", "")
        | {"id": "top"},
        cell("code", DOUBLE, "double", solution=True),
        cell("code", TEST_DOUBLE, "test_double", 2, grade=True, locked=True),
        cell("code", SHOUT, "shout", solution=True),
        cell("code", TEST_SHOUT, "test_shout", 1, grade=True, locked=True),
        cell("markdown", EXPLAIN, "explain", 2, grade=True, solution=True),
        cell("markdown", EXPLAIN, "explain_more", 2, grade=True, solution=True),
        cell("markdown", DRAW, "draw", 1, task=True, locked=True),
    ]


def notebook(*given: dict[str, Any]) -> str:
    """A notebook of these cells."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return json.dumps(
        {"cells": list(given), "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}, indent=1
    )


def write(root: Path, given: list[dict[str, Any]] | None = None, about: str = ABOUT) -> Path:
    """Write the course into root/boats, beside skills.toml; returns the course folder."""
    folder = root / "boats"
    for name in ("lessons/one", "source/one", "checks/one"):
        (folder / name).mkdir(parents=True)
    (root / "skills.toml").write_text(SKILLS)
    (folder / "course.toml").write_text(about)
    lesson = cell("markdown", "# One\n\n## All about knots\n\nTie them.") | {"id": "lesson"}
    (folder / "lessons/one/one.ipynb").write_text(notebook(lesson))
    (folder / "source/one/one.ipynb").write_text(notebook(*(cells() if given is None else given)))
    (folder / "checks/one/double.py").write_text("def double(number):\n    return 4\n")
    (folder / "checks/one/shout.py").write_text("def shout(text):\n    return text\n")
    (folder / "checks/one/explain.md").write_text("No idea.\n")
    return folder


def course(root: Path, given: list[dict[str, Any]] | None = None, about: str = ABOUT) -> Course:
    """Write the course and read it."""
    return read_course(write(root, given, about))
