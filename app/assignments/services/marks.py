"""A coach's points for a task: checked, never written over another coach's without a word, and settled."""

from __future__ import annotations

import math
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.assignments.grade_models import TaskScore
from app.assignments.models import Release, Submission
from app.assignments.queries.by_task import waiting_answers
from app.assignments.services import scores
from app.assignments.services.comments import save_comment
from app.platform import audit
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import format_points
from app.platform.i18n import gettext as _

MOST_EXTRA = 1000.0


class Conflict(Refusal):
    """Somebody else changed the row since the page was read; ``version`` is the row's present one."""

    def __init__(self, message: Any, version: int) -> None:
        super().__init__(message, field="points")
        self.version = version


def parse_points(text: str, *, field: str = "points") -> float | None:
    """Points as people type them ("2", "2.5", "2,5"); None for nothing.

    Raises:
        Refusal: it is no number.
    """
    text = text.strip().replace(",", ".").replace("\N{MINUS SIGN}", "-")
    if not text:
        return None
    try:
        points = float(text)
    except ValueError:
        points = math.nan
    if not math.isfinite(points):
        raise Refusal(_("“%(text)s” is no number of points. Write digits, such as 2 or 2.5.", text=text), field=field)
    return points


def locked_row(submission: Submission, task_id: int) -> TaskScore:
    """The points of a task as they are now, held until the transaction ends.

    Raises:
        Refusal: the attempt has no points for such a task.
    """
    db.session.execute(select(Submission.id).where(Submission.id == submission.id).with_for_update())
    row = db.session.scalar(
        select(TaskScore)
        .where(TaskScore.submission_id == submission.id, TaskScore.task_id == task_id)
        .options(joinedload(TaskScore.task), joinedload(TaskScore.graded_by))
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise Refusal(
            _("This attempt has no points for that task yet. Wait until the tests have run, then load the page again.")
        )
    return row


def give_points(
    submission: Submission,
    task_id: int,
    points: float | None,
    *,
    by: Any,
    version: int,
    extra_credit: float | None = None,
    reason: str = "",
) -> TaskScore:
    """Set a coach's points for a task of an attempt and settle the attempt; None takes the points back.

    Args:
        version: of the row as the coach's page showed it.
        extra_credit: points beyond the task's greatest; None leaves them as they are.

    Raises:
        Refusal: more than the task's greatest points, or less than nothing; nothing was changed.
        Conflict: another coach gave other points meanwhile; nothing was changed.
    """
    row = locked_row(submission, task_id)
    _check_range(row, points, extra_credit)
    wanted = (points, row.extra_credit if extra_credit is None else extra_credit)
    if wanted == (row.manual_score, row.extra_credit):
        return row
    if row.version != version and row.graded_by is not None and row.graded_by_id != by.id:
        raise Conflict(
            _(
                "%(name)s gave %(points)s points to this task while your page was open. Nothing was changed; what you"
                " typed is still here. Save again to put your points in their place.",
                name=row.graded_by.full_name,
                points=format_points(row.score),
            ),
            row.version,
        )
    before = row.score
    scores.set_points(row, by=by, manual_score=points, extra_credit=extra_credit, reason=reason)
    scores.settle(submission, by=by, reason=reason)
    audit.record(
        "submission.marked",
        submission,
        by=by,
        cohort_id=submission.cohort_id,
        task=task_id,
        before=before,
        after=row.score,
    )
    return row


def _check_range(row: TaskScore, points: float | None, extra_credit: float | None) -> None:
    if points is not None and points < 0:
        raise Refusal(_("Points cannot be less than 0. Nothing was changed."), field="points")
    if points is not None and points > row.max_score:
        raise Refusal(
            _(
                "This task has at most %(max)s points, and you gave %(points)s. Nothing was changed. What goes beyond is"
                " extra credit and has a field of its own.",
                max=format_points(row.max_score),
                points=format_points(points),
            ),
            field="points",
        )
    if extra_credit is not None and not 0 <= extra_credit <= MOST_EXTRA:
        raise Refusal(
            _("Extra credit lies between 0 and %(max)s points.", max=format_points(MOST_EXTRA)), field="extra"
        )
    if extra_credit and points is None and row.manual_score is None and row.needs_manual:
        raise Refusal(_("Give the task its points first; extra credit is added to them."), field="points")


def mark_group(release: Release, task_id: int, answer_hash: str, points: float, comment: str, *, by: Any) -> int:
    """Give every waiting attempt with the same answer to a task the same points and comment.

    Marks that somebody gave meanwhile are left alone.

    Returns:
        How many attempts got the points.

    Raises:
        Refusal: the points lie outside the task's range, or the comment is too long; nothing was changed.
    """
    given = 0
    for submission_id, its_hash, _name, _enrolment_id in waiting_answers(release.id, task_id):
        if its_hash != answer_hash:
            continue
        submission = db.session.get_one(Submission, submission_id)
        row = locked_row(submission, task_id)
        if row.manual_score is not None:
            continue
        give_points(submission, task_id, points, by=by, version=row.version)
        if comment.strip():
            save_comment(submission, comment, by=by, task_id=task_id)
        given += 1
    return given
