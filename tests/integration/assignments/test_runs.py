"""Runs of the real engine through the ledger: points of every task, marks that carry over, faults, a killed worker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.assignments.grade_models import GradeChange, Run, TaskScore
from app.assignments.models import Submission
from app.assignments.services import runs, scores
from app.assignments.services.hand_in import candidates_of, hand_in
from app.assignments.services.reading import Upload, read_files
from app.assignments.services.runs import queue_run
from app.assignments.states import GradeChangeKind, RunState, SubmissionState
from app.curriculum.models import SkillEvidence, Task
from app.grading import api as grading
from app.platform.clock import frozen_at, now
from app.platform.database import db
from app.platform.jobs import Job, JobState
from app.platform.running import run_next
from tests import coursework, factories


@pytest.fixture(scope="module", autouse=True)
def warm() -> Iterator[None]:
    """One warm grader for all tests of this file."""
    yield
    runs.close_grader()


class Place:
    """A cohort with a coach, a trainee and one release."""

    def __init__(self, *sources: tuple[str, bytes], **values: Any) -> None:
        self.cohort = factories.cohort()
        self.coach = factories.staff(self.cohort)
        self.trainee = factories.person()
        self.enrolment = factories.enrolment(self.cohort, self.trainee)
        self.assignment = coursework.assignment(*sources)
        self.release = factories.release(self.cohort, self.assignment, **values)

    def take(self, data: bytes) -> Submission:
        notebooks = read_files([Upload("functions.ipynb", data)], candidates_of(self.release))
        return hand_in(self.release, self.enrolment, notebooks, by=self.trainee)


def work(app: Flask) -> None:
    """Run what waits in the lane of grading."""
    db.session.commit()
    while run_next(app, ["grading"], "worker-1"):
        pass
    db.session.expire_all()


def rows_of(submission: Submission) -> dict[str, TaskScore]:
    found = (
        db.session.query(Task.grade_id, TaskScore)
        .join(TaskScore, TaskScore.task_id == Task.id)
        .filter(TaskScore.submission_id == submission.id)
    )
    return dict(found.all())


def test_attempt_is_graded_task_by_task(app: Flask) -> None:
    place = Place()
    submission = place.take(coursework.solved(place.assignment, longest=coursework.LONGEST_PARTLY))
    work(app)
    assert submission.state is SubmissionState.WAITS_FOR_COACH
    assert (submission.score, submission.max_score) == (2, 9)
    rows = rows_of(submission)
    assert set(rows) == {"total", "test_total", "longest", "test_longest", "explain"}
    assert rows["test_total"].passed and rows["test_total"].auto_score == 2
    assert not rows["test_longest"].passed and rows["test_longest"].auto_score == 0
    assert "hidden-from-trainees" not in rows["test_longest"].message
    assert rows["explain"].needs_manual and rows["explain"].score is None
    run = db.session.query(Run).filter_by(submission_id=submission.id).one()
    assert (run.state, run.outcome) == (RunState.DONE, "done")
    assert run.sandbox
    total = db.session.query(GradeChange).filter_by(submission_id=submission.id, task_id=None).one()
    assert (total.kind, total.from_score, total.to_score) == (GradeChangeKind.RUN, None, 2)


def test_message_of_a_visible_test_is_told_where_hidden_ones_stand_beside_it(app: Flask) -> None:
    place = Place()
    first = "def longest(words):\n    return words[0] if words else ''"
    submission = place.take(coursework.solved(place.assignment, longest=first))
    work(app)
    assert "of a and abc the longest is abc" in rows_of(submission)["test_longest"].message
    words = "of a and abc the longest is abc hidden-from-trainees"
    cheat = f"def longest(words):\n    raise AssertionError({words!r})"
    submission = place.take(coursework.solved(place.assignment, longest=cheat))
    work(app)
    assert "hidden-from-trainees" not in rows_of(submission)["test_longest"].message


def test_coach_marks_settle_the_attempt_and_leave_history_and_evidence(app: Flask) -> None:
    place = Place()
    submission = place.take(coursework.solved(place.assignment))
    work(app)
    row = rows_of(submission)["explain"]
    scores.set_points(row, by=place.coach, manual_score=3, reason="clear")
    scores.settle(submission, by=place.coach)
    assert (submission.state, submission.score) == (SubmissionState.GRADED, 8)
    change = db.session.query(GradeChange).filter_by(submission_id=submission.id, task_id=row.task_id).one()
    assert (change.by_id, change.from_score, change.to_score, change.reason) == (place.coach.id, None, 3, "clear")
    evidence = db.session.query(SkillEvidence).filter_by(person_id=place.enrolment.person_id).one()
    assert (evidence.skill_slug, evidence.score, evidence.max_score) == ("python-basics", 8, 9)


def test_a_mark_survives_a_new_run_and_carries_only_to_an_unchanged_answer(app: Flask) -> None:
    place = Place()
    first = place.take(coursework.solved(place.assignment))
    work(app)
    scores.set_points(rows_of(first)["explain"], by=place.coach, manual_score=3)
    scores.settle(first, by=place.coach)
    queue_run(first, reason="tests were repaired", by=place.coach)
    assert first.state is SubmissionState.HANDED_IN
    work(app)
    assert (first.state, first.score) == (SubmissionState.GRADED, 8)
    assert rows_of(first)["explain"].manual_score == 3

    same = place.take(coursework.solved(place.assignment, total=coursework.SUM_WRONG))
    changed = place.take(coursework.solved(place.assignment, explain="Something else altogether."))
    work(app)
    assert (same.state, same.score) == (SubmissionState.GRADED, 6)
    carried = rows_of(same)["explain"]
    assert (carried.manual_score, carried.graded_by_id) == (3, place.coach.id)
    kinds = {
        change.kind
        for change in db.session.query(GradeChange).filter_by(submission_id=same.id, task_id=carried.task_id)
    }
    assert kinds == {GradeChangeKind.CARRIED}
    assert (changed.state, changed.score) == (SubmissionState.WAITS_FOR_COACH, 5)


def test_marks_seen_before_stay_visible_when_they_carry_over(app: Flask) -> None:
    place = Place()
    first = place.take(coursework.solved(place.assignment))
    work(app)
    scores.set_points(rows_of(first)["explain"], by=place.coach, manual_score=3)
    scores.settle(first, by=place.coach)
    first.feedback_released_at = now()
    second = place.take(coursework.solved(place.assignment))
    work(app)
    assert second.feedback_released_at is not None


def test_notebook_that_was_never_handed_in_has_no_points(app: Flask) -> None:
    place = Place(("functions", coursework.functions_source()), ("second", coursework.functions_source("b_")))
    submission = place.take(coursework.solved(place.assignment))
    work(app)
    assert (submission.score, submission.max_score) == (5, 18)
    assert rows_of(submission)["b_explain"].score == 0


def test_endless_loop_ends_and_says_so(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place()
    submission = place.take(coursework.solved(place.assignment, total="while True:\n    pass"))
    limits = grading.Limits(cell_seconds=1, total_seconds=10)
    grade = grading.Grader.grade
    monkeypatch.setattr(grading.Grader, "grade", lambda *a, **k: grade(*a, **{**k, "limits": limits}))
    work(app)
    run = db.session.query(Run).filter_by(submission_id=submission.id).one()
    assert (run.state, run.outcome) == (RunState.DONE, "timeout")
    assert "1 second" in run.note
    assert rows_of(submission)["test_total"].score == 0


def test_engine_fault_is_tried_again_then_shown_and_can_be_run_again(app: Flask) -> None:
    place = Place()
    submission = place.take(coursework.solved(place.assignment))
    db.session.commit()
    original = runs.grading.Grader.grade

    def broken(*_args: Any, **_options: Any) -> Any:
        raise grading.EngineFault("the environment is gone")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs.grading.Grader, "grade", broken)
        moment = now()
        for _ in range(4):
            with frozen_at(moment):
                run_next(app, ["grading"], "worker-1")
            moment += timedelta(minutes=2)
    db.session.expire_all()
    assert submission.state is SubmissionState.NOT_GRADABLE
    run = db.session.query(Run).filter_by(submission_id=submission.id).one()
    assert (run.state, run.outcome) == (RunState.FAILED, "engine")
    assert "the environment is gone" in run.note
    assert runs.grading.Grader.grade is original
    queue_run(submission, reason="repaired", by=place.coach)
    work(app)
    assert submission.state is SubmissionState.WAITS_FOR_COACH


def test_without_a_sandbox_the_job_stays_queued_and_says_why(app: Flask) -> None:
    place = Place()
    submission = place.take(coursework.solved(place.assignment))
    db.session.commit()

    def none(**_options: Any) -> Any:
        raise grading.SandboxUnavailable((grading.Problem("bwrap is missing", "No wall.", "Install bubblewrap."),))

    runs.close_grader()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs.grading, "Grader", none)
        moment = now()
        for _ in range(6):
            with frozen_at(moment):
                run_next(app, ["grading"], "worker-1")
            moment += timedelta(minutes=2)
    db.session.expire_all()
    assert submission.state is SubmissionState.HANDED_IN
    job = db.session.query(Job).filter_by(kind="grading.run").one()
    assert job.state is JobState.QUEUED
    assert "Install bubblewrap." in job.error
    with frozen_at(moment):
        run_next(app, ["grading"], "worker-1")
    db.session.expire_all()
    assert submission.state is SubmissionState.WAITS_FOR_COACH


def test_a_second_run_is_not_queued_beside_the_first(app: Flask) -> None:
    place = Place()
    submission = place.take(coursework.solved(place.assignment))
    first = queue_run(submission, reason="again", by=place.coach)
    assert queue_run(submission, by=place.coach) is first
    assert db.session.query(Run).filter_by(submission_id=submission.id).count() == 1
