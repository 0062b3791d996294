"""Batch regrade with the real engine: a dry run changes nothing; applied, moved to a repaired version, and undone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from app.assignments.assessment_models import BatchRegrade
from app.assignments.grade_models import GradeChange, TaskScore
from app.assignments.models import Release, Submission
from app.assignments.queries.batches import batch_by_id, moves_of, scores_by_key
from app.assignments.services import batches, marks, runs
from app.assignments.services.hand_in import candidates_of, hand_in
from app.assignments.services.reading import Upload, read_files
from app.assignments.states import BatchState, GradeChangeKind
from app.curriculum.models import Assignment, CourseVersion, Task
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.running import run_next
from tests import coursework, factories
from tests.factories import add

WRONG_TEST = b"assert total([1, 2]) == 4"
RIGHT_TEST = b"assert total([1, 2]) == 3"


@pytest.fixture(scope="module", autouse=True)
def warm() -> Iterator[None]:
    """One warm grader for all tests of this file."""
    yield
    runs.close_grader()


def work(app: Flask) -> None:
    """Run what waits in the lane of grading."""
    db.session.commit()
    while run_next(app, ["grading"], "worker-1"):
        pass
    db.session.expire_all()


class Place:
    """A release whose first test is wrong, with one solved attempt already graded, and the repaired version."""

    def __init__(self, app: Flask) -> None:
        self.cohort = factories.cohort()
        self.coach = factories.staff(self.cohort)
        self.trainee = factories.person()
        self.enrolment = factories.enrolment(self.cohort, self.trainee)
        right = coursework.functions_source()
        self.assignment = coursework.assignment(("functions", right.replace(RIGHT_TEST, WRONG_TEST)))
        self.release = factories.release(self.cohort, self.assignment)
        solved = coursework.solved(self.assignment)
        notebooks = read_files([Upload("functions.ipynb", solved)], candidates_of(self.release))
        self.submission = hand_in(self.release, self.enrolment, notebooks, by=self.trainee)
        work(app)
        self.repaired = self._newer(right)

    def _newer(self, source: bytes) -> Assignment:
        old = db.session.get_one(CourseVersion, self.assignment.version_id)
        version = add(
            CourseVersion(
                course_id=old.course_id,
                number=2,
                content_hash=f"{old.id:063d}x",
                title=old.title,
                environment=old.environment,
            )
        )
        row = add(Assignment(version_id=version.id, slug=self.assignment.slug, title=self.assignment.title, position=1))
        coursework.add_notebook(row, "functions", source, 0)
        row.max_score = self.assignment.max_score
        db.session.flush()
        return row

    def start(self, app: Flask, target: Assignment) -> BatchRegrade:
        batch = batches.start(self.release, target, reason="The first test was wrong", by=self.coach)
        work(app)
        found = batch_by_id(batch.id)
        assert found is not None
        return found


def test_a_repaired_test_moves_marks_after_a_dry_run_and_can_be_undone(app: Flask) -> None:
    place = Place(app)
    submission_id = place.submission.id
    row = scores_by_key(submission_id)["functions/explain"]
    marks.give_points(place.submission, row.task_id, 4, by=place.coach, version=row.version)
    assert place.submission.score == 7
    batch = place.start(app, place.repaired)
    assert batch.state is BatchState.TRIED
    assert [(move.before, move.after, move.change) for move in moves_of(batch)] == [(7, 9, 2)]
    assert db.session.get_one(Submission, submission_id).score == 7

    assert batches.apply(batch, by=place.coach) == 1
    submission, release = db.session.get_one(Submission, submission_id), db.session.get_one(Release, place.release.id)
    assert (submission.score, release.assignment_id) == (9, place.repaired.id)
    kinds = db.session.scalars(
        db.select(GradeChange.kind).where(GradeChange.submission_id == submission_id).order_by(GradeChange.id.desc())
    ).first()
    assert kinds is GradeChangeKind.REGRADE
    tasks = db.session.scalars(
        db.select(Task.notebook_id).join(TaskScore).where(TaskScore.submission_id == submission_id).distinct()
    ).all()
    assert len(tasks) == 1
    assert scores_by_key(submission_id)["functions/explain"].manual_score == 4

    again = batch_by_id(batch.id)
    assert again is not None and batches.undo(again, by=place.coach) == 1
    assert db.session.get_one(Submission, submission_id).score == 7
    assert db.session.get_one(Release, place.release.id).assignment_id == place.assignment.id
    with pytest.raises(Refusal):
        batches.undo(again, by=place.coach)


def test_the_page_goes_from_dry_run_to_applied(app: Flask, as_person: Any) -> None:
    place = Place(app)
    release_id, repaired_id = place.release.id, place.repaired.id
    coach, trainee = place.coach, place.trainee
    address = f"/assignments/{release_id}/regrade"
    client = as_person(coach)
    assert "No batch regrade yet" in client.get(address).get_data(as_text=True)
    assert client.post(address, data={"version": repaired_id, "reason": ""}).status_code == 400
    assert client.post(address, data={"version": 999999, "reason": "x"}).status_code == 400
    assert client.post(address, data={"version": repaired_id, "reason": "Wrong test"}).status_code == 302
    assert "0 of 1 attempts tried" in client.get(address).get_data(as_text=True)
    refused = client.post(address, data={"version": repaired_id, "reason": "Twice"})
    assert refused.status_code == 400 and "open already" in refused.get_data(as_text=True)
    work(app)
    assert "1 of 1 attempt moves" in client.get(address).get_data(as_text=True)
    batch_id = db.session.scalars(db.select(BatchRegrade.id)).one()
    assert as_person(trainee).post(f"/batches/{batch_id}", data={"action": "apply"}).status_code == 403
    assert client.post(f"/batches/{batch_id}", data={"action": "apply"}).status_code == 302
    assert "Undo" in client.get(address).get_data(as_text=True)
    assert client.post(f"/batches/{batch_id}", data={"action": "nonsense"}).status_code == 400


def test_a_dry_run_can_be_thrown_away(app: Flask) -> None:
    place = Place(app)
    batch = batches.start(place.release, place.repaired, reason="x", by=place.coach)
    batches.drop(batch, by=place.coach)
    work(app)
    found = batch_by_id(batch.id)
    assert found is not None and found.state is BatchState.DROPPED and found.items[0].after is None
    with pytest.raises(Refusal):
        batches.apply(found, by=place.coach)


def test_a_version_with_other_tasks_is_refused(app: Flask) -> None:
    place = Place(app)
    task = db.session.scalars(
        db.select(Task).where(Task.grade_id == "test_total", Task.notebook.has(assignment_id=place.repaired.id))
    ).one()
    task.grade_id = "another"
    db.session.flush()
    with pytest.raises(Refusal, match="other tasks"):
        batches.start(place.release, place.repaired, reason="x", by=place.coach)
