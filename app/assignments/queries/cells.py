"""What stands behind one cell of the gradebook: the attempts, the one that counts, how its points came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.assignments.assessment_models import Extension
from app.assignments.grade_models import GradeChange, TaskScore
from app.assignments.lateness import Lateness, Terms, attempts_left, counting, lateness, net
from app.assignments.models import Release, Submission, SubmissionMember
from app.assignments.queries.extensions import extensions_of_trainee, terms_for
from app.cohorts.models import Enrolment
from app.platform.database import db


@dataclass(frozen=True, slots=True)
class Story:
    """One trainee's work on one release. ``by_tests`` and ``by_hand``: (points, of how many); ``waiting``: points."""

    release: Release
    enrolment: Enrolment
    terms: Terms
    attempts: Sequence[Submission]
    chosen: Submission | None
    late: Lateness | None
    points: float | None
    by_tests: tuple[float, float]
    by_hand: tuple[float, float]
    waiting: float
    changes: Sequence[GradeChange]
    extensions: Sequence[Extension]

    @property
    def left(self) -> int | None:
        """Attempts that remain."""
        return attempts_left(self.terms, len(self.attempts))


def cell_story(cohort_id: int, enrolment_id: int, release_id: int) -> Story | None:
    """The story of a cell; None where trainee and release are not both of the cohort."""
    release = db.session.scalar(
        select(Release).where(Release.id == release_id, Release.cohort_id == cohort_id, Release.withdrawn_at.is_(None))
    )
    enrolment = db.session.scalar(
        select(Enrolment)
        .where(Enrolment.id == enrolment_id, Enrolment.cohort_id == cohort_id)
        .options(joinedload(Enrolment.person))
    )
    if release is None or enrolment is None:
        return None
    attempts = attempts_of(release_id, enrolment_id)
    terms = terms_for(release, enrolment_id)
    chosen = counting(attempts, terms, release.counts)
    found = chosen if isinstance(chosen, Submission) else None
    late = lateness(terms, found.received_at) if found else None
    tests, hand, waiting = _makeup(found.id) if found else ((0.0, 0.0), (0.0, 0.0), 0.0)
    return Story(
        release=release,
        enrolment=enrolment,
        terms=terms,
        attempts=attempts,
        chosen=found,
        late=late,
        points=net(found.score, late) if found and late else None,
        by_tests=tests,
        by_hand=hand,
        waiting=waiting,
        changes=_totals_changed(found.id) if found else (),
        extensions=extensions_of_trainee(release_id, enrolment_id),
    )


def attempts_of(release_id: int, enrolment_id: int) -> Sequence[Submission]:
    """The attempts on a release that count for a trainee, the first first."""
    return db.session.scalars(
        select(Submission)
        .join(SubmissionMember, SubmissionMember.submission_id == Submission.id)
        .where(Submission.release_id == release_id, SubmissionMember.enrolment_id == enrolment_id)
        .order_by(Submission.number, Submission.id)
    ).all()


def _makeup(submission_id: int) -> tuple[tuple[float, float], tuple[float, float], float]:
    """Points by tests and by hand with what each could be, and the points that wait for a coach."""
    rows = db.session.scalars(
        select(TaskScore).where(TaskScore.submission_id == submission_id, TaskScore.max_score > 0)
    ).all()
    tests = [row for row in rows if not row.needs_manual and row.manual_score is None]
    hand = [row for row in rows if row.manual_score is not None]
    waiting = sum(row.max_score for row in rows if row.needs_manual and row.manual_score is None)
    return (
        (sum(row.score or 0 for row in tests), sum(row.max_score for row in tests)),
        (sum(row.score or 0 for row in hand), sum(row.max_score for row in hand)),
        waiting,
    )


def _totals_changed(submission_id: int) -> Sequence[GradeChange]:
    return db.session.scalars(
        select(GradeChange)
        .where(GradeChange.submission_id == submission_id, GradeChange.task_id.is_(None))
        .options(joinedload(GradeChange.by))
        .order_by(GradeChange.id.desc())
        .limit(6)
    ).all()


def attempts_count(release_id: int, enrolment_id: int) -> int:
    """How many attempts on a release count for a trainee."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Submission)
            .join(SubmissionMember, SubmissionMember.submission_id == Submission.id)
            .where(Submission.release_id == release_id, SubmissionMember.enrolment_id == enrolment_id)
        )
        or 0
    )
