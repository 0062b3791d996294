"""The one door through which the points and the state of an attempt change; every change leaves a line of history."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.assignments.grade_models import GradeChange, Run, TaskScore
from app.assignments.models import Submission
from app.assignments.services.evidence import record_evidence
from app.assignments.states import SUBMISSION_TRANSITIONS, GradeChangeKind, SubmissionState
from app.platform.clock import now
from app.platform.database import db

TOLERANCE = 1e-9
BEING_RUN = (SubmissionState.HANDED_IN, SubmissionState.BEING_GRADED)


def move(submission: Submission, state: SubmissionState) -> None:
    """Change the state of an attempt.

    Raises:
        ValueError: the table of transitions does not allow it.
    """
    if submission.state is state:
        return
    if state not in SUBMISSION_TRANSITIONS[submission.state]:
        raise ValueError(f"an attempt cannot go from {submission.state} to {state}")
    submission.state = state


def set_points(
    row: TaskScore,
    *,
    by: Any,
    manual_score: float | None,
    extra_credit: float | None = None,
    reason: str = "",
) -> bool:
    """A coach's points for one task (None takes them back); the caller settles the attempt afterwards.

    Returns:
        Whether the points that count changed; a line of history was written then.
    """
    before = row.score
    row.manual_score = manual_score
    if extra_credit is not None:
        row.extra_credit = extra_credit
    row.graded_by_id = by.id if manual_score is not None else None
    row.graded_at = now() if manual_score is not None else None
    return note_change(row, before, GradeChangeKind.COACH, by=by, reason=reason)


def note_change(
    row: TaskScore,
    before: float | None,
    kind: GradeChangeKind,
    *,
    by: Any = None,
    run: Run | None = None,
    reason: str = "",
) -> bool:
    """Write history where the points of a task are no longer ``before``; whether they are not."""
    if _same(before, row.score):
        return False
    db.session.add(
        GradeChange(
            submission_id=row.submission_id,
            task_id=row.task_id,
            kind=kind,
            by_id=getattr(by, "id", None),
            run_id=run.id if run else None,
            from_score=before,
            to_score=row.score,
            reason=reason,
        )
    )
    return True


def settle(
    submission: Submission,
    *,
    kind: GradeChangeKind = GradeChangeKind.COACH,
    by: Any = None,
    run: Run | None = None,
    reason: str = "",
) -> None:
    """Recompute an attempt's points and state from its TaskScore rows.

    A change of the total is written to the history (task_id empty). While tests run (again), a coach's points count at
    once but the state stays that of the run; the end of the run (``kind`` RUN) moves it on.
    """
    db.session.flush()
    rows = list(db.session.scalars(select(TaskScore).where(TaskScore.submission_id == submission.id)))
    known = [row.score for row in rows if row.score is not None]
    before = submission.score
    submission.score = round(sum(known), 6) if known else None
    submission.max_score = sum(row.max_score for row in rows) or submission.max_score
    if not _same(before, submission.score):
        db.session.add(
            GradeChange(
                submission_id=submission.id,
                kind=kind,
                by_id=getattr(by, "id", None),
                run_id=run.id if run else None,
                from_score=before,
                to_score=submission.score,
                reason=reason,
            )
        )
    if kind is GradeChangeKind.RUN or submission.state not in (*BEING_RUN, SubmissionState.NOT_GRADABLE):
        waits = any(row.needs_manual and row.manual_score is None for row in rows)
        move(submission, SubmissionState.WAITS_FOR_COACH if waits else SubmissionState.GRADED)
        submission.graded_at = None if waits else (submission.graded_at or now())
    db.session.flush()
    if submission.state is SubmissionState.GRADED:
        record_evidence(submission)


def _same(first: float | None, second: float | None) -> bool:
    if first is None or second is None:
        return first is second
    return abs(first - second) < TOLERANCE
