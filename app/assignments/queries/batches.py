"""Reads of batch regrades: tasks by a key that all versions share, who would move, the versions to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.assignments.assessment_models import BatchRegrade, BatchRegradeItem
from app.assignments.grade_models import TaskScore
from app.assignments.models import Release, Submission
from app.cohorts.models import Enrolment
from app.curriculum.models import Assignment, AssignmentNotebook, CourseVersion, Task
from app.platform.database import db


@dataclass(frozen=True, slots=True)
class Move:
    """One attempt of a dry run: its points now, and as they would be."""

    submission: Submission
    before: float
    after: float | None
    fault: str

    @property
    def change(self) -> float:
        """Points more (or less)."""
        return 0.0 if self.after is None else round(self.after - self.before, 6)


def tasks_by_key(assignment_id: int) -> dict[str, Task]:
    """Tasks by "notebook/grade id", which is the same in every version."""
    rows = db.session.execute(
        select(AssignmentNotebook.name, Task)
        .join(Task, Task.notebook_id == AssignmentNotebook.id)
        .where(AssignmentNotebook.assignment_id == assignment_id)
    )
    return {f"{name}/{task.grade_id}": task for name, task in rows}


def scores_by_key(submission_id: int) -> dict[str, TaskScore]:
    """The points of an attempt by the same key."""
    rows = db.session.execute(
        select(AssignmentNotebook.name, Task.grade_id, TaskScore)
        .join(Task, Task.id == TaskScore.task_id)
        .join(AssignmentNotebook, AssignmentNotebook.id == Task.notebook_id)
        .where(TaskScore.submission_id == submission_id)
        .execution_options(populate_existing=True)
    )
    return {f"{name}/{grade_id}": score for name, grade_id, score in rows}


def batch_by_id(batch_id: int) -> BatchRegrade | None:
    """A batch with its release and items."""
    return db.session.scalar(
        select(BatchRegrade)
        .where(BatchRegrade.id == batch_id)
        .options(
            joinedload(BatchRegrade.release).joinedload(Release.cohort),
            selectinload(BatchRegrade.items)
            .joinedload(BatchRegradeItem.submission)
            .options(joinedload(Submission.team), joinedload(Submission.enrolment).joinedload(Enrolment.person)),
        )
    )


def batches_of_release(release_id: int) -> Sequence[BatchRegrade]:
    """The batches of a release, the newest first."""
    return db.session.scalars(
        select(BatchRegrade).where(BatchRegrade.release_id == release_id).order_by(BatchRegrade.id.desc())
    ).all()


def moves_of(batch: BatchRegrade) -> list[Move]:
    """Who moves, from what to what: the greatest change first. ``batch`` as ``batch_by_id`` loads it; one query."""
    rows: dict[int, dict[str, TaskScore]] = {}
    for submission_id, name, grade_id, score in db.session.execute(
        select(TaskScore.submission_id, AssignmentNotebook.name, Task.grade_id, TaskScore)
        .join(Task, Task.id == TaskScore.task_id)
        .join(AssignmentNotebook, AssignmentNotebook.id == Task.notebook_id)
        .where(TaskScore.submission_id.in_([item.submission_id for item in batch.items]))
    ):
        rows.setdefault(submission_id, {})[f"{name}/{grade_id}"] = score
    moves = []
    for item in batch.items:
        held = rows.get(item.submission_id, {})
        before = sum(row.score or 0.0 for row in held.values())
        after = None
        if item.after is not None:
            after = sum(
                (item.after[key]["score"] or 0.0) + row.extra_credit
                if key in item.after and not row.needs_manual and row.manual_score is None
                else row.score or 0.0
                for key, row in held.items()
            )
        moves.append(Move(item.submission, before, after, item.fault))
    return sorted(moves, key=lambda move: (-abs(move.change), move.submission.id))


def versions_of(release: Release) -> Sequence[tuple[Assignment, CourseVersion]]:
    """The release's assignment and the same one in newer versions of its course, the newest first."""
    present = db.session.execute(
        select(Assignment.slug, CourseVersion.course_id, CourseVersion.number)
        .join(CourseVersion, CourseVersion.id == Assignment.version_id)
        .where(Assignment.id == release.assignment_id)
    ).one()
    rows = db.session.execute(
        select(Assignment, CourseVersion)
        .join(CourseVersion, CourseVersion.id == Assignment.version_id)
        .where(
            Assignment.slug == present.slug,
            CourseVersion.course_id == present.course_id,
            CourseVersion.number >= present.number,
        )
        .order_by(CourseVersion.number.desc())
    )
    return [(row[0], row[1]) for row in rows]
