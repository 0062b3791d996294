"""The grading page: points by hand, comments, two coaches at once, next and previous, who may."""

from __future__ import annotations

from typing import Any

import pytest

from app.assignments.assessment_models import GradingClaim, ReusableComment
from app.assignments.grade_models import Comment, GradeChange, TaskScore
from app.assignments.models import Submission
from app.assignments.services import claims, comments, marks
from app.assignments.states import GradeChangeKind, SubmissionState
from app.platform.clock import frozen_at, now
from app.platform.database import db
from app.platform.errors import Refusal
from tests.integration.assignments.world import World, days


@pytest.fixture
def world(app: Any) -> World:
    return World(trainees=3)


def row_of(submission: Submission, task_id: int) -> TaskScore:
    return db.session.scalars(
        db.select(TaskScore).where(TaskScore.submission_id == submission.id, TaskScore.task_id == task_id)
    ).one()


def address(submission: Submission, task_id: int) -> str:
    return f"/submissions/{submission.id}/tasks/{task_id}/mark"


def test_a_coach_gives_points_and_a_comment(world: World, as_person: Any) -> None:
    one = world.submission(world.trainees[0])
    explain = world.task("explain")
    client = as_person(world.coach)
    page = client.get(f"/submissions/{one.id}/grade").get_data(as_text=True)
    assert "It repeats." in page and "what repeats" in page and "Model answer." in page
    assert "BEGIN MARK SCHEME" not in page and "BEGIN SOLUTION" not in page
    answer = client.post(
        address(one, explain.id), data={"points": "3", "comment": "Warm!", "version": "1", "action": "save"}
    )
    assert answer.status_code == 302
    row = row_of(one, explain.id)
    assert (row.manual_score, row.graded_by_id) == (3, world.coach.id)
    assert (one.score, one.state) == (5, SubmissionState.GRADED)
    assert db.session.scalars(db.select(Comment.text).where(Comment.submission_id == one.id)).all() == ["Warm!"]
    change = db.session.scalars(
        db.select(GradeChange).where(GradeChange.task_id == explain.id, GradeChange.submission_id == one.id)
    ).one()
    assert (change.kind, change.by_id, change.from_score, change.to_score) == (
        GradeChangeKind.COACH,
        world.coach.id,
        None,
        3,
    )
    page = client.get(f"/submissions/{one.id}/grade?task={explain.id}").get_data(as_text=True)
    assert "History of the points" in page and "Warm!" in page


@pytest.mark.parametrize(
    ("points", "words"),
    [("5", "at most 4 points"), ("-1", "cannot be less than 0"), ("many", "no number of points"), ("nan", "no number")],
)
def test_points_out_of_range_are_refused_with_words_and_nothing_is_lost(
    world: World, as_person: Any, points: str, words: str
) -> None:
    one = world.submission(world.trainees[0])
    explain = world.task("explain")
    answer = as_person(world.coach).post(
        address(one, explain.id), data={"exact": points, "comment": "Half a comment", "version": "1", "action": "save"}
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert words in page and "Half a comment" in page and f'value="{points}"' in page
    assert row_of(one, explain.id).manual_score is None
    assert db.session.scalar(db.select(Comment)) is None


def test_points_are_read_as_people_write_them(app: Any) -> None:
    assert marks.parse_points(" 2,5 ") == 2.5
    assert marks.parse_points("") is None
    assert marks.parse_points("0") == 0
    with pytest.raises(Refusal):
        marks.parse_points("inf")


def test_the_second_of_two_coaches_is_told_and_loses_nothing(world: World, as_person: Any) -> None:
    one = world.submission(world.trainees[0])
    explain = world.task("explain")
    first, second = as_person(world.coach), as_person(world.other_coach)
    first.post(address(one, explain.id), data={"points": "3", "version": "1", "action": "save"})
    answer = second.post(
        address(one, explain.id), data={"points": "1", "comment": "Mine", "version": "1", "action": "save"}
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Marja Heikkilä gave 3 points" in page and "Mine" in page
    row = row_of(one, explain.id)
    assert row.manual_score == 3
    assert f'name="version" value="{row.version}"' in page
    # With the version that the page now holds, the second coach's points take the place of the first's, on record.
    again = second.post(
        address(one, explain.id), data={"points": "1", "comment": "Mine", "version": str(row.version), "action": "save"}
    )
    assert again.status_code == 302
    changes = db.session.scalars(
        db.select(GradeChange).where(GradeChange.task_id == explain.id).order_by(GradeChange.id)
    ).all()
    assert [(change.by_id, change.to_score) for change in changes] == [(world.coach.id, 3), (world.other_coach.id, 1)]


def test_a_script_saves_as_the_coach_goes(world: World, as_person: Any) -> None:
    one = world.submission(world.trainees[0])
    explain = world.task("explain")
    by_script = {"X-Requested-With": "fetch"}
    client = as_person(world.coach)
    told = client.post(address(one, explain.id), data={"points": "2", "version": "1"}, headers=by_script)
    assert told.get_json() == {"version": 2, "score": "2", "total": "4", "waits": False}
    late = as_person(world.other_coach).post(
        address(one, explain.id), data={"points": "4", "version": "1"}, headers=by_script
    )
    assert late.status_code == 409 and late.get_json()["version"] == 2
    wrong = client.post(address(one, explain.id), data={"exact": "9", "version": "2"}, headers=by_script)
    assert wrong.status_code == 400 and "at most 4" in wrong.get_json()["error"]


def test_a_comment_alone_leaves_the_points_alone(world: World, as_person: Any) -> None:
    one = world.submission(world.trainees[0])
    explain = world.task("explain")
    as_person(world.coach).post(address(one, explain.id), data={"comment": "Later", "version": "1", "action": "save"})
    assert row_of(one, explain.id).manual_score is None
    assert one.state is SubmissionState.WAITS_FOR_COACH
    as_person(world.coach).post(address(one, explain.id), data={"comment": "", "version": "1", "action": "save"})
    assert db.session.scalar(db.select(Comment)) is None


def test_a_coach_may_put_own_points_over_the_tests_and_take_them_back(world: World) -> None:
    one = world.submission(world.trainees[0], tests=0)
    tests = world.task("test_add")
    row = marks.give_points(one, tests.id, 1, by=world.coach, version=1)
    assert (row.auto_score, row.manual_score, row.score) == (0, 1, 1)
    row = marks.give_points(one, tests.id, None, by=world.coach, version=row.version)
    assert (row.manual_score, row.score) == (None, 0)


def test_extra_credit_goes_beyond_the_greatest_points(world: World, as_person: Any) -> None:
    one = world.submission(world.trainees[0])
    explain = world.task("explain")
    client = as_person(world.coach)
    client.post(address(one, explain.id), data={"points": "4", "extra": "1,5", "version": "1", "action": "save"})
    assert one.score == 7.5
    client.post(address(one, explain.id), data={"points": "4", "extra": "", "version": "2", "action": "save"})
    assert one.score == 6
    refused = client.post(
        address(one, explain.id), data={"points": "4", "extra": "-1", "version": "3", "action": "save"}
    )
    assert refused.status_code == 400


def test_save_and_next_goes_to_the_oldest_that_waits(world: World, as_person: Any) -> None:
    moment = now()
    old, older, newest = (
        world.submission(enrolment, received_at=moment - days(age), answer=f"answer {age}")
        for enrolment, age in zip(world.trainees, (1, 2, 0), strict=True)
    )
    explain = world.task("explain")
    client = as_person(world.coach)
    taken = client.post(f"/cohorts/{world.cohort.slug}/to-grade/next")
    assert taken.location.startswith(f"/submissions/{older.id}/grade")
    after = client.post(address(older, explain.id), data={"points": "1", "version": "1", "action": "next"})
    assert after.location == f"/submissions/{old.id}/grade?back={older.id}"
    # The other coach is given another one while this one is held.
    other = as_person(world.other_coach).post(f"/cohorts/{world.cohort.slug}/to-grade/next")
    assert other.location == f"/submissions/{newest.id}/grade"
    nothing = as_person(world.coordinator).post(f"/cohorts/{world.cohort.slug}/to-grade/next")
    assert nothing.location == f"/cohorts/{world.cohort.slug}/to-grade"
    page = as_person(world.other_coach).get(f"/submissions/{old.id}/grade").get_data(as_text=True)
    assert "Marja Heikkilä has this hand-in open" in page
    with frozen_at(moment + days(1)):
        taken = as_person(world.coordinator).post(f"/cohorts/{world.cohort.slug}/to-grade/next")
        assert taken.location == f"/submissions/{old.id}/grade"


def test_a_claim_is_held_by_one_coach_only_until_it_is_let_go(world: World) -> None:
    one = world.submission(world.trainees[0])
    assert claims.claim(one.id, by=world.coach)
    assert claims.claim(one.id, by=world.coach)
    assert not claims.claim(one.id, by=world.other_coach)
    claims.let_go(one.id, by=world.other_coach)
    assert not claims.claim(one.id, by=world.other_coach)
    claims.let_go(one.id, by=world.coach)
    assert claims.claim(one.id, by=world.other_coach)
    assert db.session.scalar(db.select(db.func.count()).select_from(GradingClaim)) == 1


def test_the_queue_holds_what_still_counts(world: World, as_person: Any) -> None:
    one, two, _three = world.trainees
    world.submission(one, answer="first try")
    latest = world.submission(one, number=2, answer="second try", tests=1)
    best = world.submission(two, tests=2)
    world.submission(two, number=2, tests=0, by_hand=0)
    from app.assignments.queries.queue import count_waiting, queue

    # Of the first trainee both: the latest, and the earlier one with more points since the best counts.
    assert count_waiting(world.cohort.id) == 3
    assert {row.id for row in queue(world.cohort.id)} >= {latest.id, best.id}
    from app.assignments.states import CountingAttempt

    world.release.counts = CountingAttempt.LATEST
    assert [row.id for row in queue(world.cohort.id)] == [latest.id]
    page = as_person(world.coach).get(f"/cohorts/{world.cohort.slug}/to-grade").get_data(as_text=True)
    assert "1 hand-in waits" in page


def test_equal_answers_are_graded_once(world: World, as_person: Any) -> None:
    one, two, three = (
        world.submission(enrolment, answer=answer)
        for enrolment, answer in zip(world.trainees, ("Same words", "Same words", "Other words"), strict=True)
    )
    explain = world.task("explain")
    client = as_person(world.coach)
    assert "3 answers wait" in client.get(f"/cohorts/{world.cohort.slug}/to-grade?by=task").get_data(as_text=True)
    task_page = f"/assignments/{world.release.id}/tasks/{explain.id}/grade"
    page = client.get(task_page).get_data(as_text=True)
    assert page.count("Same words") == 1 and page.count("Other words") == 1
    answer_hash = row_of(one, explain.id).answer_hash
    refused = client.post(task_page, data={"answer": answer_hash, "points": "7", "comment": "Good"})
    assert refused.status_code == 400 and "at most 4" in refused.get_data(as_text=True)
    assert client.post(task_page, data={"answer": answer_hash, "points": "3", "comment": "Good"}).status_code == 302
    assert [row_of(each, explain.id).manual_score for each in (one, two, three)] == [3, 3, None]
    assert db.session.scalar(db.select(db.func.count()).select_from(Comment)) == 2
    assert client.get(f"/assignments/{world.release.id}/tasks/999999/grade").status_code == 404


def test_a_later_attempt_shows_the_earlier_mark_beside_it(world: World, as_person: Any) -> None:
    world.submission(world.trainees[0], by_hand=3)
    again = world.submission(world.trainees[0], number=2, answer="Quite another answer")
    page = as_person(world.coach).get(f"/submissions/{again.id}/grade").get_data(as_text=True)
    assert "Attempt 1 had 3 points for this task" in page


def test_names_are_hidden_where_the_assignment_is_graded_without_them(world: World, as_person: Any) -> None:
    world.release.is_anonymous = True
    world.trainees[0].person.first_name = "Secretname"
    one = world.submission(world.trainees[0])
    client = as_person(world.coach)
    for page in (
        f"/submissions/{one.id}/grade",
        f"/cohorts/{world.cohort.slug}/to-grade",
        f"/assignments/{world.release.id}/tasks/{world.task('explain').id}/grade",
    ):
        text = client.get(page).get_data(as_text=True)
        assert "Secretname" not in text and "Trainee " in text, page


def test_flags_of_the_engine_stand_with_the_cell(world: World, as_person: Any) -> None:
    one = world.submission(world.trainees[0], flag="The tests were changed and put back.")
    page = as_person(world.coach).get(f"/submissions/{one.id}/grade?task={world.task('test_add').id}")
    text = page.get_data(as_text=True)
    assert "The tests were changed and put back." in text
    assert "All tests, hidden ones too" in text and "return" in text


def test_comments_are_kept_to_be_used_again(world: World, as_person: Any) -> None:
    one = world.submission(world.trainees[0])
    explain = world.task("explain")
    client = as_person(world.coach)
    client.post(address(one, explain.id), data={"comment": "When does it stop?", "version": "1", "action": "keep"})
    assert "When does it stop?" in client.get(f"/submissions/{one.id}/grade?task={explain.id}").get_data(as_text=True)
    kept = db.session.scalars(db.select(ReusableComment)).one()
    comments.forget_comment(kept.id, by=world.other_coach)
    assert db.session.scalars(db.select(ReusableComment)).one() is not None
    client.post(address(one, explain.id), data={"comment": "", "version": "1", "action": f"forget-{kept.id}"})
    assert db.session.scalar(db.select(ReusableComment)) is None


def test_script_in_an_answer_never_reaches_the_coach(world: World, as_person: Any) -> None:
    one = world.submission(world.trainees[0], answer="<script>alert(1)</script><img src=x onerror=alert(1)> hello")
    page = as_person(world.coach).get(f"/submissions/{one.id}/grade").get_data(as_text=True)
    assert "onerror=" not in page and "<script>alert" not in page


def test_only_staff_of_the_cohort_may_grade(world: World, as_person: Any, client: Any) -> None:
    one = world.submission(world.trainees[0])
    explain = world.task("explain")
    stranger, trainee = World().coach, world.trainees[0].person
    for page in (f"/submissions/{one.id}/grade", f"/cohorts/{world.cohort.slug}/to-grade"):
        assert as_person(trainee).get(page).status_code == 403
        assert as_person(stranger).get(page).status_code == 404
        assert client.get(page).status_code == 302
    for act in (
        address(one, explain.id),
        f"/submissions/{one.id}/claim",
        f"/submissions/{one.id}/put-back",
        f"/cohorts/{world.cohort.slug}/to-grade/next",
        f"/assignments/{world.release.id}/tasks/{explain.id}/grade",
    ):
        assert as_person(trainee).post(act, data={"points": "4", "version": "1"}).status_code == 403
        assert as_person(stranger).post(act, data={"points": "4", "version": "1"}).status_code == 404
    assert row_of(one, explain.id).manual_score is None


def test_queue_and_page_take_as_many_queries_for_many_as_for_one(world: World, as_person: Any, queries: Any) -> None:
    one = world.submission(world.trainees[0])
    client = as_person(world.coach)
    pages = (f"/cohorts/{world.cohort.slug}/to-grade", f"/submissions/{one.id}/grade")
    few = []
    for page in pages:
        client.get(page)
        with queries() as counted:
            client.get(page)
        few.append(counted.count)
    for enrolment in world.trainees[1:]:
        world.submission(enrolment)
    world.submission(world.trainees[1], number=2)
    for page, before in zip(pages, few, strict=True):
        with queries() as counted:
            client.get(page)
        assert counted.count == before <= 40
