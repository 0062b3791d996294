"""The answers of an attempt beside those of the attempt before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.assignments.answers import cells_of, grade_id_of, source_of
from app.assignments.changes import Change, answer_changes
from app.assignments.models import Submission, SubmissionNotebook
from app.curriculum.models import AssignmentNotebook
from app.curriculum.states import TaskKind
from app.platform import files
from app.platform.database import db

WRITTEN = (TaskKind.AUTOGRADED_ANSWER, TaskKind.ANSWER)


@dataclass(frozen=True, slots=True)
class AttemptChanges:
    """What changed since ``before``; ``titles``: grade id -> the task's title; ``same``: answers left as they were."""

    before: Submission
    changes: list[Change]
    titles: dict[str, str]
    same: int


def changes_since_last(submission: Submission) -> AttemptChanges | None:
    """What changed since the attempt before; None for the first one. Needs ``release`` loaded."""
    own = (
        Submission.enrolment_id == submission.enrolment_id
        if submission.enrolment_id is not None
        else Submission.team_id == submission.team_id
    )
    before = db.session.scalar(
        select(Submission)
        .where(Submission.release_id == submission.release_id, own, Submission.number < submission.number)
        .order_by(Submission.number.desc())
        .limit(1)
    )
    if before is None:
        return None
    rows = db.session.execute(
        select(SubmissionNotebook.submission_id, SubmissionNotebook.sha256, SubmissionNotebook.notebook_id).where(
            SubmissionNotebook.submission_id.in_((before.id, submission.id))
        )
    ).all()
    held = files.load_many({row.sha256 for row in rows})
    books = db.session.scalars(
        select(AssignmentNotebook)
        .where(AssignmentNotebook.assignment_id == submission.release.assignment_id)
        .options(selectinload(AssignmentNotebook.tasks))
        .order_by(AssignmentNotebook.position, AssignmentNotebook.id)
    )
    changes: list[Change] = []
    titles: dict[str, str] = {}
    same = 0
    for book in books:
        order = [task.grade_id for task in book.tasks if task.kind in WRITTEN]
        titles |= {task.grade_id: task.title or task.grade_id for task in book.tasks}
        texts = {
            row.submission_id: _texts(held.get(row.sha256, b""), order) for row in rows if row.notebook_id == book.id
        }
        found = answer_changes(texts.get(before.id, {}), texts.get(submission.id, {}), order)
        changes += found
        same += len(order) - len(found)
    return AttemptChanges(before, changes, titles, same)


def _texts(notebook: bytes, wanted: Iterable[str]) -> dict[str, str]:
    wanted = set(wanted)
    return {
        grade_id: source_of(cell).rstrip() for cell in cells_of(notebook) if (grade_id := grade_id_of(cell)) in wanted
    }
