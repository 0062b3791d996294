"""Who may need a talk: each fact by itself, and nobody without a fact."""

from __future__ import annotations

from typing import Any

import pytest

from app.assignments.queries.risk import at_risk
from app.curriculum.models import Skill
from app.platform.clock import now
from app.platform.database import db
from tests.factories import add
from tests.integration.assignments.world import World, days


@pytest.fixture
def world(app: Any) -> World:
    world = World(trainees=2)
    for enrolment in world.trainees:
        enrolment.person.last_seen_at = now()
    return world


def kinds(world: World, index: int) -> list[str]:
    chosen = world.trainees[index].id
    return [
        reason.kind for each in at_risk(world.cohort.id) if each.row.enrolment_id == chosen for reason in each.reasons
    ]


def test_nobody_stands_out_without_a_fact(world: World, as_person: Any) -> None:
    assert at_risk(world.cohort.id) == []
    page = as_person(world.coach).get(f"/cohorts/{world.cohort.slug}/at-risk").get_data(as_text=True)
    assert "Nobody stands out" in page


def test_who_is_not_seen_for_a_week_while_work_is_open_is_quiet(world: World) -> None:
    world.release.opens_at = now() - days(20)
    world.trainees[0].person.last_seen_at = now() - days(8)
    world.trainees[1].person.last_seen_at = now() - days(6)
    db.session.flush()
    assert (kinds(world, 0), kinds(world, 1)) == (["quiet"], [])
    world.submission(world.trainees[0], by_hand=4)
    assert kinds(world, 0) == []


def test_two_missing_assignments_are_behind(world: World) -> None:
    releases = [world.release, world.new_release("Two"), world.new_release("Three")]
    for release in releases:
        release.opens_at, release.due_at = now() - days(20), now() - days(1)
    world.submission(world.trainees[1], release=releases[0], by_hand=4, received_at=now() - days(2))
    world.submission(world.trainees[1], release=releases[1], by_hand=4, received_at=now() - days(2))
    assert kinds(world, 0) == ["behind"]
    assert kinds(world, 1) == []


def test_the_same_skill_below_pass_twice_is_told_with_its_works(world: World, as_person: Any) -> None:
    if db.session.get(Skill, "loops") is None:
        add(Skill(slug="loops", title="Loops and such"))
    world.module.skills = ["loops"]
    second = world.new_release("Two")
    for release in (world.release, second):
        world.submission(world.trainees[0], release=release, tests=0, by_hand=1)
    assert kinds(world, 0) == ["skill"]
    page = as_person(world.coach).get(f"/cohorts/{world.cohort.slug}/at-risk").get_data(as_text=True)
    assert "Below pass in Loops and such again: Loops, Two." in page
    assert as_person(world.trainees[0].person).get(f"/cohorts/{world.cohort.slug}/at-risk").status_code == 403
