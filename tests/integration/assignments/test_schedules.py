"""Laying a course over a cohort's calendar: preview, laying, moving, undoing; who may; the pages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from app.assignments.models import Release
from app.assignments.queries.schedules import CourseToLay, course_to_lay
from app.assignments.schedule_models import Schedule
from app.assignments.scheduling import Pattern
from app.assignments.services import releases, schedules
from app.cohorts.states import CohortState
from app.curriculum.models import Assignment, Module
from app.platform.clock import frozen_at
from app.platform.database import db
from app.platform.errors import Refusal
from tests import factories
from tests.factories import add
from tests.integration.assignments.world import World as Coursework

NOW = datetime(2026, 8, 3, 8, 0, tzinfo=UTC)
WORKDAYS = frozenset(range(5))


class World(Coursework):
    """A course of four modules; the first one's assignment is released to the cohort already."""

    def __init__(self, modules: int = 4) -> None:
        super().__init__()
        self.release.assignment_key = f"{self.course.slug}/{self.assignment_of(self.release).slug}"
        for position in range(1, modules):
            module = add(
                Module(
                    version_id=self.version.id, position=position, slug=f"m{position}", title=f"Module {position + 1}"
                )
            )
            add(
                Assignment(
                    version_id=self.version.id,
                    module_id=module.id,
                    position=position,
                    slug=f"task-{position}",
                    title=f"Task {position + 1}",
                    max_score=5,
                )
            )
        db.session.commit()

    def assignment_of(self, release: Release) -> Assignment:
        return db.session.get_one(Assignment, release.assignment_id)

    def course_to_lay(self) -> CourseToLay:
        db.session.expire_all()
        found = course_to_lay(self.cohort, self.course.slug)
        assert found is not None
        return found

    @property
    def url(self) -> str:
        return f"/cohorts/{self.cohort.slug}/schedule"

    def lay(self, pattern: Pattern, first: int = 0) -> Schedule:
        course = self.course_to_lay()
        digest = schedules.preview(course, pattern, first).digest
        return schedules.lay_course(course, pattern, first, digest=digest, by=self.coordinator)[0]

    def releases(self) -> list[Release]:
        db.session.expire_all()
        query = db.select(Release).where(Release.cohort_id == self.cohort.id).order_by(Release.due_at)
        return list(db.session.scalars(query))


def pattern(**values: Any) -> Pattern:
    given: dict[str, Any] = {
        "starts_on": date(2026, 8, 10),
        "weekdays": WORKDAYS,
        "opens": time(9),
        "due": time(16),
        "zone": ZoneInfo("Europe/Helsinki"),
        "modules_a_week": 1,
    }
    return Pattern(**(given | values))


WISHES = {
    "first": "0",
    "starts_on": "2026-08-10",
    "weekdays": ["0", "1", "2", "3", "4"],
    "pace": "1",
    "pace_kind": "modules",
    "opens_time": "09:00",
    "due_time": "16:00",
    "country": "FI",
    "free_days": "2026-08-21",
}


def test_laying_releases_every_module_and_keeps_what_is_there(app: Flask) -> None:
    world = World()
    before = (world.release.opens_at, world.release.due_at)
    schedule = world.lay(pattern())
    assert len(schedule.items) == 3
    laid = [release for release in world.releases() if release.id != world.release.id]
    assert [(release.title, release.opens_at, release.due_at) for release in laid] == [
        ("Task 2", datetime(2026, 8, 17, 6, tzinfo=UTC), datetime(2026, 8, 21, 13, tzinfo=UTC)),
        ("Task 3", datetime(2026, 8, 24, 6, tzinfo=UTC), datetime(2026, 8, 28, 13, tzinfo=UTC)),
        ("Task 4", datetime(2026, 8, 31, 6, tzinfo=UTC), datetime(2026, 9, 4, 13, tzinfo=UTC)),
    ]
    assert (world.release.opens_at, world.release.due_at) == before
    with pytest.raises(Refusal, match="nothing to lay"):
        world.lay(pattern())


def test_a_plan_that_is_no_longer_true_is_not_laid(app: Flask) -> None:
    world = World()
    course = world.course_to_lay()
    digest = schedules.preview(course, pattern()).digest
    releases.release_assignment(
        world.cohort, course.steps[2].assignments[0], opens_at=NOW, due_at=datetime(2026, 9, 1, tzinfo=UTC)
    )
    db.session.commit()
    with pytest.raises(Refusal, match="changed since it was shown"):
        schedules.lay_course(world.course_to_lay(), pattern(), digest=digest, by=world.coordinator)
    assert len(world.releases()) == 2


def test_undo_withdraws_what_nobody_has_handed_in_to_and_laying_brings_it_back(app: Flask) -> None:
    world = World()
    schedule = world.lay(pattern())
    db.session.commit()
    first = next(release for release in world.releases() if release.title == "Task 2")
    from app.assignments.models import Submission
    from app.assignments.states import HandInSource

    add(
        Submission(
            release_id=first.id,
            cohort_id=world.cohort.id,
            enrolment_id=world.trainees[0].id,
            number=1,
            source=HandInSource.UPLOAD,
        )
    )
    from app.assignments.queries.schedules import schedule_by_id

    found = schedule_by_id(schedule.id)
    assert found is not None
    assert schedules.undo_schedule(found, by=world.coordinator) == (2, 1)
    state = {release.title: release.withdrawn_at is None for release in world.releases()}
    assert state == {"Loops": True, "Task 2": True, "Task 3": False, "Task 4": False}
    with pytest.raises(Refusal, match="undone already"):
        schedules.undo_schedule(found, by=world.coordinator)
    again = world.lay(pattern(starts_on=date(2026, 9, 7)), 2)
    assert len(again.items) == 2
    back = next(release for release in world.releases() if release.title == "Task 3")
    assert back.withdrawn_at is None
    assert back.opens_at == datetime(2026, 9, 7, 6, tzinfo=UTC)


def test_nothing_is_laid_over_an_archived_cohort(app: Flask) -> None:
    world = World()
    world.cohort.state = CohortState.ARCHIVED
    db.session.commit()
    with pytest.raises(Refusal, match="archived"):
        world.lay(pattern())


def test_coordinator_lays_a_course_in_the_pages(app: Flask, as_person: Any) -> None:
    with frozen_at(NOW):
        world = World()
        client = as_person(world.coordinator)
        assert "Lay a course over the calendar" in client.get(world.url).text
        url = f"{world.url}/{world.course.slug}"
        assert 'value="2026-08-10"' in client.get(url).text
        plan = client.post(url, data=WISHES | {"step": "preview"}).text
        assert "3 assignments will be released" in plan
        assert "keeps its times" in plan
        assert "Mon 17 Aug 09:00" in plan and "Thu 20 Aug 16:00" in plan
        assert "Fri 21 Aug 2026 (Free day)" in plan
        # What Enter presses in a field.
        first_button = re.search(r"<button[^>]*>", plan[plan.index("lay-form") :])
        assert first_button is not None and 'value="preview"' in first_button[0]
        assert len(world.releases()) == 1
        digest = re.search(r'name="digest"[^>]*value="([0-9a-f]+)"', plan)
        assert digest is not None
        answer = client.post(url, data=WISHES | {"step": "lay", "digest": digest[1]})
        assert answer.status_code == 302
        page = client.get(answer.location).text
        assert "3 assignments of" in page and "August 2026" in page
        assert "Task 2" in page and "Undo this schedule" in page
        schedule = db.session.query(Schedule).one()
        assert client.post(f"/schedules/{schedule.id}/undo").status_code == 302
        assert [release.withdrawn_at is None for release in world.releases()].count(False) == 3


def test_wishes_with_faults_are_told_at_their_fields(app: Flask, as_person: Any) -> None:
    with frozen_at(NOW):
        world = World()
        client = as_person(world.coordinator)
        url = f"{world.url}/{world.course.slug}"
        for change, words in (
            ({"free_days": "next week"}, "“next week” is not a day"),
            ({"weekdays": []}, "Choose at least one weekday"),
            ({"pace": "much"}, "Pace:"),
            ({"pace": "0"}, "The pace lies between"),
            ({"due_time": "08:00"}, "must be later than the opening time of day"),
            ({"pace_kind": "hours"}, "does not state the hours"),
            ({"starts_on": "0001-01-01"}, "between the years"),
            ({"first": "77"}, "From module:"),
        ):
            page = client.post(url, data=WISHES | {"step": "lay", "digest": ""} | change).text
            assert words in page, change
        assert client.get(f"{world.url}/no-such-course").status_code == 404
        assert len(world.releases()) == 1


def test_coaches_see_and_move_but_do_not_lay_and_trainees_do_neither(app: Flask, as_person: Any) -> None:
    world = World()
    coach, trainee = as_person(world.coach), as_person(world.trainees[0].person)
    page = coach.get(world.url).text
    assert "Loops" in page and "Lay a course" not in page
    assert coach.get(f"{world.url}/{world.course.slug}").status_code == 403
    assert trainee.get(world.url).status_code == 403
    move = f"/assignments/{world.release.id}/move"
    assert trainee.get(move).status_code == 403
    assert as_person(factories.person()).get(world.url).status_code == 404


def test_moving_an_item_keeps_its_closing_time_as_far_away(app: Flask, as_person: Any) -> None:
    world = World()
    world.release.opens_at = datetime(2026, 10, 19, 6, tzinfo=UTC)
    world.release.due_at = datetime(2026, 10, 23, 13, tzinfo=UTC)
    world.release.closes_at = datetime(2026, 10, 30, 14, tzinfo=UTC)
    db.session.commit()
    client = as_person(world.coach)
    url = f"/assignments/{world.release.id}/move"
    assert 'value="2026-10-23T16:00"' in client.get(url).text
    wrong = client.post(url, data={"opens_at": "2026-10-26T09:00", "due_at": "2026-10-26T08:00"})
    assert "must be later than the opening time" in wrong.text
    answer = client.post(url, data={"opens_at": "2026-10-26T09:00", "due_at": "2026-10-30T16:00"})
    assert answer.location.endswith("?month=2026-10")
    release = db.session.get_one(Release, world.release.id)
    assert release.opens_at == datetime(2026, 10, 26, 7, tzinfo=UTC)
    assert release.due_at == datetime(2026, 10, 30, 14, tzinfo=UTC)
    assert release.closes_at == datetime(2026, 11, 6, 15, tzinfo=UTC)


def test_the_schedule_runs_the_same_queries_for_one_release_and_for_many(
    app: Flask, as_person: Any, queries: Any
) -> None:
    counts = []
    for modules in (1, 6):
        world = World(modules)
        if modules > 1:
            world.lay(pattern())
        db.session.commit()
        client = as_person(world.coordinator)
        client.get(world.url)
        with queries() as seen:
            assert client.get(f"{world.url}?month=2026-08").status_code == 200
        counts.append(seen.count)
    # One more: the releases of what was laid.
    assert counts[1] <= counts[0] + 1
