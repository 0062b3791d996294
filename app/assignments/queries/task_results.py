"""An attempt task by task: points, the test's words, the trainee's own code with its outputs, a coach's comments."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.assignments import rules
from app.assignments.answers import answer_ids
from app.assignments.grade_models import Comment, GradeChange, Run, TaskScore
from app.assignments.models import Release, Submission
from app.assignments.queries.results import Visible, points_shown, visible_of
from app.assignments.states import SubmissionState
from app.curriculum.models import AssignmentNotebook, Task
from app.curriculum.states import TaskKind
from app.platform import files
from app.platform.database import db
from app.platform.notebooks import Cell, render_cells


@dataclass(frozen=True, slots=True)
class TaskResult:
    """One scored task of an attempt. ``state`` is a word of the status chip; ``points`` None while nobody knows them."""

    number: int
    grade_id: str
    title: str
    state: str
    points: float | None
    max_points: float
    kind: TaskKind
    error_name: str = ""
    message: str = ""
    answer: tuple[Cell, ...] = ()
    tests: Cell | None = None
    comments: tuple[Comment, ...] = ()
    extra_credit: float = 0
    task_id: int = 0


@dataclass(frozen=True, slots=True)
class NotebookResult:
    """One notebook of the assignment in an attempt: what was handed in (or carried over, or is missing), its tasks."""

    name: str
    file_name: str
    carried_from: int | None
    is_missing: bool
    tasks: tuple[TaskResult, ...]


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """All that the result page shows of an attempt."""

    shown: Visible
    notebooks: tuple[NotebookResult, ...]
    run: Run | None
    comments: tuple[Comment, ...] = ()
    history: tuple[GradeChange, ...] = ()
    marks_open: bool = False
    counts: dict[str, int] = field(default_factory=dict)

    def tasks(self) -> list[TaskResult]:
        """The tasks of all notebooks."""
        return [task for notebook in self.notebooks for task in notebook.tasks]

    def parts(self) -> list[tuple[str, float]]:
        """Points won, missed and waiting, as the thin bar draws them."""
        won = sum(min(task.points or 0, task.max_points) for task in self.tasks())
        waiting = sum(task.max_points for task in self.tasks() if task.points is None)
        missed = max(0.0, sum(task.max_points for task in self.tasks()) - won - waiting)
        return [("good", won), ("fault", missed), ("wait", waiting)]


def result_of(submission: Submission, *, as_staff: bool) -> AttemptResult:
    """The result of an attempt (as ``submission_by_id`` loads it).

    Args:
        as_staff: show a coach's points and comments also before they are released to the trainee.
    """
    marks_open = as_staff or rules.feedback_is_visible(submission)
    scores = {
        row.task_id: row
        for row in db.session.scalars(select(TaskScore).where(TaskScore.submission_id == submission.id))
    }
    comments = _comments(submission) if marks_open else {}
    numbers = dict(
        db.session.execute(
            select(Submission.id, Submission.number).where(Submission.release_id == submission.release_id)
        )
        .tuples()
        .all()
    )
    held = {row.notebook_id: row for row in submission.notebooks}
    contents = files.load_many({row.executed_sha256 or row.sha256 for row in submission.notebooks})
    notebooks = []
    number = 0
    for book in _notebooks(submission.release_id):
        row = held.get(book.id)
        content = contents.get(row.executed_sha256 or row.sha256) if row else None
        cells = {cell.grade_id: cell for cell in _cells(content, f"n{book.id}-") if cell.grade_id}
        tasks = []
        for task in _scored(book):
            number += 1
            result = _task_result(number, task, book, scores.get(task.id), cells, comments, marks_open)
            tasks.append(result if task.id in scores else replace(result, state=_unscored(submission)))
        notebooks.append(
            NotebookResult(
                name=book.name,
                file_name=row.file_name if row else "",
                carried_from=numbers.get(row.carried_from_id) if row and row.carried_from_id else None,
                is_missing=row is None,
                tasks=tuple(_told_apart(tasks)),
            )
        )
    shown = visible_of(submission, scores.values()) if not as_staff else _as_staff(submission, list(scores.values()))
    has_marks = any(row.manual_score is not None for row in scores.values())
    return AttemptResult(
        shown=shown,
        notebooks=tuple(notebooks),
        run=_last_run(submission.id),
        comments=tuple(comments.get(None, ())),
        # A total that holds a coach's points would tell them before they are released.
        history=tuple(_history(submission.id) if marks_open or not has_marks else ()),
        marks_open=marks_open,
    )


def _as_staff(submission: Submission, rows: list[TaskScore]) -> Visible:
    waiting = sum(1 for row in rows if row.needs_manual and row.manual_score is None)
    shown = visible_of(submission, rows)
    state = shown.state if shown.is_running or shown.state == "could_not_be_graded" else ""
    state = state or (
        "waits_for_coach" if waiting else "feedback_given" if submission.feedback_released_at else "graded"
    )
    return Visible(state, submission.score, submission.max_score, waiting)


def _notebooks(release_id: int) -> list[AssignmentNotebook]:
    return list(
        db.session.scalars(
            select(AssignmentNotebook)
            .join(Release, Release.assignment_id == AssignmentNotebook.assignment_id)
            .where(Release.id == release_id)
            .order_by(AssignmentNotebook.position, AssignmentNotebook.id)
            .options(selectinload(AssignmentNotebook.tasks))
        )
    )


def _scored(book: AssignmentNotebook) -> list[Task]:
    return [task for task in book.tasks if task.kind is not TaskKind.AUTOGRADED_ANSWER]


def _cells(content: bytes | None, prefix: str) -> list[Cell]:
    if content is None:
        return []
    try:
        value: Any = json.loads(content)
    except ValueError:
        return []
    return render_cells(value, prefix=prefix) if isinstance(value, dict) else []


def _comments(submission: Submission) -> dict[int | None, list[Comment]]:
    found: dict[int | None, list[Comment]] = defaultdict(list)
    for comment in db.session.scalars(
        select(Comment)
        .where(Comment.submission_id == submission.id)
        .order_by(Comment.id)
        .options(joinedload(Comment.author))
    ):
        found[comment.task_id].append(comment)
    return found


def _task_result(
    number: int,
    task: Task,
    book: AssignmentNotebook,
    row: TaskScore | None,
    cells: dict[str, Cell],
    comments: dict[int | None, list[Comment]],
    marks_open: bool,
) -> TaskResult:
    points = points_shown(row, marks_open) if row else None
    ids = answer_ids(book.tasks).get(task.grade_id, [])
    return TaskResult(
        number=number,
        grade_id=task.grade_id,
        title=task.title or task.grade_id,
        state=_task_state(row, points, task),
        points=points,
        max_points=task.max_score,
        kind=task.kind,
        error_name=row.error_name if row else "",
        message=row.message if row else "",
        answer=tuple(cells[each] for each in ids if each in cells),
        tests=cells.get(task.grade_id) if task.kind is TaskKind.TESTS else None,
        comments=tuple(comments.get(task.id, ())),
        extra_credit=row.extra_credit if row and marks_open else 0,
        task_id=task.id,
    )


def _task_state(row: TaskScore | None, points: float | None, task: Task) -> str:
    if row is None or points is None:
        return "waits_for_coach"
    if points >= task.max_score:
        return "passed"
    if row.needs_manual:
        return "graded" if points > 0 else "failed"
    return "partly" if points > 0 else "failed"


def _unscored(submission: Submission) -> str:
    return "could_not_be_graded" if submission.state is SubmissionState.NOT_GRADABLE else "queued"


def _told_apart(tasks: list[TaskResult]) -> list[TaskResult]:
    """Tasks under one heading get a number behind the title."""
    seen: dict[str, int] = defaultdict(int)
    twice = {task.title for task in tasks if sum(other.title == task.title for other in tasks) > 1}
    named = []
    for task in tasks:
        seen[task.title] += 1
        named.append(replace(task, title=f"{task.title} ({seen[task.title]})") if task.title in twice else task)
    return named


def _last_run(submission_id: int) -> Run | None:
    return db.session.scalar(
        select(Run)
        .where(Run.submission_id == submission_id)
        .order_by(Run.id.desc())
        .limit(1)
        .options(selectinload(Run.flags))
    )


def _history(submission_id: int) -> list[GradeChange]:
    """Changes of the total, the latest first."""
    return list(
        db.session.scalars(
            select(GradeChange)
            .where(GradeChange.submission_id == submission_id, GradeChange.task_id.is_(None))
            .order_by(GradeChange.id.desc())
            .options(joinedload(GradeChange.by))
        )
    )
