"""The gradebook in others' formats: nbgrader's grade CSV, what Moodle and Canvas take in, and a spreadsheet. Pure.

Times are UTC as nbgrader writes them. Text that a spreadsheet would take for a formula gets an apostrophe before it.
Sources: nbgrader's ``CsvExportPlugin``; Moodle's "Grade import: CSV file"; Canvas' "Gradebook CSV" guide.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from app.assignments.queries.gradebook import Book, Cell, Row

NBGRADER = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)
COUNTS = ("ok", "low", "late")


def nbgrader_csv(book: Book) -> bytes:
    """One line an assignment and trainee, as ``nbgrader export`` writes it; who did not hand in has no time and no points."""
    lines = []
    for index, column in enumerate(book.columns):
        for row in book.rows:
            cell = row.cells[index]
            raw = cell.raw or 0.0
            score = max(0.0, cell.points or 0.0)
            due = cell.terms.due_at if cell.terms else column.terms.due_at
            lines.append(
                (
                    column.slug,
                    _time(due),
                    _time(cell.received_at),
                    _text(row.student_id),
                    _text(row.last_name),
                    _text(row.first_name),
                    _text(row.email),
                    _number(raw),
                    _number(raw - score),
                    _number(score),
                    _number(cell.max_score),
                )
            )
    return _csv(NBGRADER, lines)


def moodle_csv(book: Book) -> bytes:
    """One line a trainee for Moodle's CSV import, found by e-mail or ID number; a field is empty where nothing is known."""
    head = ["ID number", "First name", "Last name", "Email address"]
    head += [f"{_text(column.title)} (Real)" for column in book.columns]
    return _csv(
        head,
        (
            [
                _text(row.student_id),
                _text(row.first_name),
                _text(row.last_name),
                _text(row.email),
                *(_known(cell) for cell in row.cells),
            ]
            for row in book.rows
        ),
    )


def canvas_csv(book: Book) -> bytes:
    """One line a trainee for Canvas' gradebook import, with the line of points possible; EX stands for excused."""
    head = [
        "Student",
        "ID",
        "SIS User ID",
        "SIS Login ID",
        "Section",
        *(_text(column.title) for column in book.columns),
    ]
    possible = ["    Points Possible", "", "", "", "", *(_number(column.max_score) for column in book.columns)]
    lines = [
        [
            _text(f"{row.last_name}, {row.first_name}" if row.last_name else row.first_name),
            "",
            _text(row.student_id),
            _text(row.email),
            "",
            *("EX" if cell.kind == "exc" else _known(cell) for cell in row.cells),
        ]
        for row in book.rows
    ]
    return _csv(head, [possible, *lines])


def xlsx(book: Book, words: Callable[[str], str]) -> bytes:
    """A spreadsheet with the sheet of points and one of facts, cell by cell.

    Args:
        words: the person's own words for: points, facts, trainee, student_id, email, total, assignment, state, raw, late_days, penalty,
            score, max_score, handed_in, due, and the kinds of cells.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    made = Workbook()
    sheet = made.active
    sheet.title = words("points")[:31]
    sheet.append(
        [
            words("trainee"),
            words("student_id"),
            words("email"),
            *(_text(each.title) for each in book.columns),
            words("total"),
        ]
    )
    sheet.append([words("max_score"), None, None, *(each.max_score for each in book.columns), 100])
    for row in book.rows:
        values: list[Any] = [cell.points if cell.kind in COUNTS else None for cell in row.cells]
        total = None if row.percent is None else round(row.percent, 2)
        sheet.append([_text(row.name), _text(row.student_id), _text(row.email), *values, total])
    sheet.freeze_panes = "D3"
    facts = made.create_sheet(words("facts")[:31])
    names = ("trainee", "assignment", "state", "due", "handed_in", "late_days", "raw", "penalty", "score", "max_score")
    facts.append([words(name) for name in names])
    for row in book.rows:
        for cell, column in zip(row.cells, book.columns, strict=True):
            facts.append([_text(row.name), _text(column.title), words(cell.kind), *_facts(cell)])
    facts.freeze_panes = "C2"
    for each in (sheet, facts):
        for head in each[1]:
            head.font, head.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        each.column_dimensions["A"].width = 28
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def _facts(cell: Cell) -> list[Any]:
    due = cell.terms.due_at.replace(tzinfo=None) if cell.terms else None
    received = cell.received_at.astimezone(UTC).replace(tzinfo=None) if cell.received_at else None
    lost = None if cell.raw is None or cell.points is None else round(cell.raw - cell.points, 6)
    return [due, received, cell.late.days, cell.raw, lost, cell.points, cell.max_score]


def rows_by_name(rows: Iterable[Row]) -> list[Row]:
    """Rows by last name, then first, as lists of other systems have them."""
    return sorted(rows, key=lambda row: (row.last_name.casefold(), row.first_name.casefold(), row.enrolment_id))


def _known(cell: Cell) -> str:
    """Points that count, 0 for what was not handed in in time; empty while nothing is known."""
    if cell.kind in COUNTS:
        return _number(cell.points or 0.0)
    return "0" if cell.kind == "none" else ""


def _number(value: float) -> str:
    return f"{round(value, 4):g}"


def _time(moment: datetime | None) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ") if moment else ""


def _text(value: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _csv(head: Iterable[str], lines: Iterable[Iterable[str]]) -> bytes:
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(lines)
    return held.getvalue().encode()
