"""The autograding of an attempt: queued with it, run in the sandbox by a worker, written once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.assignments.answers import answer_hashes
from app.assignments.grade_models import Run
from app.assignments.models import Release, Submission, SubmissionNotebook
from app.assignments.services import run_results
from app.assignments.services.scores import move
from app.assignments.states import RunState, SubmissionState
from app.curriculum.models import Assignment, AssignmentNotebook, CourseVersion
from app.curriculum.queries import data_files
from app.grading import api as grading
from app.platform import audit, files, jobs
from app.platform.clock import now
from app.platform.database import db, writing
from app.platform.jobs import Handle, Lease, Wait

log = logging.getLogger(__name__)

KIND = "grading.run"
LANE = "grading"
SANDBOX_PREFIX = "sandbox: "
SANDBOX_WAIT_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class NotebookInput:
    """One notebook to grade: the attempt's row, the source with its tests, what was handed in."""

    row_id: int
    notebook_id: int
    source: bytes
    submitted: bytes
    hashes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RunInput:
    """All that a run needs, read before it begins, so that no transaction is open while it works."""

    run_id: int
    submission_id: int
    notebooks: tuple[NotebookInput, ...]
    files: Mapping[str, bytes]
    environment: str


def queue_run(submission: Submission, *, reason: str = "", by: Any = None) -> Run:
    """Queue the grading of an attempt in the present transaction; the run that already waits or works is kept."""
    db.session.execute(select(Submission.id).where(Submission.id == submission.id).with_for_update())
    waiting = db.session.scalar(
        select(Run).where(Run.submission_id == submission.id, Run.state.in_((RunState.QUEUED, RunState.RUNNING)))
    )
    if waiting is not None:
        return waiting
    move(submission, SubmissionState.HANDED_IN)
    run = Run(submission_id=submission.id, reason=reason)
    db.session.add(run)
    db.session.flush()
    run.job_id = jobs.enqueue(KIND, subject_id=run.id).id
    if by is not None:
        audit.record("submission.run_again", submission, by=by, cohort_id=submission.cohort_id, reason=reason)
    return run


def read(lease: Lease) -> RunInput | None:
    """The first step of the job: show that it runs, and fetch what it needs. None where the run is over already."""
    _grader()
    with writing():
        db.session.rollback()
        run = db.session.scalar(select(Run).where(Run.id == lease.subject_id).options(selectinload(Run.submission)))
        if run is None or run.state not in (RunState.QUEUED, RunState.RUNNING):
            db.session.rollback()
            return None
        run.state = RunState.RUNNING
        run.started_at = run.started_at or now()
        move(run.submission, SubmissionState.BEING_GRADED)
        db.session.commit()
    return _input_of(run.id, run.submission_id)


def work(given: RunInput, handle: Handle) -> list[run_results.NotebookResult]:
    """The second step: grade every notebook of the attempt in the sandbox; touches no database."""
    grader = _grader()
    results = []
    for notebook in given.notebooks:
        if handle.lost.is_set():
            break
        result: grading.GradeResult | None = None
        fault: grading.NotebookFault | None = None
        try:
            result = grader.grade(notebook.source, notebook.submitted, files=given.files, environment=given.environment)
        except grading.NotebookFault as error:
            fault = error
        except grading.SandboxUnavailable as error:
            raise _wait(error) from None
        results.append(
            run_results.NotebookResult(notebook.row_id, notebook.notebook_id, notebook.hashes, result, fault)
        )
    return results


def write(lease: Lease, results: list[run_results.NotebookResult]) -> None:
    """The third step, in the transaction that ends the job."""
    run_results.record(lease.subject_id or 0, results)


def gave_up(lease: Lease, reason: str) -> None:
    """The engine failed again and again: the attempt shows that it could not be graded, and staff can run it again."""
    run = db.session.scalar(select(Run).where(Run.id == lease.subject_id).options(selectinload(Run.submission)))
    if run is not None and run.state in (RunState.QUEUED, RunState.RUNNING):
        run_results.fail(run, "engine", reason)


jobs.register(jobs.JobKind(KIND, LANE, read, work, write, gave_up))


def _input_of(run_id: int, submission_id: int) -> RunInput:
    rows = db.session.execute(
        select(SubmissionNotebook, AssignmentNotebook)
        .join(AssignmentNotebook, AssignmentNotebook.id == SubmissionNotebook.notebook_id)
        .where(SubmissionNotebook.submission_id == submission_id)
        .order_by(SubmissionNotebook.position, SubmissionNotebook.id)
        .options(selectinload(AssignmentNotebook.tasks))
    ).all()
    assignment, environment = db.session.execute(
        select(Assignment, CourseVersion.environment)
        .join(Release, Release.assignment_id == Assignment.id)
        .join(Submission, Submission.release_id == Release.id)
        .join(CourseVersion, CourseVersion.id == Assignment.version_id)
        .where(Submission.id == submission_id)
    ).one()
    wanted = {row.sha256 for row, _ in rows} | {book.source_sha256 for _, book in rows}
    held = files.load_many(wanted)
    notebooks = tuple(
        NotebookInput(
            row.id, book.id, held[book.source_sha256], held[row.sha256], answer_hashes(held[row.sha256], book.tasks)
        )
        for row, book in rows
    )
    return RunInput(run_id, submission_id, notebooks, data_files(assignment), environment)


_held: dict[str, grading.Grader] = {}
_lock = threading.Lock()


def _grader() -> grading.Grader:
    """The one grader of this process, kept warm between runs.

    Raises:
        Wait: the sandbox that the settings ask for cannot be had here; the job stays queued, and staff see why.
    """
    mode = "unsafe" if current_app.config["UNSAFE_GRADING"] else str(current_app.config["SANDBOX"])
    with _lock:
        if mode not in _held:
            try:
                grader = grading.Grader(sandbox=mode)
            except grading.SandboxUnavailable as error:
                raise _wait(error) from None
            if mode != "unsafe":
                _try_walls(grader)
            _held[mode] = grader
        return _held[mode]


def _try_walls(grader: grading.Grader) -> None:
    """Before a process grades anything, a handful of probes try to get out of its sandbox.

    Raises:
        Wait: a wall does not hold; nothing is graded, and staff see which.
    """
    from app.grading.doctor import open_walls

    broken = open_walls(grader)
    if broken:
        grader.close()
        words = ", ".join(broken)
        log.error("grading waits, the sandbox does not hold: %s", words)
        raise Wait(
            f"{SANDBOX_PREFIX}The sandbox of this host does not hold: {words}. Run `python -m app.grading doctor`.",
            SANDBOX_WAIT_SECONDS,
        )


def _wait(error: grading.SandboxUnavailable) -> Wait:
    words = " ".join(f"{problem.what}: {problem.why} {problem.remedy}" for problem in error.problems) or str(error)
    log.error("grading waits, no sandbox: %s", words)
    return Wait(SANDBOX_PREFIX + words, SANDBOX_WAIT_SECONDS)


def grade_once(source: bytes, submitted: bytes, *, files: Mapping[str, bytes], environment: str) -> grading.GradeResult:
    """Grade one notebook with the warm grader of this process, without touching any row.

    Raises:
        NotebookFault: the notebook cannot be taken.
        Wait: there is no sandbox here.
    """
    try:
        return _grader().grade(source, submitted, files=files, environment=environment)
    except grading.SandboxUnavailable as error:
        raise _wait(error) from None


def close_grader() -> None:
    """End the warm grader of this process, as at its end."""
    with _lock:
        while _held:
            _held.popitem()[1].close()
