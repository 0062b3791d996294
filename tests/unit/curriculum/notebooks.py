"""Small notebooks for tests, made as nbgrader's own tool makes them."""

from __future__ import annotations

import json
from typing import Any


def cell(kind: str, source: str, grade_id: str = "", schema: int | None = 3, **flags: Any) -> dict[str, Any]:
    """A cell; with a grade id it gets nbgrader's metadata of a schema (None: the oldest, which had no number)."""
    made: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source}
    if kind == "code":
        made |= {"outputs": [], "execution_count": None}
    if grade_id:
        facts: dict[str, Any] = {"grade_id": grade_id, "grade": False, "solution": False, "locked": False, **flags}
        if schema is not None:
            facts["schema_version"] = schema
        if schema == 3:
            facts.setdefault("task", False)
        made["metadata"]["nbgrader"] = facts
    return made


def notebook(*cells: dict[str, Any], minor: int = 4, **metadata: Any) -> bytes:
    """A notebook of format 4."""
    value = {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": minor}
    return json.dumps(value, indent=1).encode()


def graded(title: str = "Adding", name: str = "add", points: float = 2, schema: int | None = 3) -> bytes:
    """A source notebook with a solution and its tests, some of them hidden."""
    return notebook(
        cell("markdown", f"# {title}"),
        cell(
            "code",
            f"def {name}(a, b):\n    ### BEGIN SOLUTION\n    return a + b\n    ### END SOLUTION",
            name,
            schema,
            solution=True,
        ),
        cell(
            "code",
            f"assert {name}(1, 2) == 3\n### BEGIN HIDDEN TESTS\nassert {name}(4, 5) == 9\n### END HIDDEN TESTS",
            f"test_{name}",
            schema,
            grade=True,
            locked=True,
            points=points,
        ),
    )


def lesson(title: str = "Reading") -> bytes:
    """A notebook to read."""
    return notebook(cell("markdown", f"# {title}\n\n## A part\n\nText."), cell("code", "1 + 1"))
