"""Own calendars and their feeds: who sees what, with which times; the file as a calendar program reads it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
from flask import Flask

from app.assignments.models import Release
from app.assignments.schedule_models import CalendarFeed
from app.assignments.services import calendar_feeds, extensions, releases
from app.cohorts.states import CohortState, EnrolmentState
from app.platform.clock import frozen_at
from app.platform.database import db
from tests import factories
from tests.integration.assignments.world import World

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def world(app: Flask) -> Any:
    """An open release, a planned one and a withdrawn one; another cohort's that nobody here may see."""
    with frozen_at(NOW):
        world = World(opens_at=NOW - timedelta(days=1), due_at=NOW + timedelta(days=4))
        world.planned = world.new_release(
            "Ääkköset; a, b\\c\nand a title that is longer than the seventy-five octets of a line, 日本語 日本語",
            opens_at=NOW + timedelta(days=7),
            due_at=NOW + timedelta(days=11),
        )
        world.new_release("Withdrawn", withdrawn_at=NOW)
        World().release.title = "Elsewhere"
        db.session.commit()
        yield world


def feed(app: Flask, person: Any) -> tuple[bytes, dict[str, Any]]:
    """The file of a person, and its events by UID without the host, as a calendar program parses it."""
    secret = calendar_feeds.make_feed(person)
    answer = app.test_client().get(f"/calendar/{secret}.ics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer.headers["Cache-Control"]
    parsed = icalendar.Calendar.from_ical(answer.data)
    return answer.data, {str(event["uid"]).split("@")[0]: event for event in parsed.walk("VEVENT")}


def test_a_trainee_gets_due_times_and_openings_to_come(app: Flask, world: Any) -> None:
    _, events = feed(app, world.trainees[0].person)
    opened, planned = world.release.id, world.planned.id
    assert set(events) == {f"release-{opened}-due", f"release-{planned}-opens", f"release-{planned}-due"}
    due = events[f"release-{opened}-due"]
    assert due.decoded("dtstart") == world.release.due_at.replace(microsecond=0)
    assert str(due["summary"]) == "Due: Loops"
    assert str(due["url"]).endswith(f"/assignments/{opened}")
    assert str(events[f"release-{planned}-opens"]["summary"]) == f"Opens: {world.planned.title}"


def test_staff_get_everything_of_their_cohorts_and_strangers_nothing(app: Flask, world: Any) -> None:
    for person in (world.coach, world.coordinator):
        _, events = feed(app, person)
        assert len(events) == 4
        assert str(events[f"release-{world.release.id}-due"]["url"]).endswith("/manage")
    assert feed(app, factories.person())[1] == {}
    assert feed(app, factories.administrator())[1] == {}


def test_who_left_or_whose_cohort_is_archived_gets_nothing_more(app: Flask, world: Any) -> None:
    person = world.trainees[0].person
    world.trainees[0].state = EnrolmentState.WITHDRAWN
    db.session.commit()
    assert feed(app, person)[1] == {}
    world.cohort.state = CohortState.ARCHIVED
    db.session.commit()
    assert feed(app, world.coach)[1] == {}


def test_the_file_keeps_the_rules_of_its_format(app: Flask, world: Any) -> None:
    data, events = feed(app, world.trainees[0].person)
    assert data.count(b"\n") == data.count(b"\r\n") == len(data.split(b"\r\n")) - 1
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"METHOD:PUBLISH\r\n" in data and b"VERSION:2.0\r\n" in data and b"X-WR-CALNAME:" in data
    assert re.search(rb"DTSTART:\d{8}T\d{6}Z\r\n", data)
    unfolded = data.replace(b"\r\n ", b"").decode()
    assert "Ääkköset\\; a\\, b\\\\c\\nand a title" in unfolded
    for event in events.values():
        assert event["dtstamp"] and event["last-modified"]
        assert "@" in str(event["uid"])


def test_a_moved_item_keeps_its_uid_and_raises_its_sequence(app: Flask, world: Any) -> None:
    key = f"release-{world.release.id}-due"
    _, before = feed(app, world.trainees[0].person)
    with frozen_at(NOW + timedelta(hours=1)):
        release = db.session.get_one(Release, world.release.id)
        releases.change_release(
            release,
            opens_at=release.opens_at,
            due_at=release.due_at + timedelta(days=1),
            closes_at=None,
            feedback_policy=release.feedback_policy,
        )
        db.session.commit()
        _, after = feed(app, world.trainees[0].person)
    assert after[key]["uid"] == before[key]["uid"]
    assert int(after[key]["sequence"]) > int(before[key]["sequence"])
    assert after[key].decoded("last-modified") == NOW + timedelta(hours=1)
    assert after[key].decoded("dtstart") - before[key].decoded("dtstart") == timedelta(days=1)


def test_an_extension_moves_it_for_its_trainee_alone_and_back_again(app: Flask, world: Any) -> None:
    key = f"release-{world.release.id}-due"
    one, other = world.trainees
    later = world.release.due_at + timedelta(days=3)
    _, before = feed(app, one.person)
    extension = extensions.give_extension(world.release, by=world.coach, reason="ill", enrolment=one, due_at=later)
    db.session.commit()
    _, given = feed(app, one.person)
    assert given[key].decoded("dtstart") == later.replace(microsecond=0)
    assert int(given[key]["sequence"]) == int(before[key]["sequence"]) + 1
    assert feed(app, other.person)[1][key].decoded("dtstart") == world.release.due_at.replace(microsecond=0)
    extensions.revoke_extension(extension, by=world.coach, reason="well")
    db.session.commit()
    _, taken = feed(app, one.person)
    assert taken[key].decoded("dtstart") == before[key].decoded("dtstart")
    assert int(taken[key]["sequence"]) == int(given[key]["sequence"]) + 1
    extensions.give_extension(world.release, by=world.coach, reason="excused", enrolment=one, is_excused=True)
    db.session.commit()
    assert key not in feed(app, one.person)[1]


def test_a_new_address_ends_the_old_one_and_only_a_hash_is_kept(app: Flask, world: Any, as_person: Any) -> None:
    person = world.trainees[0].person
    client, program = as_person(person), app.test_client()
    addresses = []
    for _ in range(2):
        answer = client.post("/calendar/feed")
        assert answer.headers["Cache-Control"] == "no-store"
        found = re.search(r"(/calendar/[\w-]+\.ics)<", answer.text)
        assert found is not None
        addresses.append(found[1])
    assert program.get(addresses[0]).status_code == 404
    assert program.get(addresses[1]).status_code == 200
    secret = addresses[1].removeprefix("/calendar/").removesuffix(".ics")
    row = db.session.get_one(CalendarFeed, person.id)
    assert secret not in row.secret_hash
    assert addresses[1] not in client.get("/calendar").text
    person.is_disabled = True
    db.session.commit()
    assert program.get(addresses[1]).status_code == 404
    person.is_disabled = False
    db.session.commit()
    assert client.post("/calendar/feed/end").status_code == 302
    assert program.get(addresses[1]).status_code == 404
    assert program.get("/calendar/unknown.ics").status_code == 404


def test_the_calendar_page_shows_what_comes_and_any_month(app: Flask, world: Any, as_person: Any) -> None:
    client = as_person(world.trainees[0].person)
    page = client.get("/calendar").text
    assert "November 2026" in page and "Loops" in page and "Withdrawn" not in page and "Elsewhere" not in page
    assert "December 2026" in client.get("/calendar?month=2026-12").text
    assert "Independence Day" in client.get("/calendar?month=2026-12").text
    for nonsense in ("2026-13", "x", "0000-01", "99999-01"):
        assert "November 2026" in client.get(f"/calendar?month={nonsense}").text


def test_the_calendar_runs_the_same_queries_for_two_releases_and_for_many(
    app: Flask, world: Any, as_person: Any, queries: Any
) -> None:
    client = as_person(world.trainees[0].person)
    client.get("/calendar")
    with queries() as few:
        client.get("/calendar")
    for number in range(6):
        world.new_release(f"More {number}", due_at=NOW + timedelta(days=3 + number))
    db.session.commit()
    with queries() as many:
        assert "More 5" in client.get("/calendar").text
    assert many.count == few.count
