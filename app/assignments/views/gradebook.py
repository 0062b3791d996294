"""Pages of the gradebook: the sheet of trainees and assignments, and the panel of one cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import abort, render_template, request, url_for
from markupsafe import Markup, escape

from app.assignments.queries.cells import cell_story
from app.assignments.queries.gradebook import Book, Row, courses_of_cohort, gradebook
from app.assignments.queries.releases import cohort_by_slug
from app.assignments.rules import GRADEBOOK_VIEW
from app.assignments.views import blueprint
from app.cohorts.models import Cohort
from app.platform.i18n import format_points
from app.platform.i18n import gettext as _
from app.platform.permissions import requires

NEVER = datetime.min.replace(tzinfo=UTC)
WITH_POINTS = frozenset({"ok", "low", "late", "wait", "fault"})
SHOWS: dict[str, tuple[str, ...]] = {
    "waits": ("wait",),
    "missing": ("none",),
    "low": ("low",),
    "late": ("late",),
    "faults": ("fault",),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for."""

    q: str = ""
    team: str = ""
    course: str = ""
    show: str = ""
    sort: str = "name"

    def arguments(self, **changed: str) -> dict[str, Any]:
        """As query arguments, without what is the default."""
        held = {name: getattr(self, name) for name in self.__slots__} | changed
        return {name: value for name, value in held.items() if value and (name, value) != ("sort", "name")}


def wanted() -> Wanted:
    """The filters and the order in the present address; what is unknown is left out."""
    given = {name: request.args.get(name, "").strip()[:120] for name in Wanted.__slots__}
    if given["show"] not in SHOWS:
        given["show"] = ""
    return Wanted(**(given | {"sort": given["sort"] or "name"}))


@blueprint.get("/cohorts/<slug>/gradebook", endpoint="gradebook")
@requires(GRADEBOOK_VIEW, load=cohort_by_slug)
def show(cohort: Cohort) -> Any:
    """The sheet."""
    asked = wanted()
    book = gradebook(cohort.id, course_slug=asked.course)
    total, waiting, missing = len(book.rows), book.count("wait"), book.count("none")
    medians = book.medians()
    book.rows = arranged(book, asked)
    opened = _opened()
    story = cell_story(cohort.id, *opened) if opened else None
    base = url_for(".gradebook", slug=cohort.slug, **asked.arguments())
    return render_template(
        "assignments/gradebook.html",
        cohort=cohort,
        book=book,
        asked=asked,
        medians=medians,
        total=total,
        waiting=waiting,
        missing=missing,
        opened=opened,
        story=story,
        closed_url=base,
        open_base=f"{base}{'&' if '?' in base else '?'}open=",
        trainee_base=url_for(".gradebook_trainee", slug=cohort.slug, enrolment_id=0).removesuffix("0"),
        courses=courses_of_cohort(cohort.id),
        sort_url=lambda order: url_for(".gradebook", slug=cohort.slug, **asked.arguments(sort=order)),
        writer=CellWriter,
    )


@blueprint.get("/cohorts/<slug>/gradebook/cell")
@requires(GRADEBOOK_VIEW, load=cohort_by_slug)
def gradebook_cell(cohort: Cohort) -> Any:
    """The panel of one cell, as a fragment."""
    opened = _opened()
    story = cell_story(cohort.id, *opened) if opened else None
    if story is None:
        abort(404)
    closed = url_for(".gradebook", slug=cohort.slug, **wanted().arguments())
    return render_template("assignments/_gradebook_panel.html", cohort=cohort, story=story, closed_url=closed)


def _opened() -> tuple[int, int] | None:
    """(enrolment id, release id) of the open cell, from ``open=12.3``."""
    left, _dot, right = request.args.get("open", "").partition(".")
    return (int(left), int(right)) if left.isdecimal() and right.isdecimal() and len(left + right) < 18 else None


def arranged(book: Book, asked: Wanted) -> list[Row]:
    """The rows that the address asks for, in its order."""
    rows = book.rows
    if asked.q:
        needle = asked.q.casefold()
        rows = [row for row in rows if needle in f"{row.name} {row.email} {row.student_id}".casefold()]
    if asked.team.isdecimal():
        rows = [row for row in rows if int(asked.team) in row.team_ids]
    if asked.show:
        kinds = SHOWS[asked.show]
        rows = [row for row in rows if any(cell.kind in kinds for cell in row.cells)]
    order = asked.sort.removeprefix("-")
    key = _key(book, order)
    rows = sorted(rows, key=lambda row: (row.name.casefold(), row.enrolment_id))
    return sorted(rows, key=key, reverse=asked.sort.startswith("-")) if key else rows


def _key(book: Book, order: str) -> Callable[[Row], Any] | None:
    """How the rows are ordered: name, total, last (hand-in), or a release's id."""
    if order == "name":
        return lambda row: row.name.casefold()
    if order == "total":
        return lambda row: -1.0 if row.percent is None else row.percent
    if order == "last":
        return lambda row: row.last_hand_in or NEVER
    index = next((i for i, column in enumerate(book.columns) if str(column.release_id) == order), None)
    if index is None:
        return None
    return lambda row: -1.0 if row.cells[index].points is None else row.cells[index].points


class CellWriter:
    """Writes the cells of a row as HTML: a sheet of 200 × 40 has 8,000, too many to go through the template one by one.

    Args:
        open_base: the address that opens a cell, up to its ids; already escaped for HTML by ``Markup`` or plain.
        pictures: kind of cell -> its picture as HTML.
        opened: (enrolment id, release id) of the cell whose panel is open.
    """

    def __init__(
        self, book: Book, open_base: str, pictures: dict[str, str], opened: tuple[int, int] | None = None
    ) -> None:
        self._opened = opened
        self._base = str(escape(open_base))
        self._pictures = {kind: str(escape(picture)) for kind, picture in pictures.items()}
        self._sentences = {kind: str(escape(sentence)) for kind, sentence in sentences().items()}
        self._columns = [(column.release_id, str(escape(column.title))) for column in book.columns]
        self._figures: dict[float | None, str] = {None: "–"}

    def figure(self, value: float | None) -> str:
        """Points in the person's language; each number is formatted once a page."""
        if value not in self._figures:
            self._figures[value] = str(escape(format_points(value)))
        return self._figures[value]

    def cells(self, row: Row) -> Markup:
        """The cells of a row."""
        who, address = str(escape(row.name)), f"{self._base}{row.enrolment_id}."
        parts = []
        for (release_id, title), cell in zip(self._columns, row.cells, strict=True):
            kind = cell.kind
            points = self.figure(cell.points)
            sentence = self._sentences["low_late" if kind == "low" and cell.late.days else kind]
            label = sentence % {"who": who, "what": title, "points": points, "max": self.figure(cell.max_score)}
            text = points if kind in WITH_POINTS and cell.points is not None else ""
            is_open = " data-open" if self._opened == (row.enrolment_id, release_id) else ""
            parts.append(
                f'<td{is_open}><a href="{address}{release_id}" class="k-{kind}" aria-label="{label}">'
                f"{text}{self._pictures[kind]}</a></td>"
            )
        # Every part was escaped above.
        return Markup("".join(parts))  # noqa: S704


def sentences() -> dict[str, str]:
    """What a screen reader says of a cell, by its kind."""
    return {
        "ok": _("%(who)s, %(what)s: %(points)s of %(max)s"),
        "low": _("%(who)s, %(what)s: %(points)s of %(max)s, below pass"),
        "late": _("%(who)s, %(what)s: %(points)s of %(max)s, late"),
        "wait": _("%(who)s, %(what)s: %(points)s of %(max)s so far, waits for a coach"),
        "run": _("%(who)s, %(what)s: being graded"),
        "fault": _("%(who)s, %(what)s: could not be graded"),
        "none": _("%(who)s, %(what)s: not handed in"),
        "exc": _("%(who)s, %(what)s: excused"),
        "open": _("%(who)s, %(what)s: not due yet"),
        "low_late": _("%(who)s, %(what)s: %(points)s of %(max)s, below pass, late"),
    }
