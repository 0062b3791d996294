"""How far the feedback of a release is: graded, given back, and when that was done or undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.assignments.assessment_models import FeedbackChange
from app.assignments.models import Release, Submission
from app.assignments.states import SubmissionState
from app.platform.database import db


@dataclass(frozen=True, slots=True)
class FeedbackState:
    """Numbers of attempts: ready to be given back, waiting for a coach, given back."""

    ready: int
    waiting: int
    given: int


def feedback_state(release: Release) -> FeedbackState:
    """How far the feedback of a release is; one query."""
    rows = db.session.execute(
        select(Submission.state, Submission.feedback_released_at.is_not(None), func.count())
        .where(Submission.release_id == release.id)
        .group_by(Submission.state, Submission.feedback_released_at.is_not(None))
    ).all()
    return FeedbackState(
        ready=sum(n for state, given, n in rows if state is SubmissionState.GRADED and not given),
        waiting=sum(n for state, given, n in rows if state is SubmissionState.WAITS_FOR_COACH and not given),
        given=sum(n for _state, given, n in rows if given),
    )


def feedback_changes(release: Release) -> Sequence[FeedbackChange]:
    """When feedback was released and taken back, the newest first."""
    return db.session.scalars(
        select(FeedbackChange)
        .where(FeedbackChange.release_id == release.id)
        .options(joinedload(FeedbackChange.by))
        .order_by(FeedbackChange.id.desc())
        .limit(30)
    ).all()
