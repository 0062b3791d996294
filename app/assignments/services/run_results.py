"""Write what a run found: points of every task, flags, the executed notebook; a coach's marks are never overwritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.assignments.grade_models import Run, RunFlag, TaskScore
from app.assignments.models import Release, Submission, SubmissionNotebook
from app.assignments.services import scores
from app.assignments.states import GradeChangeKind, RunState, SubmissionState
from app.curriculum.models import AssignmentNotebook, Task
from app.grading import api as grading
from app.platform import files
from app.platform.clock import now
from app.platform.database import db


@dataclass(frozen=True, slots=True)
class NotebookResult:
    """What the engine said of one notebook of an attempt: a result, or a fault where it could not be taken."""

    row_id: int
    notebook_id: int
    hashes: Mapping[str, str]
    result: grading.GradeResult | None
    fault: grading.NotebookFault | None


def record(run_id: int, results: Sequence[NotebookResult]) -> None:
    """Record a run in the present transaction: every task gets its points once, and the attempt is settled."""
    run = db.session.scalar(select(Run).where(Run.id == run_id).execution_options(populate_existing=True))
    if run is None or run.state not in (RunState.QUEUED, RunState.RUNNING):
        return
    submission = db.session.scalars(
        select(Submission)
        .where(Submission.id == run.submission_id)
        .with_for_update(of=Submission)
        .options(joinedload(Submission.release), selectinload(Submission.notebooks))
        .execution_options(populate_existing=True)
    ).one()
    faults = [result.fault for result in results if result.fault is not None]
    if faults:
        _fail(run, submission, "fault", " ".join(fault.message for fault in faults))
        return
    run.state, run.finished_at = RunState.DONE, now()
    graded = [result.result for result in results if result.result is not None]
    run.sandbox = graded[0].sandbox if graded else ""
    run.seconds = round(sum(result.seconds for result in graded), 3)
    worst = next((result for result in graded if result.status != "done"), None)
    run.outcome, run.note = (worst.status, worst.note) if worst else ("done", "")
    _keep_notebooks(submission, results)
    _add_flags(run, results)
    _score_tasks(run, submission, results)
    scores.settle(submission, kind=GradeChangeKind.RUN, run=run)


def fail(run: Run, outcome: str, reason: str) -> None:
    """End a run without a result; ``reason`` is for staff. Needs ``run.submission`` loaded."""
    _fail(run, run.submission, outcome, reason)


def _fail(run: Run, submission: Submission, outcome: str, reason: str) -> None:
    run.state, run.finished_at, run.outcome, run.note = RunState.FAILED, now(), outcome, reason
    scores.move(submission, SubmissionState.NOT_GRADABLE)
    db.session.flush()


def _keep_notebooks(submission: Submission, results: Sequence[NotebookResult]) -> None:
    rows: dict[int, SubmissionNotebook] = {row.id: row for row in submission.notebooks}
    for result in results:
        if result.result is not None:
            rows[result.row_id].executed_sha256 = files.store(result.result.notebook)


def _add_flags(run: Run, results: Sequence[NotebookResult]) -> None:
    for result in results:
        for flag in result.result.flags if result.result else ():
            db.session.add(
                RunFlag(
                    run_id=run.id,
                    grade_id=flag.grade_id or "",
                    code=flag.code,
                    message=flag.message,
                    is_certain=flag.certain,
                )
            )


def _score_tasks(run: Run, submission: Submission, results: Sequence[NotebookResult]) -> None:
    by_notebook = {result.notebook_id: result for result in results}
    cells = {
        (result.notebook_id, cell.grade_id): cell
        for result in results
        for cell in (result.result.cells if result.result else ())
    }
    held = {
        row.task_id: row
        for row in db.session.scalars(
            select(TaskScore).where(TaskScore.submission_id == submission.id).execution_options(populate_existing=True)
        )
    }
    tasks = db.session.scalars(
        select(Task)
        .join(AssignmentNotebook, AssignmentNotebook.id == Task.notebook_id)
        .join(Release, Release.assignment_id == AssignmentNotebook.assignment_id)
        .where(Release.id == submission.release_id)
        .order_by(AssignmentNotebook.position, Task.position)
    ).all()
    fresh: list[TaskScore] = []
    for task in tasks:
        row = held.get(task.id)
        before = row.score if row is not None else None
        if row is None:
            row = TaskScore(submission_id=submission.id, task_id=task.id, extra_credit=0.0)
            db.session.add(row)
            fresh.append(row)
        cell = cells.get((task.notebook_id, task.grade_id))
        row.max_score = task.max_score
        _take(row, task, cell)
        result = by_notebook.get(task.notebook_id)
        row.answer_hash = result.hashes.get(task.grade_id, "") if result else ""
        scores.note_change(row, before, GradeChangeKind.RUN, run=run)
    _carry_marks(run, submission, fresh)


def _take(row: TaskScore, task: Task, cell: grading.CellResult | None) -> None:
    """The tests' part of a row. A task whose notebook or cell is not there has no points to give."""
    if cell is None:
        row.auto_score, row.needs_manual, row.passed = 0.0, False, task.max_score == 0
        row.error_name, row.message = "", ""
        return
    row.needs_manual = cell.needs_manual
    row.auto_score = None if cell.score is None else max(0.0, cell.score)
    row.passed = cell.passed
    row.error_name, row.message = cell.error_name[:120], cell.message


def _carry_marks(run: Run, submission: Submission, fresh: Sequence[TaskScore]) -> None:
    """Give the tasks of a new attempt the coach's marks of the latest earlier attempt with the same answer."""
    wanted = {row.task_id: row for row in fresh if row.answer_hash and row.manual_score is None}
    if not wanted or submission.number == 1:
        return
    own = (
        Submission.enrolment_id == submission.enrolment_id
        if submission.enrolment_id is not None
        else Submission.team_id == submission.team_id
    )
    earlier = db.session.execute(
        select(TaskScore, Submission.feedback_released_at)
        .join(Submission, Submission.id == TaskScore.submission_id)
        .where(
            Submission.release_id == submission.release_id,
            own,
            Submission.number < submission.number,
            TaskScore.task_id.in_(wanted),
            TaskScore.manual_score.is_not(None),
        )
        .order_by(Submission.number.desc())
    )
    released = []
    for mark, feedback_released_at in earlier:
        row = wanted.get(mark.task_id)
        if row is None or row.answer_hash != mark.answer_hash:
            continue
        del wanted[mark.task_id]
        before = row.score
        row.manual_score, row.extra_credit = mark.manual_score, mark.extra_credit
        row.graded_by_id, row.graded_at = mark.graded_by_id, mark.graded_at
        scores.note_change(row, before, GradeChangeKind.CARRIED, run=run)
        released.append(feedback_released_at)
    # Marks that the trainee has seen before are not hidden again.
    if released and all(released) and not any(row.needs_manual and row.manual_score is None for row in fresh):
        submission.feedback_released_at = submission.feedback_released_at or now()
