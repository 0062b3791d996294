"""A worker that is killed in the middle of a run loses nothing: the run is taken up again and graded once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.assignments.grade_models import GradeChange, Run, TaskScore
from app.assignments.models import Submission
from app.assignments.services import runs
from app.assignments.services.hand_in import candidates_of, hand_in
from app.assignments.services.reading import Upload, read_files
from app.assignments.states import RunState, SubmissionState
from app.factory import create_app
from app.platform.database import db, writing
from app.platform.jobs import Job, JobState
from app.platform.running import run_next
from app.platform.settings import ROOT
from tests import coursework, factories
from tests.conftest import make_postgresql_database

PATIENCE = 120.0
LEASE = timedelta(seconds=2)

# A worker as it is, except that the engine takes a long time over the notebook.
WORKER = """
import time
from datetime import timedelta
from app.factory import create_app
from app.grading import api
from app.platform.jobs import holder_name
from app.platform.running import run_next
api.Grader.grade = lambda *given, **options: time.sleep(600)
run_next(create_app(), ["grading"], holder_name(), timedelta(seconds=2))
"""


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.1)
    pytest.fail(f"waited {PATIENCE:.0f} s in vain for {what}")


def make_app(kind: str, folder: Path) -> Flask:
    address = (
        make_postgresql_database(f"kisalli_killed_{os.getpid()}")
        if kind == "postgresql"
        else f"sqlite:///{folder / 'kisalli.db'}"
    )
    app = create_app({"TESTING": True, "SQLALCHEMY_DATABASE_URI": address})
    with app.app_context():
        db.create_all()
    return app


def prepare() -> int:
    """A trainee's attempt with its queued run; the attempt's id."""
    with writing():
        cohort = factories.cohort()
        trainee = factories.person()
        enrolment = factories.enrolment(cohort, trainee)
        assignment = coursework.assignment()
        release = factories.release(cohort, assignment)
        files = [Upload("functions.ipynb", coursework.solved(assignment))]
        submission = hand_in(release, enrolment, read_files(files, candidates_of(release)), by=trainee)
        db.session.commit()
        return submission.id


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def test_run_of_a_killed_worker_is_taken_up_again_and_graded_once(kind: str, tmp_path: Path) -> None:
    app = make_app(kind, tmp_path)
    address = app.config["SQLALCHEMY_DATABASE_URI"]
    with app.app_context():
        number = prepare()
        db.session.remove()

        def state_of_run() -> RunState | None:
            state = db.session.scalar(db.select(Run.state).where(Run.submission_id == number))
            db.session.remove()
            return state

        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": address, "KISALLI_INSTANCE": str(tmp_path)},
            start_new_session=True,
        )
        try:
            wait_for(lambda: state_of_run() is RunState.RUNNING, "the run to begin")
            state = db.session.scalar(db.select(Submission.state).where(Submission.id == number))
            assert state is SubmissionState.BEING_GRADED
            db.session.remove()
        finally:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        wait_for(lambda: run_next(app, ["grading"], "second-worker", LEASE * 30), "the lease to end")
        assert not run_next(app, ["grading"], "third-worker")
        runs.close_grader()
        submission = db.session.get(Submission, number)
        assert submission is not None
        assert (submission.state, submission.score) == (SubmissionState.WAITS_FOR_COACH, 5)
        job = db.session.query(Job).filter_by(kind="grading.run").one()
        assert (job.state, job.attempts) == (JobState.DONE, 2)
        assert db.session.query(Run).one().state is RunState.DONE
        assert db.session.query(TaskScore).count() == 5
        assert db.session.query(GradeChange).filter_by(task_id=None).count() == 1
        db.session.remove()
        db.engine.dispose()
