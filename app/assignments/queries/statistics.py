"""Statistics of one assignment and of one trainee, from the same sheet as the gradebook, so that they never disagree."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, or_, select, true

from app.assignments.grade_models import TaskScore
from app.assignments.models import Release, Submission, SubmissionMember
from app.assignments.queries.gradebook import Book, Cell, Column
from app.assignments.states import FeedbackPolicy, SubmissionState
from app.curriculum.models import Task
from app.platform.database import db

BARS = 10
COUNTS = ("ok", "low", "late")


@dataclass(frozen=True, slots=True)
class Summary:
    """Of known percentages (0 to 100): how many, mean, median, least, greatest, and the bars of ten percent each."""

    number: int
    mean: float
    median: float
    least: float
    greatest: float
    bars: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TaskSummary:
    """How a class did on one task: mean points, how many had none and how many had all."""

    title: str
    max_score: float
    number: int
    mean: float
    none: int
    full: int


def summary(percents: Sequence[float]) -> Summary | None:
    """The statistics of percentages; None of none. 100 % and more belong to the last bar."""
    if not percents:
        return None
    bars = [0] * BARS
    for value in percents:
        bars[min(BARS - 1, max(0, int(value // (100 / BARS))))] += 1
    return Summary(
        number=len(percents),
        mean=statistics.fmean(percents),
        median=statistics.median(percents),
        least=min(percents),
        greatest=max(percents),
        bars=tuple(bars),
    )


def percents_of(book: Book, release_id: int) -> list[float]:
    """The percentages of those whose work on an assignment counts."""
    return [
        100 * (cell.points or 0) / cell.max_score
        for cell in cells_of(book, release_id)
        if cell.kind in COUNTS and cell.max_score
    ]


def cells_of(book: Book, release_id: int) -> list[Cell]:
    """The column of an assignment."""
    index = next((i for i, column in enumerate(book.columns) if column.release_id == release_id), None)
    return [] if index is None else [row.cells[index] for row in book.rows]


def column_of(book: Book, release_id: int) -> Column | None:
    """The head of that column."""
    return next((column for column in book.columns if column.release_id == release_id), None)


def task_summaries(book: Book, release_id: int) -> list[TaskSummary]:
    """How the class did task by task, on the attempts that count; one query."""
    ids = [cell.submission_id for cell in cells_of(book, release_id) if cell.submission_id and cell.kind != "run"]
    scores: dict[int, list[float]] = {}
    tasks: dict[int, Task] = {}
    rows = db.session.execute(
        select(TaskScore, Task)
        .join(Task, Task.id == TaskScore.task_id)
        .where(TaskScore.submission_id.in_(ids), Task.max_score > 0)
        .order_by(Task.notebook_id, Task.position)
    )
    for score, task in rows:
        tasks[task.id] = task
        held = scores.setdefault(task.id, [])
        if score.score is not None:
            held.append(score.score)
    return [
        TaskSummary(
            title=task.title or task.grade_id,
            max_score=task.max_score,
            number=len(scores[task.id]),
            mean=statistics.fmean(scores[task.id]) if scores[task.id] else 0.0,
            none=sum(value <= 0 for value in scores[task.id]),
            full=sum(value >= task.max_score for value in scores[task.id]),
        )
        for task in tasks.values()
    ]


LEAST_PEOPLE = 5


def class_summary(release: Release) -> Summary | None:
    """How the class did, as trainees may see it: from marks that their owners see, and only of five people or more."""
    waits = exists().where(TaskScore.submission_id == Submission.id, TaskScore.needs_manual.is_(True))
    shown = [Submission.feedback_released_at.is_not(None), ~waits]
    rows = db.session.execute(
        select(SubmissionMember.enrolment_id, Submission.score, Submission.max_score)
        .join(Submission, Submission.id == SubmissionMember.submission_id)
        .where(
            Submission.release_id == release.id,
            Submission.state == SubmissionState.GRADED,
            Submission.score.is_not(None),
            Submission.max_score > 0,
            or_(*shown) if release.feedback_policy is not FeedbackPolicy.AS_GRADED else true(),
        )
    )
    best: dict[int, float] = {}
    for enrolment_id, score, most in rows:
        best[enrolment_id] = max(best.get(enrolment_id, 0.0), 100 * (score or 0.0) / most)
    return summary(list(best.values())) if len(best) >= LEAST_PEOPLE else None
