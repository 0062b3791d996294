"""The assignment that attacks are made on: two functions to write, tests shown and hidden, points in part."""

from __future__ import annotations

from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

HIDDEN_WORD = "Zanzibar-7731"
HONEST = {
    "add": "def add(a, b):\n    return a + b\n",
    "pair": "def pair(a, b):\n    return [a, b]\n",
}
WRONG = {"add": "def add(a, b):\n    return 0\n", "pair": "def pair(a, b):\n    return None\n"}

TESTS = {
    "test_add": (
        3,
        "import math\nimport numpy as np\nassert add(2, 3) == 5\nassert isinstance(add(1, 1), int)\n"
        "### BEGIN HIDDEN TESTS\n"
        f"assert add(10, -4) == 6, '{HIDDEN_WORD}'\n"
        "assert all([add(1, 1) == 2, add(0, 4) == 4])\n"
        "np.testing.assert_allclose(add(0.1, 0.2), 0.3)\n"
        "assert math.isclose(add(0.5, 0.25), 0.75)\n"
        "### END HIDDEN TESTS\n",
    ),
    "test_pair": (
        2,
        "import unittest\ncase = unittest.TestCase()\n"
        "### BEGIN HIDDEN TESTS\n"
        "assert pair(1, 2) == [1, 2]\ncase.assertEqual(pair('x', 'y'), ['x', 'y'])\nassert len(pair(3, 4)) == 2\n"
        "### END HIDDEN TESTS\n",
    ),
    "test_parts": (
        4,
        "score = 0\nif add(1, 1) == 2:\n    score += 2\nif add(5, 5) == 10:\n    score += 2\nscore\n",
    ),
}
TOTAL = sum(points for points, _ in TESTS.values())


def _mark(grade_id: str, **flags: Any) -> dict[str, Any]:
    base = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
    return {"nbgrader": {**base, "grade_id": grade_id, **flags}}


def source() -> bytes:
    """The source notebook."""
    cells = [nbformat.v4.new_markdown_cell("# Functions")]
    for name, text in HONEST.items():
        first, body = text.split("\n", 1)
        solved = f"{first}\n    ### BEGIN SOLUTION\n{body}    ### END SOLUTION\n"
        cells.append(nbformat.v4.new_code_cell(solved, metadata=_mark(name, solution=True)))
    cells.append(nbformat.v4.new_code_cell("", metadata=_mark("notes", solution=True)))
    for name, (points, text) in TESTS.items():
        mark = _mark(name, grade=True, locked=True, points=points)
        cells.append(nbformat.v4.new_code_cell(text.rstrip("\n"), metadata=mark))
    return _bytes(cells)


def _bytes(cells: list[NotebookNode]) -> bytes:
    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for number, cell in enumerate(cells):
        cell["id"] = f"c{number}"
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec})
    text: str = nbformat.writes(notebook)
    return text.encode()


def submission(student: bytes, answers: dict[str, str], *, after: str = "") -> NotebookNode:
    """The student version with answers filled in; `after` is a cell of the trainee's own at the end."""
    notebook = nbformat.reads(student.decode(), as_version=4)
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in answers:
            cell.source = answers[grade_id]
    if after:
        notebook.cells.append(nbformat.v4.new_code_cell(after))
    return notebook
