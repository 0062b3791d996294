"""The gradebook: what each cell says, filters and order in the address, a constant number of queries, who may look."""

from __future__ import annotations

from typing import Any

import pytest

from app.assignments.queries.gradebook import gradebook
from app.assignments.states import LatePolicy, SubmissionState
from app.platform.clock import now
from tests import factories
from tests.integration.assignments.world import World, days


@pytest.fixture
def world(app: Any) -> World:
    return World(trainees=3)


def kinds(world: World) -> dict[int, list[str]]:
    return {row.enrolment_id: [cell.kind for cell in row.cells] for row in gradebook(world.cohort.id).rows}


def test_each_state_of_a_hand_in_has_its_kind_of_cell(world: World) -> None:
    one, two, three = world.trainees
    world.submission(one)
    graded = world.submission(two, by_hand=4)
    assert graded.state is SubmissionState.GRADED
    assert kinds(world) == {one.id: ["wait"], two.id: ["ok"], three.id: ["open"]}
    world.release.due_at = now() - days(0.5)
    world.release.opens_at = now() - days(3)
    assert kinds(world)[three.id] == ["none"]
    assert kinds(world)[two.id] == ["late"]
    graded.state = SubmissionState.HANDED_IN
    assert kinds(world)[two.id] == ["run"]
    graded.state = SubmissionState.NOT_GRADABLE
    assert kinds(world)[two.id] == ["fault"]


def test_points_below_pass_are_marked_and_a_penalty_is_taken_off(world: World) -> None:
    one = world.trainees[0]
    world.release.late_policy, world.release.late_percent = LatePolicy.PERCENT_A_DAY, 30
    world.submission(one, by_hand=4, received_at=world.release.due_at + days(1.5))
    cell = next(row for row in gradebook(world.cohort.id).rows if row.enrolment_id == one.id).cells[0]
    assert (cell.kind, cell.raw, cell.points, cell.late.days) == ("low", 6, pytest.approx(2.4), 2)
    # A changed policy changes the marks at once: nothing of it is stored.
    world.release.late_policy = LatePolicy.FREE
    cell = next(row for row in gradebook(world.cohort.id).rows if row.enrolment_id == one.id).cells[0]
    assert (cell.kind, cell.points) == ("late", 6)


def test_the_best_or_the_latest_attempt_counts(world: World) -> None:
    one = world.trainees[0]
    world.submission(one, by_hand=4)
    world.submission(one, by_hand=1, number=2)
    assert gradebook(world.cohort.id).rows[0].cells[0].points == 6
    from app.assignments.states import CountingAttempt

    world.release.counts = CountingAttempt.LATEST
    row = next(row for row in gradebook(world.cohort.id).rows if row.enrolment_id == one.id)
    assert row.cells[0].points == 3


def test_the_page_says_every_cell_in_a_sentence(world: World, as_person: Any) -> None:
    one, two, _three = world.trainees
    world.submission(one)
    world.submission(two, by_hand=4)
    page = as_person(world.coach).get(f"/cohorts/{world.cohort.slug}/gradebook").get_data(as_text=True)
    assert f"{one.person.full_name}, Loops: 2 of 6 so far, waits for a coach" in page
    assert f"{two.person.full_name}, Loops: 6 of 6" in page
    assert "Loops: not due yet" in page
    assert "3 trainees, 1 assignment" in page


def test_filters_and_order_stand_in_the_address(world: World, as_person: Any) -> None:
    one, two, three = world.trainees
    for enrolment, name in ((one, "Aino"), (two, "Bertta"), (three, "Cecilia")):
        enrolment.person.first_name, enrolment.person.last_name = name, "Virtanen"
    world.submission(two, by_hand=4)
    world.submission(three)
    client = as_person(world.coach)

    def names(arguments: str) -> list[str]:
        page = client.get(f"/cohorts/{world.cohort.slug}/gradebook?{arguments}").get_data(as_text=True)
        found = [(page.find(f">{name} Virtanen</a></th>"), name) for name in ("Aino", "Bertta", "Cecilia")]
        return [name for place, name in sorted(found) if place >= 0]

    assert names("") == ["Aino", "Bertta", "Cecilia"]
    assert names("sort=-name") == ["Cecilia", "Bertta", "Aino"]
    assert names("show=waits") == ["Cecilia"]
    assert names("q=BERT") == ["Bertta"]
    assert names("sort=-total")[0] == "Bertta"
    assert names(f"sort=-{world.release.id}") == ["Bertta", "Cecilia", "Aino"]
    assert names("q=nobody") == []
    assert names("show=nonsense&sort=nonsense&team=x&course=nothing&open=9.9") == ["Aino", "Bertta", "Cecilia"]


def test_a_cell_opens_a_panel_with_its_story(world: World, as_person: Any) -> None:
    one = world.trainees[0]
    world.submission(one, by_hand=3)
    client = as_person(world.coach)
    address = f"/cohorts/{world.cohort.slug}/gradebook"
    page = client.get(f"{address}?open={one.id}.{world.release.id}").get_data(as_text=True)
    assert 'id="peek"' in page and "Attempt 1 handed in" in page and "data-open" in page
    fragment = client.get(f"{address}/cell?open={one.id}.{world.release.id}")
    assert fragment.status_code == 200 and "5" in fragment.get_data(as_text=True)
    assert client.get(f"{address}/cell?open=1").status_code == 404
    elsewhere = World()
    assert client.get(f"{address}/cell?open={elsewhere.trainees[0].id}.{elsewhere.release.id}").status_code == 404


def test_the_sheet_takes_as_many_queries_for_many_as_for_one(world: World, as_person: Any, queries: Any) -> None:
    client = as_person(world.coach)
    world.submission(world.trainees[0], by_hand=4)
    address = f"/cohorts/{world.cohort.slug}/gradebook"
    client.get(address)
    with queries() as few:
        client.get(address)
    for title in ("Two", "Three"):
        release = world.new_release(title)
        for enrolment in [factories.enrolment(world.cohort) for _ in range(4)]:
            world.submission(enrolment, release=release, by_hand=1)
            world.submission(enrolment, release=release, number=2)
    with queries() as many:
        client.get(address)
    assert many.count == few.count <= 28


def test_only_staff_of_the_cohort_see_it(world: World, as_person: Any, client: Any) -> None:
    address = f"/cohorts/{world.cohort.slug}/gradebook"
    assert as_person(world.coordinator).get(address).status_code == 200
    assert as_person(world.trainees[0].person).get(address).status_code == 403
    assert as_person(World().coach).get(address).status_code == 404
    assert client.get(address).status_code in (302, 401)


def test_an_empty_cohort_says_what_to_do(app: Any, as_person: Any) -> None:
    cohort = factories.cohort()
    page = as_person(factories.staff(cohort)).get(f"/cohorts/{cohort.slug}/gradebook").get_data(as_text=True)
    assert "No assignment was released yet" in page


def test_withdrawn_trainees_and_releases_are_left_out(world: World) -> None:
    from app.cohorts.states import EnrolmentState

    world.trainees[0].state = EnrolmentState.WITHDRAWN
    assert len(gradebook(world.cohort.id).rows) == 2
    world.release.withdrawn_at = now()
    assert gradebook(world.cohort.id).columns == []
