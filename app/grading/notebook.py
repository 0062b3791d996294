"""Notebooks as values: load, dump, copy, and the answers in them."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbformat.v3.rwbase import rejoin_lines as rejoin_old_lines
from nbformat.v4.rwbase import rejoin_lines, split_lines

from app.grading.api import NotebookFault, Task
from app.grading.submission import id_of, parse


def load_value(value: dict[str, Any]) -> NotebookNode:
    """A notebook of format 4 from a parsed file. Raises what nbformat raises for damaged ones."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        notebook: NotebookNode = nbformat.from_dict(value)
        if notebook.nbformat < 4:
            notebook = nbformat.convert(rejoin_old_lines(notebook), 4)
        notebook = rejoin_lines(notebook)
        notebook.setdefault("metadata", NotebookNode())
        seen: set[str] = set()
        for number, cell in enumerate(notebook.cells):
            cell.setdefault("metadata", NotebookNode())
            if cell.cell_type == "code":
                if not isinstance(cell.get("outputs"), list):
                    cell["outputs"] = []
                cell.setdefault("execution_count", None)
            # Cell ids are made from the place, so that the same notebook always gives the same bytes.
            cell_id = cell.get("id")
            if not isinstance(cell_id, str) or not cell_id or cell_id in seen or len(cell_id) > 64:
                cell["id"] = f"cell-{number}"
            seen.add(cell["id"])
        notebook["nbformat"], notebook["nbformat_minor"] = 4, 5
    return notebook


def load(data: bytes) -> NotebookNode:
    """A notebook of format 4 from a file's bytes. Raises NotebookFault."""
    value = parse(data)
    try:
        notebook: NotebookNode = load_value(value)
    except Exception as error:
        raise NotebookFault(
            "unreadable",
            "The notebook is damaged. Open it in Jupyter, save it and try again.",
            {"error": repr(error)},
        ) from None
    return notebook


def dump(notebook: NotebookNode) -> bytes:
    """The bytes of a notebook as Jupyter writes it: UTF-8, lines split, one newline at the end."""
    split = split_lines(nbformat.from_dict(notebook))
    return (json.dumps(split, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def mark_of(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    """nbgrader's own metadata of a cell, or nothing."""
    mark = cell.get("metadata", {}).get("nbgrader", {})
    return mark if isinstance(mark, Mapping) else {}


def is_answer(cell: Mapping[str, Any]) -> bool:
    """Whether a trainee writes into this cell."""
    return bool(id_of(cell) and mark_of(cell).get("solution"))


def fill_answers(student: bytes, answers: Mapping[str, str]) -> bytes:
    """The student version with typed answers (grade id to text) in its solution cells.

    Raises NotebookFault(other_assignment) for an answer to a cell that the notebook does not have.
    """
    notebook = load(student)
    left = dict(answers)
    for cell in notebook.cells:
        if is_answer(cell):
            text = left.pop(mark_of(cell)["grade_id"], None)
            if text is not None:
                cell.source = text.replace("\r\n", "\n")
                if cell.cell_type == "code":
                    cell.outputs, cell.execution_count = [], None
    if left:
        raise NotebookFault(
            "other_assignment",
            f"The notebook has no task “{min(left)}” to write an answer into.",
            {"grade_ids": sorted(left)},
        )
    return dump(notebook)


def answers_of(notebook: bytes, tasks: Iterable[Task]) -> dict[str, str]:
    """What the trainee wrote: grade id to text, for each solution cell that `tasks` names."""
    wanted = {task.grade_id for task in tasks if task.kind in ("answer", "autograded_answer")}
    found: dict[str, str] = {}
    for cell in load(notebook).cells:
        grade_id = id_of(cell)
        if grade_id in wanted and grade_id is not None:
            found[grade_id] = str(cell.source)
    return found
