"""Every route states its permission, and lets in those of the table and nobody else: each route × each person.

The body of each view is taken out, so that what is tried is the door alone: who gets to it, with the row loaded as in
production. That pages draw and forms work is the features' own tests' matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.platform.database import db
from app.platform.permissions import TABLE, Role
from tests.conftest import sign_in
from tests.route_samples import BASE, PEOPLE, SAMPLES, STRANGER, World
from tools import permissions

ENTERED = "the view was entered"
# Flask's own: files that everybody may read.
EXCEPTED = {"static"}


def guarded_of(app: Flask, endpoint: str) -> Any:
    """The function of a route that holds its permission, under whatever else wraps it."""
    view = app.view_functions[endpoint]
    while not hasattr(view, "permission") and hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    return view


def rules_of(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in EXCEPTED]


@pytest.fixture
def doors(app: Flask) -> Iterator[Flask]:
    """The application with the bodies of its views taken out."""
    cells = []
    for rule in rules_of(app):
        guarded = guarded_of(app, rule.endpoint)
        cell = guarded.__closure__[guarded.__code__.co_freevars.index("view")]
        cells.append((cell, cell.cell_contents))
    try:
        for cell, _body in cells:
            cell.cell_contents = lambda *_rows, **_arguments: (ENTERED, 200, {"Content-Type": "text/plain"})
        yield app
    finally:
        for cell, body in cells:
            cell.cell_contents = body


def test_every_route_states_its_permission(app: Flask) -> None:
    silent = [rule.endpoint for rule in rules_of(app) if not hasattr(guarded_of(app, rule.endpoint), "permission")]
    unknown = [
        rule.endpoint
        for rule in rules_of(app)
        if getattr(guarded_of(app, rule.endpoint), "permission", None) not in TABLE
    ]
    assert not silent and not unknown


def test_every_route_has_a_sample_and_every_sample_a_route(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in rules_of(app)}
    assert not endpoints - set(SAMPLES), "add them to tests/route_samples.py"
    assert not set(SAMPLES) - endpoints, "take them out of tests/route_samples.py"


def test_each_route_lets_in_those_of_the_table_and_nobody_else(doors: Flask) -> None:
    world = World()
    faults = []
    browsers: dict[str, FlaskClient] = {}
    for name in PEOPLE:
        browsers[name] = FlaskClient(doors, doors.response_class, use_cookies=True)
        person = world.people[name]
        if person is not None:
            sign_in(browsers[name], person)
    with doors.test_request_context():
        addresses = [
            doors.url_map.bind("localhost").build(
                rule.endpoint,
                SAMPLES[rule.endpoint].arguments(world),
                method=next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"})),
            )
            for rule in rules_of(doors)
        ]
    db.session.commit()
    for rule, address in zip(rules_of(doors), addresses, strict=True):
        sample = SAMPLES[rule.endpoint]
        table = TABLE[guarded_of(doors, rule.endpoint).permission]
        for name in PEOPLE:
            may = bool(table & (BASE[name] | sample.roles.get(name, set()))) and name not in sample.refused
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                with doors.app_context():
                    # As a program, so that refusals are short.
                    answer = browsers[name].open(address, method=method, headers={"Accept": "application/json"})
                entered = answer.get_data(as_text=True) == ENTERED
                if entered != may:
                    faults.append(f"{method} {rule.rule} as {name}: {answer.status_code}, should be {may}")
                elif not may and name == STRANGER and answer.status_code != 401:
                    faults.append(f"{method} {rule.rule} as {name}: {answer.status_code} instead of 401")
                elif not may and name != STRANGER and answer.status_code not in (403, 404):
                    faults.append(f"{method} {rule.rule} as {name}: {answer.status_code}")
                elif name in ("elsewhere", "nobody") and not may and sample.roles and answer.status_code != 404:
                    faults.append(f"{method} {rule.rule} as {name}: {answer.status_code} tells that the row exists")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("address", ["/cohorts/ours/{}", "/cohorts/no-such-cohort/{}"])
def test_cohort_of_others_looks_as_if_it_did_not_exist(app: Flask, address: str, as_person: Any) -> None:
    world = World()
    browser = as_person(world.people["elsewhere"])
    for page in ("", "roster", "roster.csv", "staff", "edit", "assignments", "gradebook", "to-grade", "teams"):
        answer = browser.get(address.format(page).rstrip("/"))
        assert answer.status_code == 404, page


def test_rows_of_another_cohort_are_not_found_under_ones_own(app: Flask, as_person: Any) -> None:
    """The slug of one's own cohort opens no door to the rows of another."""
    world = World()
    browser = as_person(world.people["elsewhere"])
    assert browser.get("/cohorts/theirs/roster").status_code == 200
    for page in (
        f"roster/{world.enrolment.id}",
        f"roster/import/{world.roster_import.id}",
        f"gradebook/trainees/{world.enrolment.id}",
        f"gradebook/assignments/{world.release.id}",
    ):
        assert browser.get(f"/cohorts/theirs/{page}").status_code == 404, page
    assert browser.post(f"/cohorts/theirs/staff/{world.coordinator_row.id}/end").status_code == 404
    assert browser.post(f"/cohorts/theirs/roster/{world.enrolment.id}/invite").status_code == 404


def test_page_of_permissions_is_up_to_date(app: Flask) -> None:
    assert permissions.PAGE.read_text(encoding="utf-8") == permissions.render(app), "run python -m tools.permissions"


def test_table_gives_nothing_to_strangers_but_public_pages() -> None:
    assert [name for name, roles in TABLE.items() if Role.STRANGER in roles] == ["page.public"]
