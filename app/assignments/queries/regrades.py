"""Reads of regrade requests: one with its thread, those of a cohort, those of an attempt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.assignments.assessment_models import RegradeMessage, RegradeRequest
from app.assignments.grade_models import TaskScore
from app.assignments.models import Release, Submission
from app.assignments.states import RegradeState
from app.cohorts.models import Cohort, Enrolment
from app.curriculum.models import AssignmentNotebook, Task
from app.platform.database import db


def request_by_id(request_id: int) -> RegradeRequest | None:
    """A request with its thread, task and attempt."""
    return db.session.scalar(
        select(RegradeRequest)
        .where(RegradeRequest.id == request_id)
        .options(
            joinedload(RegradeRequest.task),
            joinedload(RegradeRequest.asked_by),
            joinedload(RegradeRequest.submission).options(
                joinedload(Submission.release),
                joinedload(Submission.team),
                joinedload(Submission.enrolment).joinedload(Enrolment.person),
            ),
            selectinload(RegradeRequest.messages).joinedload(RegradeMessage.author),
        )
    )


def requests_of_cohort(cohort: Cohort, *, limit: int = 200) -> Sequence[Any]:
    """Rows (request, release's title) of a cohort: the open ones first, the oldest first among them."""
    return db.session.execute(
        select(RegradeRequest, Release.title)
        .join(Submission, Submission.id == RegradeRequest.submission_id)
        .join(Release, Release.id == Submission.release_id)
        .where(RegradeRequest.cohort_id == cohort.id)
        .options(joinedload(RegradeRequest.task), joinedload(RegradeRequest.asked_by))
        .order_by(case((RegradeRequest.state == RegradeState.OPEN, 0), else_=1), RegradeRequest.asked_at)
        .limit(limit)
    ).all()


def count_open(cohort_id: int) -> int:
    """How many requests wait for an answer."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(RegradeRequest)
            .where(RegradeRequest.cohort_id == cohort_id, RegradeRequest.state == RegradeState.OPEN)
        )
        or 0
    )


def requests_of_submission(submission_id: int) -> dict[int, RegradeRequest]:
    """The latest request of each task of an attempt, by task id."""
    rows = db.session.scalars(
        select(RegradeRequest).where(RegradeRequest.submission_id == submission_id).order_by(RegradeRequest.id)
    )
    return {row.task_id: row for row in rows}


def task_of_submission(submission: Submission, task_id: int) -> Task | None:
    """A task of the attempt's assignment. Needs ``submission.release`` loaded."""
    return db.session.scalar(
        select(Task)
        .join(AssignmentNotebook, AssignmentNotebook.id == Task.notebook_id)
        .where(Task.id == task_id, AssignmentNotebook.assignment_id == submission.release.assignment_id)
    )


def score_of(submission_id: int, task_id: int) -> TaskScore | None:
    """The points of a task of an attempt."""
    return db.session.scalar(
        select(TaskScore).where(TaskScore.submission_id == submission_id, TaskScore.task_id == task_id)
    )
