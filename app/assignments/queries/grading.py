"""The grading page of one attempt: its tasks, the present task's cells and mark scheme, comments, flags and history."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.assignments.answers import answer_ids, grade_id_of
from app.assignments.assessment_models import ReusableComment
from app.assignments.grade_models import Comment, GradeChange, Run, TaskScore
from app.assignments.lateness import Lateness, Terms, lateness
from app.assignments.models import Submission, SubmissionNotebook
from app.assignments.queries.extensions import terms_of_submission
from app.assignments.queries.queue import claim_on
from app.assignments.schemes import Scheme, scheme_of
from app.cohorts.models import Cohort
from app.curriculum.models import AssignmentNotebook, Task
from app.curriculum.states import TaskKind
from app.platform import files
from app.platform.database import db
from app.platform.notebooks import Cell, render_cells


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One scored task of the outline. ``kind``: good, fail, partly, wait."""

    number: int
    task: Task
    score: TaskScore | None

    @property
    def kind(self) -> str:
        """How the task stands."""
        if self.score is None or self.score.score is None:
            return "wait"
        if self.score.score >= self.score.max_score:
            return "good"
        return "partly" if self.score.score > 0 else "fail"

    @property
    def waits(self) -> bool:
        """Whether a coach has to give points."""
        return self.score is not None and self.score.needs_manual and self.score.manual_score is None


@dataclass(slots=True)
class Bench:
    """All that the grading page shows. ``cells``: of the present task (or of the whole notebook)."""

    submission: Submission
    lines: list[TaskLine]
    current: TaskLine | None
    cells: list[Cell] = field(default_factory=list)
    answer_ids: frozenset[str] = frozenset()
    is_answer_missing: bool = False
    scheme: Scheme | None = None
    run: Run | None = None
    comments: Sequence[Comment] = ()
    changes: Sequence[GradeChange] = ()
    kept: Sequence[ReusableComment] = ()
    terms: Terms | None = None
    late: Lateness | None = None
    claim: tuple[int, str, datetime] | None = None
    earlier: tuple[int, TaskScore] | None = None

    @property
    def cohort(self) -> Cohort:
        """The cohort of the attempt."""
        return db.session.get_one(Cohort, self.submission.cohort_id)

    def own_comment(self, person: Any, task_id: int | None) -> str:
        """What this coach has written on a task already."""
        return next(
            (
                row.text
                for row in self.comments
                if row.author_id == person.id and row.task_id == task_id and not row.cell_key
            ),
            "",
        )

    @property
    def by_tests(self) -> float:
        """Points that tests gave and count."""
        return sum(
            (line.score.score or 0) for line in self.lines if line.score is not None and line.score.manual_score is None
        )

    @property
    def by_hand(self) -> float:
        """Points that coaches gave."""
        return sum(
            (line.score.score or 0)
            for line in self.lines
            if line.score is not None and line.score.manual_score is not None
        )

    def next_waiting(self) -> TaskLine | None:
        """The next task of this attempt that waits for a coach, behind the present one first."""
        here = self.current.number if self.current else 0
        waiting = [line for line in self.lines if line.waits and line is not self.current]
        return next((line for line in waiting if line.number > here), waiting[0] if waiting else None)


def task_lines(submission: Submission) -> list[TaskLine]:
    """The scored tasks of an attempt's assignment with their points."""
    rows = db.session.execute(
        select(Task, TaskScore)
        .join(AssignmentNotebook, AssignmentNotebook.id == Task.notebook_id)
        .outerjoin(TaskScore, (TaskScore.task_id == Task.id) & (TaskScore.submission_id == submission.id))
        .where(
            AssignmentNotebook.assignment_id == submission.release.assignment_id,
            or_(Task.max_score > 0, Task.kind != TaskKind.AUTOGRADED_ANSWER),
        )
        .options(joinedload(TaskScore.graded_by))
        .order_by(AssignmentNotebook.position, Task.notebook_id, Task.position)
    ).all()
    return [TaskLine(index, task, score) for index, (task, score) in enumerate(rows, 1)]


def bench(submission: Submission, person: Any, *, task_id: int | None = None, whole: bool = False) -> Bench:
    """The grading page of an attempt for a coach, at one task: the one asked for, else the first that waits."""
    lines = task_lines(submission)
    current = (
        next((line for line in lines if line.task.id == task_id), None)
        or next((line for line in lines if line.waits), None)
        or (lines[0] if lines else None)
    )
    page = Bench(submission=submission, lines=lines, current=current)
    if current is not None:
        _show_task(page, current.task, whole=whole)
        page.earlier = _earlier_mark(submission, current.task)
    page.run = db.session.scalar(
        select(Run)
        .where(Run.submission_id == submission.id)
        .options(selectinload(Run.flags))
        .order_by(Run.id.desc())
        .limit(1)
    )
    page.comments = db.session.scalars(
        select(Comment)
        .where(Comment.submission_id == submission.id)
        .options(joinedload(Comment.author))
        .order_by(Comment.id)
    ).all()
    page.changes = changes_of(submission, current.task if current else None)
    page.kept = db.session.scalars(
        select(ReusableComment).where(ReusableComment.person_id == person.id).order_by(ReusableComment.id)
    ).all()
    page.terms = terms_of_submission(submission)
    page.late = lateness(page.terms, submission.received_at)
    page.claim = claim_on(submission.id)
    return page


def changes_of(submission: Submission, task: Task | None) -> Sequence[GradeChange]:
    """The history of the points of a task and of the total, the newest first."""
    return db.session.scalars(
        select(GradeChange)
        .where(
            GradeChange.submission_id == submission.id,
            or_(GradeChange.task_id.is_(None), GradeChange.task_id == (task.id if task else None)),
        )
        .options(joinedload(GradeChange.by))
        .order_by(GradeChange.id.desc())
        .limit(20)
    ).all()


def _show_task(page: Bench, task: Task, *, whole: bool) -> None:
    book = db.session.scalars(
        select(AssignmentNotebook)
        .where(AssignmentNotebook.id == task.notebook_id)
        .options(selectinload(AssignmentNotebook.tasks))
    ).one()
    handed_in: SubmissionNotebook | None = next(
        (row for row in page.submission.notebooks if row.notebook_id == task.notebook_id), None
    )
    shown = (handed_in.executed_sha256 or handed_in.sha256) if handed_in else None
    held = files.load_many({address for address in (shown, book.source_sha256) if address})
    page.answer_ids = frozenset(answer_ids(book.tasks).get(task.grade_id) or [task.grade_id])
    page.scheme = scheme_of(_read(held.get(book.source_sha256)), task, page.answer_ids)
    notebook = _read(held.get(shown or ""))
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        page.is_answer_missing = True
        return
    scored = {each.grade_id for each in book.tasks if each.kind is not TaskKind.AUTOGRADED_ANSWER}
    known = [cell for cell in cells if isinstance(cell, dict)]
    part = known if whole else section(known, task, scored)
    ids = {grade_id_of(cell) for cell in part}
    page.is_answer_missing = not (page.answer_ids & ids)
    page.cells = render_cells({**notebook, "cells": part}, prefix=f"n{book.id}-")


def section(cells: Sequence[Any], task: Task, scored: Iterable[str]) -> list[Any]:
    """The cells that belong to a task: from behind the scored cell before it up to its own.

    nbgrader's task cells are answered in the cells below them, up to the next cell that nbgrader knows.
    """
    scored = set(scored)
    at = next((index for index, cell in enumerate(cells) if grade_id_of(cell) == task.grade_id), None)
    if at is None:
        return []
    begin = next((index + 1 for index in range(at - 1, -1, -1) if grade_id_of(cells[index]) in scored), 0)
    end = at + 1
    if task.kind is TaskKind.TASK:
        begin = at
        while end < len(cells) and not grade_id_of(cells[end]):
            end += 1
    return list(cells[begin:end])


def _earlier_mark(submission: Submission, task: Task) -> tuple[int, TaskScore] | None:
    """(attempt's number, points) of the latest earlier attempt on which a coach marked this task."""
    if submission.number == 1:
        return None
    own = (
        Submission.enrolment_id == submission.enrolment_id
        if submission.enrolment_id is not None
        else Submission.team_id == submission.team_id
    )
    row = db.session.execute(
        select(Submission.number, TaskScore)
        .join(TaskScore, TaskScore.submission_id == Submission.id)
        .where(
            Submission.release_id == submission.release_id,
            own,
            Submission.number < submission.number,
            TaskScore.task_id == task.id,
            TaskScore.manual_score.is_not(None),
        )
        .options(joinedload(TaskScore.graded_by))
        .order_by(Submission.number.desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None


def _read(data: bytes | None) -> Mapping[str, Any]:
    """A stored notebook as nbformat's dict; empty where it cannot be read."""
    try:
        value = json.loads(data) if data else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
