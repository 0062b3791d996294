"""The gradebook: trainees × assignments with the attempt that counts, read in a constant number of queries.

Rows are read as plain columns, not as objects: a sheet of 600 × 20 has 12,000 cells.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import String, select, type_coerce

from app.accounts.models import Person
from app.assignments.assessment_models import PassRule
from app.assignments.lateness import ON_TIME, Lateness, Terms, counting, lateness, net, terms_of
from app.assignments.models import Release, Submission, SubmissionMember
from app.assignments.queries.extensions import Allowances, allowances_of_cohort, teams_by_enrolment
from app.assignments.states import CountingAttempt, SubmissionState
from app.assignments.totals import Rule, Verdict, Work, percent, verdict
from app.cohorts.models import Enrolment
from app.cohorts.states import EnrolmentState
from app.curriculum.models import Assignment, Course, CourseVersion
from app.platform.clock import now
from app.platform.database import db
from app.teams.models import Team

GRADED = SubmissionState.GRADED.value
KINDS = {
    SubmissionState.HANDED_IN.value: "run",
    SubmissionState.BEING_GRADED.value: "run",
    SubmissionState.WAITS_FOR_COACH.value: "wait",
    SubmissionState.NOT_GRADABLE.value: "fault",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One assignment of the sheet."""

    release_id: int
    title: str
    max_score: float
    terms: Terms
    counts: CountingAttempt
    weight: float
    category: str
    pass_percent: float
    course_slug: str
    course_title: str
    slug: str


@dataclass(slots=True)
class Cell:
    """One trainee's work on one assignment. ``kind`` as the matrix macro knows it:

    ok, low (below pass), late, wait (for a coach), run (being graded), fault (could not be graded), none (not handed
    in), exc (excused), open (not due yet). ``points`` after the penalty, ``raw`` before it.
    """

    kind: str
    points: float | None = None
    raw: float | None = None
    max_score: float = 0
    submission_id: int | None = None
    number: int = 0
    received_at: datetime | None = None
    late: Lateness = ON_TIME
    terms: Terms | None = None


@dataclass(slots=True)
class Row:
    """One trainee of the sheet, with a cell for each column."""

    enrolment_id: int
    student_id: str
    first_name: str
    last_name: str
    email: str
    team_ids: tuple[int, ...] = ()
    cells: list[Cell] = field(default_factory=list)
    percent: float | None = None
    last_hand_in: datetime | None = None

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(slots=True)
class Book:
    """The whole sheet; ``teams``: id -> name; ``rules``: course slug -> what it asks for."""

    columns: list[Column]
    rows: list[Row]
    teams: dict[int, str]
    rules: dict[str, Rule]

    def count(self, kind: str) -> int:
        """How many cells are of a kind."""
        return sum(cell.kind == kind for row in self.rows for cell in row.cells)

    def medians(self) -> list[float | None]:
        """The middle of the known points, by column."""
        found: list[float | None] = []
        for index in range(len(self.columns)):
            known = [row.cells[index].points for row in self.rows if row.cells[index].points is not None]
            found.append(statistics.median(known) if known else None)  # type: ignore[type-var]
        return found

    def works(self, row: Row, course_slug: str = "") -> list[Work]:
        """The row's cells as works of the totals, of one course or of all."""
        return [
            work_of(cell, column)
            for cell, column in zip(row.cells, self.columns, strict=True)
            if not course_slug or column.course_slug == course_slug
        ]

    def verdict(self, row: Row, course_slug: str) -> Verdict:
        """Whether a trainee passes a course with what is known."""
        return verdict(self.works(row, course_slug), self.rules.get(course_slug, Rule()))


def work_of(cell: Cell, column: Column) -> Work:
    """A cell as the totals see it: graded work counts, what was not handed in in time counts nothing of its points."""
    counts = cell.kind in ("ok", "low", "late")
    points = cell.points if counts else (0.0 if cell.kind == "none" else None)
    return Work(
        points=points,
        max_points=cell.max_score or column.max_score,
        weight=column.weight,
        category=column.category,
        waits_for_coach=cell.kind == "wait",
        is_missing=cell.kind == "none",
    )


def gradebook(cohort_id: int, *, course_slug: str = "") -> Book:
    """The sheet of a cohort; where a course is named, only its assignments."""
    columns = _columns(cohort_id, course_slug)
    book = Book(columns=columns, rows=_trainees(cohort_id), teams=_teams(cohort_id), rules=pass_rules(cohort_id))
    _fill(book, _attempts(cohort_id), allowances_of_cohort(cohort_id), teams_by_enrolment(cohort_id))
    rule = book.rules.get(course_slug) if course_slug else None
    shares = rule.category_weights if rule else None
    for row in book.rows:
        row.percent = percent(book.works(row), shares)
    return book


def courses_of_cohort(cohort_id: int) -> list[tuple[str, str]]:
    """(slug, title) of the courses of which something was released."""
    rows = db.session.execute(
        select(Course.slug, CourseVersion.title, CourseVersion.number)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .join(Assignment, Assignment.version_id == CourseVersion.id)
        .join(Release, Release.assignment_id == Assignment.id)
        .where(Release.cohort_id == cohort_id, Release.withdrawn_at.is_(None))
        .distinct()
        .order_by(CourseVersion.number)
    )
    return sorted({slug: title for slug, title, _number in rows}.items(), key=lambda pair: pair[1].casefold())


def pass_rules(cohort_id: int) -> dict[str, Rule]:
    """Course slug -> what the cohort asks for."""
    return {
        row.course_slug: Rule(
            pass_percent=row.pass_percent,
            needs_hand_graded=row.needs_hand_graded,
            needs_all_handed_in=row.needs_all_handed_in,
            category_weights=row.category_weights or None,
        )
        for row in db.session.scalars(select(PassRule).where(PassRule.cohort_id == cohort_id))
    }


def _columns(cohort_id: int, course_slug: str) -> list[Column]:
    chosen = (
        select(Release, Course.slug, CourseVersion.title, Assignment.slug)
        .join(Assignment, Assignment.id == Release.assignment_id)
        .join(CourseVersion, CourseVersion.id == Assignment.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Release.cohort_id == cohort_id, Release.withdrawn_at.is_(None))
        .order_by(Release.due_at, Release.id)
    )
    if course_slug:
        chosen = chosen.where(Course.slug == course_slug)
    return [
        Column(
            release_id=release.id,
            title=release.title,
            max_score=release.max_score,
            terms=terms_of(release),
            counts=release.counts,
            weight=release.weight,
            category=release.category,
            pass_percent=release.pass_percent,
            course_slug=slug,
            course_title=title,
            slug=assignment_slug,
        )
        for release, slug, title, assignment_slug in db.session.execute(chosen)
    ]


def _trainees(cohort_id: int) -> list[Row]:
    rows = db.session.execute(
        select(Enrolment.id, Enrolment.student_id, Person.first_name, Person.last_name, Person.email)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.state != EnrolmentState.WITHDRAWN)
    )
    return [Row(*row) for row in rows]


def _teams(cohort_id: int) -> dict[int, str]:
    rows = db.session.execute(select(Team.id, Team.name).where(Team.cohort_id == cohort_id).order_by(Team.name))
    return {row.id: row.name for row in rows}


def _attempts(cohort_id: int) -> dict[tuple[int, int], list[Any]]:
    """(enrolment id, release id) -> attempts that count for it, as plain rows."""
    rows = db.session.execute(
        select(
            SubmissionMember.enrolment_id,
            Submission.release_id,
            Submission.id,
            Submission.number,
            Submission.score,
            Submission.max_score,
            type_coerce(Submission.state, String).label("state"),
            Submission.received_at,
        )
        .join(Submission, Submission.id == SubmissionMember.submission_id)
        .where(Submission.cohort_id == cohort_id)
    )
    found: dict[tuple[int, int], list[Any]] = {}
    for row in rows:
        found.setdefault((row[0], row[1]), []).append(row)
    return found


def _fill(
    book: Book,
    attempts: dict[tuple[int, int], list[Any]],
    allowances: Allowances,
    teams: dict[int, list[int]],
) -> None:
    moment = now()
    for row in book.rows:
        row.team_ids = tuple(teams.get(row.enrolment_id, ()))
        for column in book.columns:
            tries = attempts.get((row.enrolment_id, column.release_id), ())
            terms = allowances.terms(column.release_id, column.terms, row.enrolment_id, row.team_ids)
            cell = cell_of(tries, column, terms, moment)
            row.cells.append(cell)
            for one in tries:
                if row.last_hand_in is None or one.received_at > row.last_hand_in:
                    row.last_hand_in = one.received_at


def cell_of(tries: Sequence[Any], column: Column, terms: Terms, moment: datetime) -> Cell:
    """The cell of one trainee's attempts on one assignment."""
    chosen: Any = counting(tries, terms, column.counts)
    if chosen is None:
        kind = "exc" if terms.is_excused else "open" if moment <= terms.due_at + terms.grace else "none"
        return Cell(kind=kind, max_score=column.max_score, terms=terms)
    received, raw, state = chosen.received_at, chosen.score, chosen.state
    # Most work is on time; a sheet of 8,000 cells feels every call.
    late = ON_TIME if received <= terms.due_at else lateness(terms, received)
    points = raw if late is ON_TIME else net(raw, late)
    most = chosen.max_score or column.max_score
    if terms.is_excused:
        kind = "exc"
    elif state == GRADED:
        if points is not None and most and points < most * column.pass_percent / 100:
            kind = "low"
        else:
            kind = "late" if late.days else "ok"
    else:
        kind = KINDS[state]
    return Cell(kind, points, raw, most, chosen.id, chosen.number, received, late, terms)
