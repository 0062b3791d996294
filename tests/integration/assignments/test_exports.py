"""The gradebook in others' formats, each read back in that format's own terms; statistics and rules of passing."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

import pytest

from app.assignments import exports
from app.assignments.queries.gradebook import gradebook
from app.assignments.queries.statistics import summary
from app.assignments.services import extensions
from app.assignments.services.pass_rules import parse_shares
from app.assignments.states import LatePolicy
from app.platform.errors import Refusal
from tests.integration.assignments.world import World, days


@pytest.fixture
def world(app: Any) -> World:
    world = World(trainees=4)
    for enrolment, (first, last) in zip(
        world.trainees,
        (("Aino", "Ärjä"), ("=cmd()", "Bond, James"), ("Cecilia", "Chan"), ("Dana", "Diaz")),
        strict=True,
    ):
        enrolment.person.first_name, enrolment.person.last_name = first, last
    world.release.late_policy, world.release.late_percent = LatePolicy.FIXED, 50
    world.release.opens_at = world.release.due_at - days(20)
    world.submission(world.trainees[0], by_hand=3.5, received_at=world.release.due_at - days(1))
    world.submission(world.trainees[1], by_hand=4, received_at=world.release.due_at + days(1))
    world.submission(world.trainees[2])
    extensions.give_extension(world.release, by=world.coach, reason="Ill", enrolment=world.trainees[3], is_excused=True)
    return world


def fetch(world: World, as_person: Any, kind: str) -> bytes:
    answer = as_person(world.coach).get(f"/cohorts/{world.cohort.slug}/gradebook/export/{kind}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    data: bytes = answer.get_data()
    return data


def test_nbgraders_columns_hold_what_nbgrader_would_write(world: World, as_person: Any) -> None:
    rows = list(csv.DictReader(io.StringIO(fetch(world, as_person, "nbgrader").decode())))
    assert tuple(rows[0]) == exports.NBGRADER
    by_student = {row["student_id"]: row for row in rows}
    on_time, late, waiting, excused = (by_student[enrolment.student_id] for enrolment in world.trainees)
    assert on_time["assignment"] == world.release.assignment_key.rpartition("/")[2]
    assert (on_time["raw_score"], on_time["late_submission_penalty"], on_time["score"]) == ("5.5", "0", "5.5")
    assert (late["raw_score"], late["late_submission_penalty"], late["score"], late["max_score"]) == (
        "6",
        "3",
        "3",
        "6",
    )
    # nbgrader: score = max(0, raw score - penalty), times are naive UTC.
    for row in rows:
        assert float(row["score"]) == max(0, float(row["raw_score"]) - float(row["late_submission_penalty"]))
    assert datetime.fromisoformat(late["timestamp"]) - datetime.fromisoformat(late["duedate"]) == days(1)
    assert waiting["raw_score"] == "2"
    assert (excused["timestamp"], excused["score"]) == ("", "0")


def test_moodles_import_finds_trainees_and_leaves_open_what_is_not_known(world: World, as_person: Any) -> None:
    rows = list(csv.DictReader(io.StringIO(fetch(world, as_person, "moodle").decode())))
    by_mail = {row["Email address"]: row for row in rows}
    points = [by_mail[enrolment.person.email]["Loops (Real)"] for enrolment in world.trainees]
    assert points == ["5.5", "3", "", ""]
    assert {row["ID number"] for row in rows} == {enrolment.student_id for enrolment in world.trainees}


def test_canvas_gets_its_line_of_points_possible(world: World, as_person: Any) -> None:
    rows = list(csv.reader(io.StringIO(fetch(world, as_person, "canvas").decode())))
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Loops"]
    assert rows[1][0].strip() == "Points Possible" and rows[1][5] == "6"
    by_login = {row[3]: row for row in rows[2:]}
    assert [by_login[each.person.email][5] for each in world.trainees] == ["5.5", "3", "", "EX"]
    assert by_login[world.trainees[2].person.email][0] == "Chan, Cecilia"


def test_the_spreadsheet_opens_with_numbers_and_facts(world: World, as_person: Any) -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(fetch(world, as_person, "xlsx")))
    points, facts = book.worksheets
    head = [each.value for each in points[1]]
    assert head == ["Trainee", "Student id", "E-mail", "Loops", "Total in percent"]
    values = {row[2].value: row[3].value for row in points.iter_rows(min_row=3)}
    assert values[world.trainees[0].person.email] == 5.5
    assert values[world.trainees[2].person.email] is None
    late = next(row for row in facts.iter_rows(min_row=2, values_only=True) if row[5] == 2 or row[5] == 1)
    assert late[6:] == (6, 3, 3, 6)
    assert facts.max_row == 5


def test_no_name_becomes_a_formula(world: World, as_person: Any) -> None:
    for kind in ("nbgrader", "moodle", "canvas"):
        for row in csv.reader(io.StringIO(fetch(world, as_person, kind).decode())):
            assert not [value for value in row if value[:1] in ("=", "+", "@")], kind


def test_exports_are_for_staff_of_the_cohort(world: World, as_person: Any) -> None:
    address = f"/cohorts/{world.cohort.slug}/gradebook/export/"
    assert as_person(world.trainees[0].person).get(f"{address}nbgrader").status_code == 403
    assert as_person(World().coach).get(f"{address}xlsx").status_code == 404
    assert as_person(world.coach).get(f"{address}pdf").status_code == 404


def test_statistics_of_an_assignment(world: World, as_person: Any) -> None:
    client = as_person(world.coach)
    page = client.get(f"/cohorts/{world.cohort.slug}/gradebook/assignments/{world.release.id}").get_data(as_text=True)
    assert "Explain your loop" in page and "2 hand-ins that count" in page
    elsewhere = World().release.id
    assert client.get(f"/cohorts/{world.cohort.slug}/gradebook/assignments/{elsewhere}").status_code == 404


def test_a_summary_counts_every_value_once(app: Any) -> None:
    found = summary([0, 9.99, 10, 55, 100, 120])
    assert found is not None
    assert found.bars == (2, 1, 0, 0, 0, 1, 0, 0, 0, 2)
    assert sum(found.bars) == found.number == 6
    assert summary([]) is None


def test_the_page_of_a_trainee_shows_marks_and_what_the_course_asks_for(world: World, as_person: Any) -> None:
    one = world.trainees[0]
    page = f"/cohorts/{world.cohort.slug}/gradebook/trainees/{one.id}"
    text = as_person(world.coach).get(page).get_data(as_text=True)
    assert "Loops" in text and "Passes with what is known" in text
    assert as_person(one.person).get(page).status_code == 403
    assert as_person(world.coach).get(page.replace(str(one.id), "999999")).status_code == 404


def test_a_rule_of_passing_is_set_and_verdicts_follow(world: World, as_person: Any) -> None:
    client = as_person(world.coach)
    page = f"/cohorts/{world.cohort.slug}/gradebook/courses/{world.course.slug}"
    assert "2 of 4 pass" in client.get(page).get_data(as_text=True)
    rule = {"pass_percent": "92", "needs_hand_graded": "y", "category_weights": "exam 40\nexercises 60"}
    assert client.post(page, data=rule).status_code == 302
    book = gradebook(world.cohort.id)
    assert book.rules[world.course.slug].pass_percent == 92
    assert not any(book.verdict(row, world.course.slug).is_passed for row in book.rows)
    refused = client.post(page, data=rule | {"category_weights": "nonsense"})
    assert refused.status_code == 400 and "nonsense" in refused.get_data(as_text=True)
    assert client.get(page.replace(world.course.slug, "no-course")).status_code == 404
    assert as_person(world.trainees[0].person).get(page).status_code == 403


def test_shares_are_read_line_by_line(app: Any) -> None:
    assert parse_shares("final exam 40\n\nexercises 60,5") == {"final exam": 40, "exercises": 60.5}
    for text in ("exam", "40", "exam -1", "exam nan"):
        with pytest.raises(Refusal):
            parse_shares(text)
