"""What waits for a coach: attempts with hand-graded tasks that have no points yet, the oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.assignments.assessment_models import GradingClaim
from app.assignments.grade_models import TaskScore
from app.assignments.models import Release, Submission
from app.assignments.states import CountingAttempt, SubmissionState
from app.cohorts.models import Enrolment
from app.curriculum.models import Task
from app.platform.clock import now
from app.platform.database import db
from app.teams.models import Team


@dataclass(frozen=True, slots=True)
class Waiting:
    """One attempt of the queue. ``holder``: who has it open, with ``held_until``."""

    id: int
    release_id: int
    title: str
    is_anonymous: bool
    number: int
    received_at: datetime
    enrolment_id: int | None
    first_name: str | None
    last_name: str | None
    team: str | None
    tasks: int
    holder_id: int | None
    holder: str | None
    held_until: datetime | None


def still_counts() -> Any:
    """Condition on Submission (with Release joined): the latest attempt, or an earlier one with the most points where the best counts."""
    other = aliased(Submission)
    same = and_(
        other.release_id == Submission.release_id,
        or_(other.enrolment_id == Submission.enrolment_id, other.team_id == Submission.team_id),
    )
    is_latest = ~exists().where(same, other.number > Submission.number)
    beats = or_(other.score > Submission.score, and_(other.score == Submission.score, other.number > Submission.number))
    is_best = ~exists().where(same, other.id != Submission.id, beats)
    return or_(is_latest, and_(Release.counts == CountingAttempt.BEST, Submission.score.is_not(None), is_best))


def _waiting(chosen: Any, cohort_id: int, release_id: int | None) -> Any:
    chosen = chosen.where(
        Submission.cohort_id == cohort_id,
        Submission.state == SubmissionState.WAITS_FOR_COACH,
        Release.withdrawn_at.is_(None),
        still_counts(),
    )
    return chosen.where(Submission.release_id == release_id) if release_id else chosen


def waiting_ids(cohort_id: int, *, release_id: int | None = None) -> list[tuple[datetime, int]]:
    """(received at, id) of all that waits, the oldest first."""
    rows = db.session.execute(
        _waiting(
            select(Submission.received_at, Submission.id).join(Release, Release.id == Submission.release_id),
            cohort_id,
            release_id,
        ).order_by(Submission.received_at, Submission.id)
    )
    return [(row[0], row[1]) for row in rows]


def count_waiting(cohort_id: int) -> int:
    """How many attempts wait."""
    return (
        db.session.scalar(
            _waiting(
                select(func.count()).select_from(Submission).join(Release, Release.id == Submission.release_id),
                cohort_id,
                None,
            )
        )
        or 0
    )


def queue(cohort_id: int, *, release_id: int | None = None, limit: int = 50, offset: int = 0) -> list[Waiting]:
    """A page of the queue."""
    holder = aliased(Person)
    tasks = (
        select(func.count())
        .where(
            TaskScore.submission_id == Submission.id,
            TaskScore.needs_manual.is_(True),
            TaskScore.manual_score.is_(None),
        )
        .scalar_subquery()
    )
    chosen = (
        select(
            Submission.id,
            Submission.release_id,
            Release.title,
            Release.is_anonymous,
            Submission.number,
            Submission.received_at,
            Submission.enrolment_id,
            Person.first_name,
            Person.last_name,
            Team.name,
            tasks,
            GradingClaim.person_id,
            holder.first_name,
            GradingClaim.expires_at,
        )
        .join(Release, Release.id == Submission.release_id)
        .outerjoin(Enrolment, Enrolment.id == Submission.enrolment_id)
        .outerjoin(Person, Person.id == Enrolment.person_id)
        .outerjoin(Team, Team.id == Submission.team_id)
        .outerjoin(GradingClaim, and_(GradingClaim.submission_id == Submission.id, GradingClaim.expires_at > now()))
        .outerjoin(holder, holder.id == GradingClaim.person_id)
    )
    rows = db.session.execute(
        _waiting(chosen, cohort_id, release_id)
        .order_by(Submission.received_at, Submission.id)
        .limit(limit)
        .offset(offset)
    )
    return [Waiting(*row) for row in rows]


def waiting_by_task(cohort_id: int) -> Sequence[Any]:
    """Rows (release id, assignment's title, task id, task's title, answers that wait), for grading task by task."""
    return db.session.execute(
        _waiting(
            select(Release.id, Release.title, Task.id, Task.title, func.count())
            .select_from(TaskScore)
            .join(Submission, Submission.id == TaskScore.submission_id)
            .join(Release, Release.id == Submission.release_id)
            .join(Task, Task.id == TaskScore.task_id)
            .where(TaskScore.needs_manual.is_(True), TaskScore.manual_score.is_(None)),
            cohort_id,
            None,
        )
        .group_by(Release.id, Release.title, Task.id, Task.title, Task.position)
        .order_by(Release.id, Task.position)
    ).all()


def claim_on(submission_id: int) -> tuple[int, str, datetime] | None:
    """(person id, name, until) of the coach who has the attempt open now."""
    row = db.session.execute(
        select(GradingClaim.person_id, Person.first_name, Person.last_name, GradingClaim.expires_at)
        .join(Person, Person.id == GradingClaim.person_id)
        .where(GradingClaim.submission_id == submission_id, GradingClaim.expires_at > now())
    ).first()
    return (row[0], f"{row[1]} {row[2]}".strip(), row[3]) if row else None
