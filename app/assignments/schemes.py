"""A task's mark scheme, model answer and tests, read from the source notebook. For staff only; pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from app.assignments.answers import grade_id_of, source_of
from app.curriculum.models import Task
from app.curriculum.states import TaskKind
from app.platform.notebooks import Cell, render_cells, render_markdown

SCHEME = re.compile(r"===\s*BEGIN MARK SCHEME\s*===[ \t]*\n?(.*?)(?:===\s*END MARK SCHEME\s*===|\Z)", re.DOTALL)
MARKS = re.compile(r"^[ \t]*(?:#|%|//|--|/\*)*\s*(?:BEGIN|END) (?:SOLUTION|HIDDEN TESTS)[^\n]*\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Scheme:
    """What helps a coach with one task: the mark scheme in HTML, the model answer, and the tests (hidden ones too)."""

    marks: Markup
    answers: tuple[Cell, ...] = ()
    tests: tuple[Cell, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.marks or self.answers or self.tests)


def scheme_of(source: Mapping[str, Any], task: Task, answers: Collection[str]) -> Scheme:
    """The scheme of a task.

    Args:
        source: the source notebook, with solutions and mark schemes.
        answers: the grade ids of the cells in which the task's answer stands.
    """
    cells = source.get("cells")
    marks: list[str] = []
    models: list[dict[str, Any]] = []
    tests: list[dict[str, Any]] = []
    for cell in cells if isinstance(cells, list) else []:
        grade_id = grade_id_of(cell) if isinstance(cell, dict) else ""
        if grade_id != task.grade_id and grade_id not in answers:
            continue
        text = source_of(cell)
        marks += [match.group(1).strip() for match in SCHEME.finditer(text)]
        rest = MARKS.sub("", SCHEME.sub("", text)).strip()
        # A locked task cell is the question itself, which the page shows already.
        if not rest or (task.kind is TaskKind.TASK and grade_id == task.grade_id):
            continue
        bare = {**cell, "source": rest, "outputs": []}
        (tests if grade_id == task.grade_id and task.kind is TaskKind.TESTS else models).append(bare)
    return Scheme(
        marks=render_markdown("\n\n".join(marks), prefix="scheme-").html if marks else Markup(),
        answers=tuple(render_cells({**source, "cells": models}, prefix="model-")),
        tests=tuple(render_cells({**source, "cells": tests}, prefix="tests-")),
    )
