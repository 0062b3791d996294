"""What a trainee sees of results: points without what a coach has not released yet; own assignments with own results."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.assignments import rules
from app.assignments.grade_models import TaskScore
from app.assignments.lateness import Terms
from app.assignments.models import Draft, Release, Submission, SubmissionMember
from app.assignments.queries.releases import releases_of_cohort
from app.assignments.queries.terms import terms_of_enrolment
from app.assignments.states import ReleasePhase, SubmissionState
from app.cohorts.models import Enrolment
from app.platform.database import db


@dataclass(frozen=True, slots=True)
class Visible:
    """An attempt as its trainee may see it. ``state`` is a word of the status chip; ``score`` None: nothing known yet."""

    state: str
    score: float | None
    max_score: float
    waiting: int

    @property
    def is_running(self) -> bool:
        """Queued or being graded: the page changes by itself soon."""
        return self.state in ("queued", "being_graded")


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A release as one trainee sees it: the times that hold for this person, the latest attempt and its result."""

    release: Release
    phase: ReleasePhase
    terms: Terms
    attempt: Submission | None = None
    result: Visible | None = None
    drafts: int = 0

    @property
    def is_to_do(self) -> bool:
        """Open and nothing handed in."""
        return (
            self.attempt is None and self.phase in (ReleasePhase.OPEN, ReleasePhase.DUE) and not self.terms.is_excused
        )


def visible(submissions: Iterable[Submission]) -> dict[int, Visible]:
    """What trainees may see of attempts (with ``release`` loaded), by attempt id; one query for any number."""
    submissions = list(submissions)
    rows: dict[int, list[TaskScore]] = defaultdict(list)
    for row in db.session.scalars(
        select(TaskScore).where(TaskScore.submission_id.in_([each.id for each in submissions]))
    ):
        rows[row.submission_id].append(row)
    return {each.id: visible_of(each, rows[each.id]) for each in submissions}


def visible_of(submission: Submission, rows: Iterable[TaskScore]) -> Visible:
    """The same for one attempt whose rows are at hand."""
    open_marks = rules.feedback_is_visible(submission)
    known = [score for row in rows if (score := points_shown(row, open_marks)) is not None]
    waiting = sum(1 for row in rows if row.max_score > 0 and points_shown(row, open_marks) is None)
    return Visible(
        state=_state(submission, waiting),
        score=sum(known) if known else None,
        max_score=submission.max_score,
        waiting=waiting,
    )


def points_shown(row: TaskScore, open_marks: bool) -> float | None:
    """The points of a task that a trainee may see: the coach's only where marks are open."""
    if open_marks:
        return row.score
    return None if row.needs_manual else row.auto_score


def _state(submission: Submission, waiting: int) -> str:
    if submission.state is SubmissionState.HANDED_IN:
        return "queued"
    if submission.state is SubmissionState.BEING_GRADED:
        return "being_graded"
    if submission.state is SubmissionState.NOT_GRADABLE:
        return "could_not_be_graded"
    if waiting:
        return "waits_for_coach"
    return "feedback_given" if submission.feedback_released_at is not None else "graded"


def own_rows(enrolment: Enrolment) -> list[OwnRow]:
    """Every release of the trainee's cohort by due time; the same number of queries for any number of them."""
    releases = releases_of_cohort(enrolment.cohort_id)
    terms = terms_of_enrolment(releases, enrolment.id)
    attempts = _latest(enrolment)
    results = visible(attempts.values())
    drafts: dict[int, int] = dict(
        db.session.execute(
            select(Draft.release_id, func.count()).where(Draft.enrolment_id == enrolment.id).group_by(Draft.release_id)
        )
        .tuples()
        .all()
    )
    rows = []
    for release in releases:
        attempt = attempts.get(release.id)
        rows.append(
            OwnRow(
                release,
                rules.phase_of(release, terms=terms[release.id]),
                terms[release.id],
                attempt,
                results.get(attempt.id) if attempt else None,
                drafts.get(release.id, 0),
            )
        )
    return sorted(rows, key=lambda row: row.terms.due_at)


def _latest(enrolment: Enrolment) -> dict[int, Submission]:
    """The latest attempt that counts for a trainee, by release id."""
    newest = (
        select(func.max(Submission.id))
        .join(SubmissionMember, SubmissionMember.submission_id == Submission.id)
        .where(SubmissionMember.enrolment_id == enrolment.id)
        .group_by(Submission.release_id)
    )
    rows = db.session.scalars(
        select(Submission).where(Submission.id.in_(newest)).options(joinedload(Submission.release))
    )
    return {row.release_id: row for row in rows}
