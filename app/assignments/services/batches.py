"""Grade all attempts of a release again after a repair: a dry run first, then applied, and undone if it was a mistake.

Points that coaches gave are never touched; only the tests' part of each task moves.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from app.assignments.assessment_models import BatchRegrade, BatchRegradeItem
from app.assignments.grade_models import TaskScore
from app.assignments.models import Release, Submission
from app.assignments.queries.batches import scores_by_key, tasks_by_key
from app.assignments.services import scores
from app.assignments.services.moving import move_release
from app.assignments.states import BATCH_TRANSITIONS, BatchState, GradeChangeKind, SubmissionState
from app.curriculum.models import Assignment
from app.platform import audit, jobs
from app.platform.clock import now
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _

KIND = "grading.try"
# Behind every hand-in: nobody waits longer for a result because a coach tries something.
PRIORITY = -10
OPEN = (BatchState.TRYING, BatchState.TRIED)


def start(release: Release, target: Assignment, *, reason: str, by: Any) -> BatchRegrade:
    """Queue the dry run of all attempts that have been graded.

    Args:
        target: whose tests are used: the release's own assignment, or the same one of a newer version of its course.

    Raises:
        Refusal: no reason, another batch is open, nothing to grade, or the newer version has other tasks.
    """
    reason = reason.strip()
    if not reason:
        raise Refusal(_("Write what was repaired; it is kept in the history."), field="reason")
    db.session.execute(select(Release.id).where(Release.id == release.id).with_for_update())
    held = db.session.scalar(
        select(BatchRegrade.id).where(BatchRegrade.release_id == release.id, BatchRegrade.state.in_(OPEN))
    )
    if held is not None:
        raise Refusal(_("A batch regrade of this assignment is open already. Apply it or drop it first."))
    before, after = tasks_by_key(release.assignment_id), tasks_by_key(target.id)
    if set(before) != set(after):
        names = ", ".join(sorted(set(before) ^ set(after))[:5])
        raise Refusal(
            _("That version has other tasks (%(names)s), so marks cannot move to it. Release it anew.", names=names),
            field="version",
        )
    attempts = db.session.scalars(
        select(Submission)
        .where(
            Submission.release_id == release.id,
            Submission.state.in_((SubmissionState.WAITS_FOR_COACH, SubmissionState.GRADED)),
        )
        .order_by(Submission.id)
    ).all()
    if not attempts:
        raise Refusal(_("No attempt of this assignment has been graded yet."))
    batch = BatchRegrade(
        release_id=release.id,
        cohort_id=release.cohort_id,
        from_assignment_id=release.assignment_id,
        to_assignment_id=target.id,
        reason=reason,
        created_by_id=by.id,
    )
    db.session.add(batch)
    db.session.flush()
    for attempt in attempts:
        item = BatchRegradeItem(batch_id=batch.id, submission_id=attempt.id, before={})
        db.session.add(item)
        db.session.flush()
        jobs.enqueue(KIND, subject_id=item.id, priority=PRIORITY)
    audit.record("batch_regrade.started", batch, by=by, cohort_id=batch.cohort_id, attempts=len(attempts))
    return batch


def note_tried(item: BatchRegradeItem, after: dict[str, Any] | None, fault: str = "") -> None:
    """Record one attempt of the dry run; the last one ends it. Needs ``item.batch`` loaded."""
    item.after, item.fault = after, fault
    db.session.flush()
    left = db.session.scalar(
        select(func.count())
        .select_from(BatchRegradeItem)
        .where(
            BatchRegradeItem.batch_id == item.batch_id,
            BatchRegradeItem.after.is_(None),
            BatchRegradeItem.fault == "",
        )
    )
    if not left and item.batch.state is BatchState.TRYING:
        _move(item.batch, BatchState.TRIED)


def apply(batch: BatchRegrade, *, by: Any) -> int:
    """Give the tried points; how many attempts moved. Needs ``release`` and ``items`` loaded.

    Raises:
        Refusal: the dry run has not ended, or the batch was applied or dropped already.
    """
    _check(batch, BatchState.TRIED, _("The dry run has not ended, or this was done already."))
    items = list(batch.items)
    if batch.to_assignment_id != batch.from_assignment_id:
        move_release(batch.release, batch.to_assignment_id)
    moved = 0
    for item in items:
        if item.after is None:
            continue
        item.before = {key: _facts(row) for key, row in scores_by_key(item.submission_id).items()}
        moved += _give(batch, item, item.after, GradeChangeKind.REGRADE, by=by)
    _move(batch, BatchState.APPLIED)
    batch.applied_at, batch.applied_by_id = now(), by.id
    audit.record("batch_regrade.applied", batch, by=by, cohort_id=batch.cohort_id, moved=moved)
    return moved


def undo(batch: BatchRegrade, *, by: Any) -> int:
    """Put back the points of before, where no later run has changed them; how many attempts moved.

    Raises:
        Refusal: the batch is not applied.
    """
    _check(batch, BatchState.APPLIED, _("This batch is not applied, so there is nothing to undo."))
    items = list(batch.items)
    if batch.to_assignment_id != batch.from_assignment_id:
        move_release(batch.release, batch.from_assignment_id)
    moved = 0
    for item in items:
        if item.after is None:
            continue
        present = scores_by_key(item.submission_id)
        untouched = {
            key: facts
            for key, facts in item.before.items()
            if key in present and key in item.after and present[key].auto_score == item.after[key]["score"]
        }
        moved += _give(batch, item, untouched, GradeChangeKind.UNDONE, by=by)
    _move(batch, BatchState.UNDONE)
    batch.undone_at, batch.undone_by_id = now(), by.id
    audit.record("batch_regrade.undone", batch, by=by, cohort_id=batch.cohort_id, moved=moved)
    return moved


def drop(batch: BatchRegrade, *, by: Any) -> None:
    """Throw a dry run away.

    Raises:
        Refusal: it was applied already.
    """
    if batch.state not in OPEN:
        raise Refusal(_("This batch was applied or dropped already."))
    _move(batch, BatchState.DROPPED)
    audit.record("batch_regrade.dropped", batch, by=by, cohort_id=batch.cohort_id)


def _give(batch: BatchRegrade, item: BatchRegradeItem, facts: dict[str, Any], kind: GradeChangeKind, *, by: Any) -> int:
    submission = db.session.get_one(Submission, item.submission_id)
    total = submission.score
    for key, row in scores_by_key(item.submission_id).items():
        if key not in facts or row.needs_manual:
            continue
        before = row.score
        row.auto_score, row.passed = facts[key]["score"], facts[key]["passed"]
        row.message, row.error_name = facts[key]["message"], facts[key]["error_name"]
        scores.note_change(row, before, kind, by=by, reason=batch.reason)
    scores.settle(submission, kind=kind, by=by, reason=batch.reason)
    return int(submission.score != total)


def _facts(row: TaskScore) -> dict[str, Any]:
    return {"score": row.auto_score, "passed": row.passed, "message": row.message, "error_name": row.error_name}


def _check(batch: BatchRegrade, state: BatchState, words: Any) -> None:
    if batch.state is not state:
        raise Refusal(words)


def _move(batch: BatchRegrade, state: BatchState) -> None:
    if state not in BATCH_TRANSITIONS[batch.state]:
        raise ValueError(f"a batch regrade cannot go from {batch.state} to {state}")
    batch.state = state
    db.session.flush()
