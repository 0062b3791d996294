"""Regrade requests: asked with a reason, answered with or without other points, on record; nobody else's eyes."""

from __future__ import annotations

from typing import Any

import pytest

from app.assignments.assessment_models import RegradeMessage, RegradeRequest
from app.assignments.grade_models import GradeChange
from app.assignments.models import Submission
from app.assignments.services import feedback, regrades
from app.assignments.states import RegradeState
from app.platform.database import db
from app.platform.errors import Refusal
from tests.integration.assignments.world import World


@pytest.fixture
def world(app: Any) -> World:
    return World(trainees=2)


def asked(world: World, as_person: Any) -> RegradeRequest:
    one = world.submission(world.trainees[0], by_hand=2)
    feedback.release_feedback(world.release, by=world.coach)
    explain = world.task("explain")
    client = as_person(world.trainees[0].person)
    address = f"/submissions/{one.id}/tasks/{explain.id}/ask"
    assert client.get(address).status_code == 200
    assert client.post(address, data={"text": "My second example is right."}).status_code == 302
    return db.session.scalars(db.select(RegradeRequest)).one()


def test_a_trainee_asks_and_a_coach_gives_other_points(world: World, as_person: Any) -> None:
    row = asked(world, as_person)
    client = as_person(world.coach)
    assert "1 regrade request" in client.get(f"/cohorts/{world.cohort.slug}/to-grade").get_data(as_text=True)
    assert world.trainees[0].person.full_name in client.get(f"/cohorts/{world.cohort.slug}/regrades").get_data(
        as_text=True
    )
    page = client.get(f"/regrades/{row.id}").get_data(as_text=True)
    assert "My second example is right." in page
    version = page.split('name="version" value="')[1].split('"')[0]
    answer = {"action": "answer", "text": "You are right.", "points": "4", "version": version}
    assert client.post(f"/regrades/{row.id}", data=answer).status_code == 302
    db.session.refresh(row)
    assert row.state is RegradeState.CHANGED and row.closed_by_id == world.coach.id
    change = db.session.scalars(
        db.select(GradeChange).where(GradeChange.task_id == row.task_id).order_by(GradeChange.id.desc())
    ).first()
    assert change is not None and (change.from_score, change.to_score) == (2, 4)
    assert change.reason == "Answer to a regrade request"
    theirs = as_person(world.trainees[0].person).get(f"/regrades/{row.id}").get_data(as_text=True)
    assert "You are right." in theirs and "points changed" in theirs


def test_points_may_stay_and_the_trainee_may_write_again(world: World, as_person: Any) -> None:
    row = asked(world, as_person)
    as_person(world.coach).post(f"/regrades/{row.id}", data={"action": "answer", "text": "It stays."})
    db.session.refresh(row)
    assert row.state is RegradeState.KEPT
    as_person(world.trainees[0].person).post(f"/regrades/{row.id}", data={"action": "reply", "text": "Look at line 2."})
    db.session.refresh(row)
    assert row.state is RegradeState.OPEN
    assert db.session.scalar(db.select(db.func.count()).select_from(RegradeMessage)) == 3


def test_a_refused_answer_changes_nothing_and_keeps_the_words(world: World, as_person: Any) -> None:
    row = asked(world, as_person)
    refused = as_person(world.coach).post(
        f"/regrades/{row.id}", data={"action": "answer", "text": "Long words", "points": "9", "version": "2"}
    )
    assert refused.status_code == 400 and "Long words" in refused.get_data(as_text=True)
    db.session.refresh(row)
    assert row.state is RegradeState.OPEN
    assert db.session.scalar(db.select(db.func.count()).select_from(RegradeMessage)) == 1


def test_only_the_trainee_withdraws_and_only_staff_answer(world: World, as_person: Any) -> None:
    row = asked(world, as_person)
    trainee, coach = as_person(world.trainees[0].person), as_person(world.coach)
    assert trainee.post(f"/regrades/{row.id}", data={"action": "answer", "text": "x", "points": "4"}).status_code == 403
    assert coach.post(f"/regrades/{row.id}", data={"action": "withdraw"}).status_code == 403
    assert trainee.post(f"/regrades/{row.id}", data={"action": "withdraw"}).status_code == 302
    db.session.refresh(row)
    assert row.state is RegradeState.WITHDRAWN
    with pytest.raises(Refusal):
        regrades.reply(row, "again", by=world.coach)


def test_others_never_see_a_request(world: World, as_person: Any) -> None:
    row = asked(world, as_person)
    one = row.submission_id
    for person, status in ((world.trainees[1].person, 404), (World().coach, 404)):
        assert as_person(person).get(f"/regrades/{row.id}").status_code == status
        assert as_person(person).get(f"/submissions/{one}/tasks/{row.task_id}/ask").status_code == status
    assert as_person(world.trainees[0].person).get(f"/cohorts/{world.cohort.slug}/regrades").status_code == 403


def test_there_is_nothing_to_ask_before_points_are_seen(world: World, as_person: Any) -> None:
    one = world.submission(world.trainees[0], by_hand=1)
    explain = world.task("explain")
    client = as_person(world.trainees[0].person)
    refused = client.post(f"/submissions/{one.id}/tasks/{explain.id}/ask", data={"text": "Please"})
    assert refused.status_code == 400
    assert "1 / 4" not in refused.get_data(as_text=True)
    assert client.get(f"/submissions/{one.id}/tasks/999999/ask").status_code == 404


def test_one_open_request_a_task_and_never_without_words(world: World, as_person: Any) -> None:
    row = asked(world, as_person)
    again = as_person(world.trainees[0].person).get(f"/submissions/{row.submission_id}/tasks/{row.task_id}/ask")
    assert again.status_code == 302 and again.location == f"/regrades/{row.id}"
    with pytest.raises(Refusal):
        regrades.ask(
            db.session.get_one(Submission, row.submission_id),
            row.task_id,
            "twice",
            by=world.trainees[0].person,
            is_known=True,
        )
    with pytest.raises(Refusal):
        regrades.reply(row, "  ", by=world.coach)


def test_the_result_page_leads_to_a_request(world: World, as_person: Any) -> None:
    one = world.submission(world.trainees[0], by_hand=2)
    page = as_person(world.trainees[0].person).get(f"/submissions/{one.id}").get_data(as_text=True)
    assert f"/submissions/{one.id}/tasks/{world.task('test_add').id}/ask" in page
    assert f"/submissions/{one.id}/tasks/{world.task('explain').id}/ask" not in page
