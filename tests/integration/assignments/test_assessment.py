"""Rules of a release, extensions and feedback: given, taken back, on record; marks follow at once."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.assignments.assessment_models import Extension, FeedbackChange
from app.assignments.models import Release
from app.assignments.queries.gradebook import Cell, gradebook
from app.assignments.rules import feedback_is_visible
from app.assignments.services import deadlines, extensions, feedback
from app.assignments.states import CountingAttempt, FeedbackPolicy, LatePolicy
from app.platform.clock import now
from app.platform.database import db
from app.platform.errors import Refusal
from app.teams.models import Team, TeamMembership
from tests.factories import add
from tests.integration.assignments.world import World, days

RULES = {
    "grace_minutes": "15",
    "late_policy": "percent_a_day",
    "late_percent": "12.5",
    "late_days": "2",
    "attempts_allowed": "3",
    "counts": "latest",
    "pass_percent": "60",
    "weight": "2",
    "category": "exam",
    "is_anonymous": "y",
}


@pytest.fixture
def world(app: Any) -> World:
    return World(trainees=3)


def cell(world: World, index: int) -> Cell:
    enrolment = world.trainees[index]
    return next(row for row in gradebook(world.cohort.id).rows if row.enrolment_id == enrolment.id).cells[0]


def test_a_coach_changes_the_rules_and_marks_follow(world: World, as_person: Any) -> None:
    world.submission(world.trainees[0], by_hand=4, received_at=world.release.due_at + days(3.5))
    assert cell(world, 0).points == 6
    client = as_person(world.coach)
    page = f"/assignments/{world.release.id}/rules"
    assert client.get(page).status_code == 200
    assert client.post(page, data=RULES).status_code == 302
    release = db.session.get_one(Release, world.release.id)
    assert (release.late_policy, release.counts, release.is_anonymous) == (
        LatePolicy.PERCENT_A_DAY,
        CountingAttempt.LATEST,
        True,
    )
    # Four late days, two of them free.
    assert cell(world, 0).points == 6 * 0.75
    assert client.post(page, data=RULES).status_code == 302


@pytest.mark.parametrize(
    ("name", "value"),
    [("late_percent", "101"), ("grace_minutes", "-1"), ("late_days", "x"), ("attempts_allowed", "0"), ("weight", "-2")],
)
def test_rules_out_of_range_are_refused_at_their_field(world: World, as_person: Any, name: str, value: str) -> None:
    answer = as_person(world.coach).post(f"/assignments/{world.release.id}/rules", data=RULES | {name: value})
    assert answer.status_code == 400
    assert f'id="{name}-fault"' in answer.get_data(as_text=True)
    assert db.session.get_one(Release, world.release.id).weight == 1


def test_services_check_the_rules_too(world: World) -> None:
    for values in (
        {"late_percent": 101},
        {"grace_minutes": -1},
        {"late_days": 61},
        {"attempts_allowed": 0},
        {"weight": -1},
    ):
        with pytest.raises(Refusal):
            deadlines.change_rules(world.release, by=world.coach, **values)


def test_an_extension_moves_one_trainees_due_time(world: World, as_person: Any) -> None:
    due = world.release.due_at
    for enrolment in world.trainees:
        world.submission(enrolment, by_hand=4, received_at=due + days(1))
    world.release.late_policy, world.release.late_percent = LatePolicy.FIXED, 50
    assert [cell(world, index).points for index in range(3)] == [3, 3, 3]
    local = (due + days(2)).astimezone(ZoneInfo(world.cohort.timezone))
    page = f"/assignments/{world.release.id}/extensions"
    client = as_person(world.coach)
    answer = client.post(
        page,
        data={
            "receiver": f"trainee-{world.trainees[1].id}",
            "due_at": local.strftime("%Y-%m-%dT%H:%M"),
            "extra_attempts": "1",
            "reason": "Ill",
        },
    )
    assert answer.status_code == 302
    assert [cell(world, index).points for index in range(3)] == [3, 6, 3]
    assert "Ill" in client.get(page).get_data(as_text=True)
    row = db.session.scalars(db.select(Extension)).one()
    assert abs(row.due_at - (due + days(2))) < days(1 / 1440)
    refused = client.post(f"/extensions/{row.id}/revoke", data={"reason": " "})
    assert refused.status_code == 302 and cell(world, 1).points == 6
    client.post(f"/extensions/{row.id}/revoke", data={"reason": "A mistake"})
    assert cell(world, 1).points == 3
    text = client.get(page).get_data(as_text=True)
    assert "A mistake" in text and "Taken back" in text
    with pytest.raises(Refusal):
        extensions.revoke_extension(row, by=world.coach, reason="again")


def test_a_team_and_a_whole_cohort_get_extensions(world: World) -> None:
    due = world.release.due_at
    one, two, _three = world.trainees
    team = add(Team(cohort_id=world.cohort.id, slug="saaristo", name="Saaristo"))
    add(TeamMembership(team_id=team.id, enrolment_id=one.id))
    for enrolment in world.trainees:
        world.submission(enrolment, by_hand=4, received_at=due + days(1))
    world.release.late_policy, world.release.late_percent = LatePolicy.FIXED, 50
    extensions.give_extension(world.release, by=world.coach, reason="Trip", team=team, due_at=due + days(1))
    assert [cell(world, index).points for index in range(3)] == [6, 3, 3]
    extensions.give_extension(world.release, by=world.coach, reason="Ill", enrolment=two, is_excused=True)
    assert cell(world, 1).kind == "exc"
    extensions.give_extension(world.release, by=world.coach, reason="Power cut", due_at=due + days(2))
    assert cell(world, 2).points == 6


def test_an_extension_needs_a_reason_and_something_to_give(world: World) -> None:
    give, due = extensions.give_extension, world.release.due_at
    other = World()
    for values in (
        {"reason": "", "due_at": due + days(1)},
        {"reason": "Ill"},
        {"reason": "Ill", "due_at": due - days(1)},
        {"reason": "Ill", "extra_attempts": -1},
        {"reason": "Ill", "extra_attempts": 1, "enrolment": other.trainees[0]},
    ):
        with pytest.raises(Refusal):
            give(world.release, by=world.coach, **values)
    assert db.session.scalar(db.select(Extension)) is None


def test_a_refused_extension_keeps_what_was_typed(world: World, as_person: Any) -> None:
    answer = as_person(world.coach).post(
        f"/assignments/{world.release.id}/extensions",
        data={"receiver": "", "due_at": "2020-01-01T10:00", "reason": "Long story"},
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400 and "Long story" in page and "must be later" in page


def test_feedback_is_given_back_for_what_is_graded_and_taken_back_with_a_reason(world: World, as_person: Any) -> None:
    graded = world.submission(world.trainees[0], by_hand=4)
    waiting = world.submission(world.trainees[1])
    client = as_person(world.coach)
    page = f"/assignments/{world.release.id}/feedback"
    assert "Release the feedback of 1 hand-in" in client.get(page).get_data(as_text=True)
    assert client.post(page).status_code == 302
    db.session.expire_all()
    assert graded.feedback_released_at is not None and waiting.feedback_released_at is None
    with pytest.raises(Refusal):
        feedback.release_feedback(world.release, by=world.coach)
    refused = client.post(f"{page}/take-back", data={"reason": ""})
    assert refused.status_code == 400 and graded.feedback_released_at is not None
    assert client.post(f"{page}/take-back", data={"reason": "Wrong scheme"}).status_code == 302
    db.session.expire_all()
    assert graded.feedback_released_at is None
    assert "Wrong scheme" in client.get(page).get_data(as_text=True)
    assert [row.is_released for row in db.session.scalars(db.select(FeedbackChange).order_by(FeedbackChange.id))] == [
        True,
        False,
    ]


def test_feedback_of_one_hand_in(world: World, as_person: Any) -> None:
    one, two = world.submission(world.trainees[0], by_hand=4), world.submission(world.trainees[1])
    client = as_person(world.coach)
    client.post(f"/submissions/{one.id}/feedback")
    client.post(f"/submissions/{two.id}/feedback")
    db.session.expire_all()
    assert one.feedback_released_at is not None and two.feedback_released_at is None


def test_as_graded_needs_no_release(world: World) -> None:
    from app.assignments.queries.submissions import submission_by_id

    one = world.submission(world.trainees[0], by_hand=4)
    world.release.feedback_policy = FeedbackPolicy.AS_GRADED
    loaded = submission_by_id(one.id)
    assert loaded is not None and feedback_is_visible(loaded)
    assert now() >= one.received_at


def test_only_staff_of_the_cohort_set_rules_extensions_and_feedback(world: World, as_person: Any) -> None:
    extension = extensions.give_extension(world.release, by=world.coach, reason="Ill", extra_attempts=1)
    one = world.submission(world.trainees[0], by_hand=4)
    db.session.flush()
    trainee, stranger = world.trainees[0].person, World().coach
    for page in ("rules", "extensions", "feedback"):
        address = f"/assignments/{world.release.id}/{page}"
        for person, status in ((trainee, 403), (stranger, 404)):
            assert as_person(person).get(address).status_code == status
            assert as_person(person).post(address, data=RULES).status_code == status
    for act in (
        f"/assignments/{world.release.id}/feedback/take-back",
        f"/extensions/{extension.id}/revoke",
        f"/submissions/{one.id}/feedback",
    ):
        assert as_person(trainee).post(act, data={"reason": "x"}).status_code == 403
        assert as_person(stranger).post(act, data={"reason": "x"}).status_code == 404
    db.session.expire_all()
    assert extension.revoked_at is None and one.feedback_released_at is None


def test_a_trainee_sees_what_changed_since_the_last_attempt(world: World, as_person: Any) -> None:
    one = world.trainees[0]
    first = world.submission(one, answer="It repeats.\nIt stops.")
    second = world.submission(one, number=2, answer="It repeats <b>ten</b> times.\nIt stops.")
    client = as_person(one.person)
    text = client.get(f"/submissions/{second.id}/changes").get_data(as_text=True)
    assert "1 answer changed" in text and "&lt;b&gt;ten&lt;/b&gt; times." in text and "It repeats." in text
    assert client.get(f"/submissions/{first.id}/changes").status_code == 404
    assert as_person(world.trainees[1].person).get(f"/submissions/{second.id}/changes").status_code == 404


def test_the_class_is_shown_only_where_allowed_and_of_enough_people(app: Any, as_person: Any) -> None:
    world = World(trainees=6, shows_statistics=True)
    rows = [world.submission(each, by_hand=4, tests=2) for each in world.trainees[:5]]
    person = world.trainees[0].person
    page = f"/submissions/{rows[0].id}"
    assert "How the class did" not in as_person(person).get(page).get_data(as_text=True)
    feedback.release_feedback(db.session.get_one(Release, world.release.id), by=world.coach)
    assert "5 trainees: median 100 percent" in as_person(person).get(page).get_data(as_text=True)
    feedback.take_back(world.release, reason="x", by=world.coach, submission=rows[4])
    assert "How the class did" not in as_person(person).get(page).get_data(as_text=True)


def test_a_comment_on_the_whole_hand_in(world: World, as_person: Any) -> None:
    one = world.submission(world.trainees[0], by_hand=4)
    person = world.trainees[0].person
    as_person(world.coach).post(f"/submissions/{one.id}/comment", data={"comment": "A good week."})
    assert "A good week." in as_person(world.coach).get(f"/submissions/{one.id}/grade").get_data(as_text=True)
    assert "A good week." not in as_person(person).get(f"/submissions/{one.id}").get_data(as_text=True)
    feedback.release_feedback(db.session.get_one(Release, world.release.id), by=world.coach)
    assert "A good week." in as_person(person).get(f"/submissions/{one.id}").get_data(as_text=True)


def test_a_comment_on_a_passed_task_is_seen_without_unfolding(world: World, as_person: Any) -> None:
    one = world.submission(world.trainees[0])
    explain = world.task("explain")
    as_person(world.coach).post(
        f"/submissions/{one.id}/tasks/{explain.id}/mark",
        data={"points": "4", "comment": "Well put.", "version": "1", "action": "save"},
    )
    person = world.trainees[0].person
    page = f"/submissions/{one.id}"
    assert "1 comment<" not in as_person(person).get(page).get_data(as_text=True)
    feedback.release_feedback(db.session.get_one(Release, world.release.id), by=world.coach)
    text = as_person(person).get(page).get_data(as_text=True)
    fold = next(part for part in text.split("<details ") if "Well put." in part)
    assert " open" in fold.partition(">")[0]
    summary = fold.partition("</summary>")[0]
    assert "1 comment<" in summary and "Well put." not in summary
