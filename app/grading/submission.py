"""Read what a trainee handed in: refuse what is no notebook with words that help, and find the notebook it belongs to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from app.grading.api import NotebookFault, SubmittedNotebook

NEWEST_FORMAT = 4
# A notebook belongs to a release if it has at least this share of the release's grade ids.
LEAST_SHARE = 1 / 3


def decode(data: bytes) -> str:
    """The text of a notebook file; a byte order mark is tolerated. Raises NotebookFault(bad_encoding)."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise NotebookFault(
            "bad_encoding",
            "The file is saved as UTF-16. A notebook is UTF-8: save it again from Jupyter and hand that in.",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotebookFault(
            "bad_encoding",
            f"The file is not UTF-8 text (byte {error.start + 1} is wrong). Save the notebook again from Jupyter.",
            {"byte": error.start},
        ) from None


def parse(data: bytes) -> dict[str, Any]:
    """The JSON object in a notebook file. Raises NotebookFault(bad_encoding, not_json, not_notebook)."""
    text = decode(data)
    if not text.strip():
        raise NotebookFault(
            "not_json",
            "The file is empty. Save the notebook in Jupyter and hand it in again.",
        )
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise NotebookFault(
            "not_json",
            f"The file is not a whole notebook: it breaks off or is damaged at line {error.lineno}, "
            f"column {error.colno}. Download or save it again from Jupyter.",
            {"line": error.lineno, "column": error.colno},
        ) from None
    except (RecursionError, ValueError):
        raise NotebookFault("not_json", "The file is damaged. Download or save it again from Jupyter.") from None
    if not isinstance(value, dict) or not isinstance(value.get("nbformat"), int):
        raise NotebookFault(
            "not_notebook",
            "The file is not a Jupyter notebook. Hand in the .ipynb file itself.",
        )
    return value


def _cells(value: dict[str, Any]) -> list[Any]:
    if isinstance(value.get("worksheets"), list):
        cells: list[Any] = []
        for sheet in value["worksheets"]:
            part = sheet.get("cells") if isinstance(sheet, dict) else None
            cells.extend(part if isinstance(part, list) else [])
        return cells
    cells_value = value.get("cells")
    if not isinstance(cells_value, list):
        raise NotebookFault(
            "not_notebook",
            "The notebook has no cells. Save it again from Jupyter and hand that in.",
        )
    return cells_value


def _check_cells(cells: list[Any]) -> None:
    for number, cell in enumerate(cells, 1):
        kind = cell.get("cell_type") if isinstance(cell, dict) else None
        source = cell.get("source", cell.get("input", "")) if isinstance(cell, dict) else None
        whole = isinstance(source, str) or (isinstance(source, list) and all(isinstance(s, str) for s in source))
        meta = cell.get("metadata", {}) if isinstance(cell, dict) else None
        if not isinstance(kind, str) or not whole or not isinstance(meta, dict):
            raise NotebookFault(
                "not_notebook",
                f"Cell {number} of the notebook is damaged. Save the notebook again from Jupyter.",
                {"cell": number},
            )


def id_of(cell: Mapping[str, Any]) -> str | None:
    """The grade id of a cell that nbgrader knows as graded, solution, locked or task; else None."""
    meta = cell.get("metadata")
    mark = meta.get("nbgrader") if isinstance(meta, Mapping) else None
    if not isinstance(mark, Mapping) or not any(mark.get(k) for k in ("grade", "solution", "locked", "task")):
        return None
    grade_id = mark.get("grade_id")
    return grade_id if isinstance(grade_id, str) and grade_id else None


def read_submission(
    data: bytes,
    *,
    max_bytes: int = 10 * 2**20,
    max_cells: int = 2000,
    allow_duplicates: bool = False,
    require_ids: bool = True,
) -> SubmittedNotebook:
    """Check and read a handed-in notebook; older formats are upgraded.

    Raises NotebookFault with one of the codes too_large, bad_encoding, not_json, not_notebook, old_schema,
    too_many_cells, duplicate_ids, no_grade_ids, unreadable. Repeated grade ids pass where `allow_duplicates` is set:
    the last of them counts then, as with nbgrader. A notebook without any passes where `require_ids` is unset.
    """
    if len(data) > max_bytes:
        raise NotebookFault(
            "too_large",
            f"The file has {len(data) / 2**20:.1f} MB; at most {max_bytes / 2**20:.0f} MB can be handed in. "
            "Clear the outputs (in Jupyter: Edit, Clear Outputs of All Cells), save, and hand it in again.",
            {"bytes": len(data), "limit": max_bytes},
        )
    value = parse(data)
    if not 3 <= value["nbformat"] <= NEWEST_FORMAT:
        raise NotebookFault(
            "old_schema",
            f"The notebook is in format {value['nbformat']}, which cannot be read here. "
            "Open it in a present Jupyter, save it and hand that in.",
            {"nbformat": value["nbformat"]},
        )
    cells = _cells(value)
    if len(cells) > max_cells:
        raise NotebookFault(
            "too_many_cells",
            f"The notebook has {len(cells)} cells; at most {max_cells} can be handed in. Delete those not needed.",
            {"cells": len(cells), "limit": max_cells},
        )
    _check_cells(cells)
    ids = Counter(found for found in map(id_of, cells) if found)
    if not ids and require_ids:
        raise NotebookFault(
            "no_grade_ids",
            "The notebook has none of the marked tasks of an assignment. Hand in the notebook that you downloaded "
            "from the assignment, with your answers in it.",
        )
    twice = sorted(grade_id for grade_id, count in ids.items() if count > 1)
    if twice and not allow_duplicates:
        raise NotebookFault(
            "duplicate_ids",
            f"The task “{twice[0]}” is in the notebook more than once, most likely because a cell was copied. "
            "Delete the copy and hand the notebook in again.",
            {"grade_ids": twice},
        )
    return SubmittedNotebook(notebook=_normal(value), grade_ids=frozenset(ids))


def _normal(value: dict[str, Any]) -> bytes:
    """The notebook in nbformat 4, as UTF-8 bytes. Raises NotebookFault(unreadable)."""
    from app.grading.notebook import dump, load_value

    try:
        return dump(load_value(value))
    except NotebookFault:
        raise
    except Exception as error:
        raise NotebookFault(
            "unreadable",
            "The notebook is damaged in a way that Jupyter cannot repair. Open it in Jupyter, save it and try again.",
            {"error": type(error).__name__},
        ) from None


def match(submitted_ids: frozenset[str], candidates: Mapping[str, frozenset[str]]) -> str | None:
    """The candidate whose grade ids fit best, or None where too few fit; file names play no part."""
    best: tuple[float, int, str] | None = None
    for name in sorted(candidates):
        ids = candidates[name]
        common = len(ids & submitted_ids)
        if not common or common < LEAST_SHARE * len(ids):
            continue
        score = (common / len(ids | submitted_ids), common, name)
        if best is None or score[:2] > best[:2]:
            best = score
    return best[2] if best else None
