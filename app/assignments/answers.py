"""What a trainee wrote for each task of a notebook, and its hash. Pure; takes tasks of curriculum and a notebook's bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from app.curriculum.models import Task
from app.curriculum.states import TaskKind

SCORED = (TaskKind.TESTS, TaskKind.ANSWER, TaskKind.TASK)


def cells_of(notebook: bytes) -> list[dict[str, Any]]:
    """The cells of a stored notebook (format 4); none where it cannot be read."""
    try:
        value = json.loads(notebook)
    except ValueError:
        return []
    cells = value.get("cells") if isinstance(value, dict) else None
    return [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else []


def grade_id_of(cell: Mapping[str, Any]) -> str:
    """nbgrader's id of a cell, or nothing."""
    facts = _facts(cell)
    grade_id = facts.get("grade_id")
    return grade_id if isinstance(grade_id, str) else ""


def source_of(cell: Mapping[str, Any]) -> str:
    """A cell's text."""
    source = cell.get("source", "")
    return "".join(part for part in source if isinstance(part, str)) if isinstance(source, list) else str(source)


def answer_ids(tasks: Iterable[Task]) -> dict[str, list[str]]:
    """For each scored task, the grade ids of the cells in which its answer stands.

    A hand-graded answer is its own; tests belong to the solution cells since the scored task before them (or, where
    there are none, to the same cells as that one).
    """
    found: dict[str, list[str]] = {}
    since: list[str] = []
    last: list[str] = []
    for task in sorted(tasks, key=lambda task: task.position):
        if task.kind is TaskKind.AUTOGRADED_ANSWER:
            since.append(task.grade_id)
        elif task.kind is TaskKind.TESTS:
            found[task.grade_id] = since or last
            last, since = since or last, []
        elif task.kind is TaskKind.ANSWER:
            found[task.grade_id] = [task.grade_id]
        else:
            found[task.grade_id] = []
    return found


def answer_hashes(notebook: bytes, tasks: Iterable[Task]) -> dict[str, str]:
    """For each scored task the hash (64 hex digits) of its answer, to tell whether a later attempt changed it.

    nbgrader's task cells name no answer cell: there everything that the trainee can write counts.
    """
    cells = cells_of(notebook)
    by_id = {grade_id_of(cell): cell for cell in cells if grade_id_of(cell)}
    free = [_content(cell) for cell in cells if not _facts(cell).get("locked")]
    return {
        grade_id: _hash([_content(by_id[each]) for each in ids if each in by_id] if ids else free)
        for grade_id, ids in answer_ids(tasks).items()
    }


def _content(cell: Mapping[str, Any]) -> list[Any]:
    """What counts as the answer in a cell: its text, and pictures put into it."""
    return [source_of(cell).rstrip(), cell.get("attachments") or {}]


def _hash(contents: list[list[Any]]) -> str:
    return hashlib.sha256(json.dumps(contents, sort_keys=True).encode()).hexdigest()


def _facts(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = cell.get("metadata")
    facts = metadata.get("nbgrader") if isinstance(metadata, Mapping) else None
    return facts if isinstance(facts, Mapping) else {}
