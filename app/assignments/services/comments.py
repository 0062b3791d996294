"""A coach's words on a task, a cell or the whole attempt; each coach writes own comments and never over another's."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.assignments.assessment_models import ReusableComment
from app.assignments.grade_models import Comment
from app.assignments.models import Submission
from app.platform.clock import now
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _

LONGEST = 10_000
MOST_KEPT = 50


def save_comment(
    submission: Submission, text: str, *, by: Any, task_id: int | None = None, cell_key: str = ""
) -> Comment | None:
    """Write, change or (with nothing) take away the coach's own comment.

    Args:
        task_id: the task it is about; None for the attempt as a whole.
        cell_key: a single cell of the notebook, where it is about that.

    Raises:
        Refusal: longer than 10,000 characters.
    """
    text = text.strip().replace("\r\n", "\n")
    if len(text) > LONGEST:
        raise Refusal(
            _("A comment has at most %(max)s characters; this one has %(count)s.", max=LONGEST, count=len(text)),
            field="comment",
        )
    row = db.session.scalar(
        select(Comment).where(
            Comment.submission_id == submission.id,
            Comment.task_id.is_(None) if task_id is None else Comment.task_id == task_id,
            Comment.cell_key == cell_key,
            Comment.author_id == by.id,
        )
    )
    if not text:
        if row is not None:
            db.session.delete(row)
            db.session.flush()
        return None
    if row is None:
        row = Comment(submission_id=submission.id, task_id=task_id, cell_key=cell_key, author_id=by.id, text=text)
        db.session.add(row)
    elif row.text != text:
        row.text = text
        row.updated_at = now()
    db.session.flush()
    return row


def keep_comment(text: str, *, by: Any) -> ReusableComment | None:
    """Keep a comment to use it again; what is kept already is not kept twice.

    Raises:
        Refusal: nothing was written, or 50 are kept already.
    """
    text = text.strip().replace("\r\n", "\n")
    if not text:
        raise Refusal(_("Write a comment first, then keep it."), field="comment")
    kept = db.session.scalars(select(ReusableComment).where(ReusableComment.person_id == by.id)).all()
    same = next((row for row in kept if row.text == text), None)
    if same is not None:
        return same
    if len(kept) >= MOST_KEPT:
        raise Refusal(_("You keep %(max)s comments already. Forget one first.", max=MOST_KEPT), field="comment")
    row = ReusableComment(person_id=by.id, text=text[:LONGEST])
    db.session.add(row)
    db.session.flush()
    return row


def forget_comment(comment_id: int, *, by: Any) -> None:
    """Forget a kept comment of one's own; comments given with it stay."""
    row = db.session.get(ReusableComment, comment_id)
    if row is not None and row.person_id == by.id:
        db.session.delete(row)
        db.session.flush()
