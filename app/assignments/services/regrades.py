"""A trainee asks for another look at a mark; a coach answers, with other points or with the same; all of it on record."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.assignments.assessment_models import RegradeMessage, RegradeRequest
from app.assignments.models import Submission
from app.assignments.services import marks
from app.assignments.states import REGRADE_TRANSITIONS, RegradeState, SubmissionState
from app.platform import audit
from app.platform.clock import now
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _

LONGEST = 5_000


def ask(submission: Submission, task_id: int, text: str, *, by: Any, is_known: bool) -> RegradeRequest:
    """Ask for another look at the mark of a task.

    Args:
        is_known: whether the trainee sees points for the task already.

    Raises:
        Refusal: no reason, no mark to look at, or a request is open already.
    """
    text = _text(text)
    if not is_known or submission.state not in (SubmissionState.GRADED, SubmissionState.WAITS_FOR_COACH):
        raise Refusal(_("This task has no points yet, so there is nothing to look at again."))
    db.session.execute(select(Submission.id).where(Submission.id == submission.id).with_for_update())
    held = db.session.scalar(
        select(RegradeRequest.id).where(
            RegradeRequest.submission_id == submission.id,
            RegradeRequest.task_id == task_id,
            RegradeRequest.state == RegradeState.OPEN,
        )
    )
    if held is not None:
        raise Refusal(_("A request for this task is open already. Write your message there."))
    row = RegradeRequest(
        submission_id=submission.id, task_id=task_id, cohort_id=submission.cohort_id, asked_by_id=by.id
    )
    db.session.add(row)
    db.session.flush()
    _say(row, text, by=by)
    audit.record("regrade.asked", row, by=by, cohort_id=row.cohort_id, submission=submission.id, task=task_id)
    return row


def reply(request: RegradeRequest, text: str, *, by: Any) -> None:
    """Add a message to the thread; one to a request that was answered opens it again.

    Raises:
        Refusal: nothing was written, or the request was withdrawn.
    """
    text = _text(text)
    if request.state is RegradeState.WITHDRAWN:
        raise Refusal(_("This request was withdrawn. Ask anew if you want another look."))
    if request.state is not RegradeState.OPEN:
        _move(request, RegradeState.OPEN, by=by)
    _say(request, text, by=by)


def answer(
    request: RegradeRequest, text: str, *, by: Any, points: float | None = None, version: int = 0
) -> RegradeState:
    """A coach's answer closes the request: CHANGED where other points were given with it, else KEPT.

    Needs ``request.submission`` loaded.

    Raises:
        Refusal: nothing was written, the points are out of range, or the request is closed.
        marks.Conflict: another coach changed the points meanwhile.
    """
    text = _text(text)
    if request.state is not RegradeState.OPEN:
        raise Refusal(_("This request is closed already."))
    changed = False
    if points is not None:
        before = marks.locked_row(request.submission, request.task_id).score
        row = marks.give_points(
            request.submission,
            request.task_id,
            points,
            by=by,
            version=version,
            reason=_("Answer to a regrade request"),
        )
        changed = row.score != before
    _say(request, text, by=by)
    _move(request, RegradeState.CHANGED if changed else RegradeState.KEPT, by=by)
    audit.record("regrade.answered", request, by=by, cohort_id=request.cohort_id, outcome=request.state.value)
    return request.state


def withdraw(request: RegradeRequest, *, by: Any) -> None:
    """The trainee takes the request back.

    Raises:
        Refusal: it is closed already.
    """
    if request.state is not RegradeState.OPEN:
        raise Refusal(_("This request is closed already."))
    _move(request, RegradeState.WITHDRAWN, by=by)
    audit.record("regrade.withdrawn", request, by=by, cohort_id=request.cohort_id)


def _move(request: RegradeRequest, state: RegradeState, *, by: Any) -> None:
    if state not in REGRADE_TRANSITIONS[request.state]:
        raise ValueError(f"a regrade request cannot go from {request.state} to {state}")
    request.state = state
    request.closed_at = None if state is RegradeState.OPEN else now()
    request.closed_by_id = None if state is RegradeState.OPEN else by.id
    db.session.flush()


def _say(request: RegradeRequest, text: str, *, by: Any) -> None:
    db.session.add(RegradeMessage(request_id=request.id, author_id=by.id, text=text))
    db.session.flush()


def _text(text: str) -> str:
    text = text.strip().replace("\r\n", "\n")
    if not text:
        raise Refusal(_("Write a few words, so that the other knows what you mean."), field="text")
    if len(text) > LONGEST:
        raise Refusal(_("Write at most %(max)s characters.", max=LONGEST), field="text")
    return text
