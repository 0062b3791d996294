"""Give a coach's points and comments to trainees, by assignment or by attempt; it can be taken back with a reason, on record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.assignments.assessment_models import FeedbackChange
from app.assignments.models import Release, Submission
from app.assignments.states import SubmissionState
from app.platform import audit
from app.platform.clock import now
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _


def release_feedback(release: Release, *, by: Any) -> int:
    """Give back every graded attempt of a release that was not given back yet; how many they are.

    Raises:
        Refusal: there is none.
    """
    moment = now()
    rows = _attempts(release, is_released=False)
    if not rows:
        raise Refusal(_("No graded hand-in waits to be given back. Grade what waits first; nothing was changed."))
    for row in rows:
        row.feedback_released_at = moment
    release.feedback_released_at = release.feedback_released_at or moment
    _note(release, None, by=by, is_released=True, count=len(rows))
    return len(rows)


def release_feedback_of(submission: Submission, *, by: Any) -> None:
    """Give back one attempt. Needs ``submission.release`` loaded.

    Raises:
        Refusal: it is not graded yet.
    """
    if submission.state is not SubmissionState.GRADED:
        raise Refusal(_("This hand-in is not graded yet, so its feedback cannot be released."))
    if submission.feedback_released_at is None:
        submission.feedback_released_at = now()
        _note(submission.release, submission, by=by, is_released=True, count=1)


def take_back(release: Release, *, reason: str, by: Any, submission: Submission | None = None) -> int:
    """Hide points and comments of a release (or of one attempt) again; how many attempts that touches.

    Raises:
        Refusal: no reason was written, or nothing was released.
    """
    reason = reason.strip()
    if not reason:
        raise Refusal(_("Write why you take the feedback back; trainees may have read it."), field="reason")
    if submission is not None:
        rows: Sequence[Submission] = [submission] if submission.feedback_released_at is not None else []
    else:
        rows = _attempts(release, is_released=True)
        release.feedback_released_at = None
    if not rows:
        raise Refusal(_("No feedback is released here, so there is nothing to take back."))
    for row in rows:
        row.feedback_released_at = None
    _note(release, submission, by=by, is_released=False, count=len(rows), reason=reason)
    return len(rows)


def _attempts(release: Release, *, is_released: bool) -> Sequence[Submission]:
    chosen = select(Submission).where(Submission.release_id == release.id).with_for_update(of=Submission)
    if is_released:
        return db.session.scalars(chosen.where(Submission.feedback_released_at.is_not(None))).all()
    return db.session.scalars(
        chosen.where(Submission.feedback_released_at.is_(None), Submission.state == SubmissionState.GRADED)
    ).all()


def _note(
    release: Release, submission: Submission | None, *, by: Any, is_released: bool, count: int, reason: str = ""
) -> None:
    db.session.add(
        FeedbackChange(
            release_id=release.id,
            submission_id=submission.id if submission else None,
            by_id=by.id,
            is_released=is_released,
            reason=reason,
        )
    )
    audit.record(
        "feedback.released" if is_released else "feedback.taken_back",
        submission or release,
        by=by,
        cohort_id=release.cohort_id,
        attempts=count,
        reason=reason,
    )
