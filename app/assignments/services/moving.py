"""Move a release, with all that was handed in and marked, to the same assignment of another version of its course."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from app.assignments.assessment_models import RegradeRequest
from app.assignments.grade_models import Comment, GradeChange, TaskScore
from app.assignments.models import Draft, Release, Submission, SubmissionNotebook
from app.assignments.queries.batches import tasks_by_key
from app.curriculum.models import Assignment, AssignmentNotebook
from app.platform.database import db


def move_release(release: Release, assignment_id: int) -> None:
    """Point a release at another version's assignment with the same notebooks and tasks (``tasks_by_key`` is equal)."""
    old, new = tasks_by_key(release.assignment_id), tasks_by_key(assignment_id)
    books_before, books_after = _notebooks(release.assignment_id), _notebooks(assignment_id)
    attempts = select(Submission.id).where(Submission.release_id == release.id)
    for key, task in old.items():
        for model in (TaskScore, Comment, GradeChange, RegradeRequest):
            _set(model, "task_id", model.task_id == task.id, model.submission_id.in_(attempts), value=new[key].id)
        most = new[key].max_score
        _set(
            TaskScore, "max_score", TaskScore.task_id == new[key].id, TaskScore.submission_id.in_(attempts), value=most
        )
    for name, notebook_id in books_before.items():
        found = SubmissionNotebook.notebook_id == notebook_id
        inside = SubmissionNotebook.submission_id.in_(attempts)
        _set(SubmissionNotebook, "notebook_id", found, inside, value=books_after[name])
        _set(
            Draft,
            "notebook_id",
            Draft.notebook_id == notebook_id,
            Draft.release_id == release.id,
            value=books_after[name],
        )
    release.assignment_id = assignment_id
    release.max_score = db.session.get_one(Assignment, assignment_id).max_score
    db.session.flush()
    # What was loaded before still names the old rows.
    db.session.expire_all()


def _set(model: Any, column: str, *conditions: Any, value: Any) -> None:
    db.session.execute(
        update(model).where(*conditions).values({column: value}), execution_options={"synchronize_session": False}
    )


def _notebooks(assignment_id: int) -> dict[str, int]:
    rows = db.session.execute(
        select(AssignmentNotebook.name, AssignmentNotebook.id).where(AssignmentNotebook.assignment_id == assignment_id)
    )
    return {row.name: row.id for row in rows}
