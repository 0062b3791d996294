"""Every page of the product in a real browser, as somebody who may open it: accessible, nothing sticks out, nothing in the console."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import update

from app.accounts.models import Person
from app.platform.database import db
from app.platform.permissions import TABLE
from tests.browser.conftest import Live
from tests.browser.pages import page_faults
from tests.route_samples import BASE, SAMPLES, STRANGER, World

# The first who may open a page opens it; a trainee's own pages are opened by the trainee.
WHO = ("trainee", "coordinator", "coach", "administrator", STRANGER)
# Fragments that htmx puts into pages, JSON, and what only leads elsewhere. Files are passed over by themselves.
NO_PAGES = {
    "static",
    "platform.health",
    "platform.language",
    "assignments.gradebook_cell",
    "assignments.submission_status",
    "curriculum.import_status",
}

# Looked at by axe in the short round; the long round looks at all.
MOST_IN_USE = {
    "accounts.sign_in",
    "accounts.profile",
    "home.index",
    "cohorts.roster",
    "cohorts.import_roster",
    "curriculum.course",
    "assignments.releases",
    "assignments.release",
    "assignments.write",
    "assignments.release_manage",
    "assignments.submission",
    "assignments.grade",
    "assignments.gradebook",
    "assignments.schedule",
    "assignments.schedule_lay",
    "assignments.calendar",
}


@dataclass(frozen=True)
class Visit:
    """One page and who opens it."""

    endpoint: str
    address: str
    name: str
    person: Any


@pytest.fixture(scope="module")
def visits(live: Live) -> list[Visit]:
    """All pages of one world, each with somebody who may open it."""
    with live.writing():
        world = World()
        people = dict(world.people)
        arguments = {endpoint: sample.arguments(world) for endpoint, sample in SAMPLES.items()}
    found = []
    with live.app.test_request_context():
        for rule in live.app.url_map.iter_rules():
            if "GET" not in (rule.methods or set()) or rule.endpoint in NO_PAGES or rule.endpoint not in SAMPLES:
                continue
            sample = SAMPLES[rule.endpoint]
            permission = live.app.view_functions[rule.endpoint].permission  # type: ignore[attr-defined]
            name = next(
                name
                for name in WHO
                if TABLE[permission] & (BASE[name] | sample.roles.get(name, set())) and name not in sample.refused
            )
            address = live.app.url_map.bind("localhost").build(rule.endpoint, arguments[rule.endpoint], method="GET")
            found.append(Visit(rule.endpoint, address, name, people[name]))
    return found


def walk(
    visits: list[Visit], new_page: Callable[..., Any], sign_in: Any, look: Callable[[Any], list[str]], **options: Any
) -> None:
    """Open every page in one window a person and collect what ``look`` finds wrong."""
    pages: dict[str, Any] = {}
    faults = []
    opened = 0
    for visit in visits:
        if visit.name not in pages:
            pages[visit.name] = new_page(**options)
            if visit.person is not None:
                sign_in(pages[visit.name], visit.person)
        page = pages[visit.name]
        try:
            answer = page.goto(visit.address)
        except Exception as error:
            if "Download is starting" in str(error) or "ERR_ABORTED" in str(error):
                continue
            raise
        if answer is not None and answer.status == 404:
            continue  # the world holds no such row
        opened += 1
        where = f"{visit.address} as {visit.name}"
        if answer is None or (answer.status >= 400 and answer.status != 410):
            faults.append(f"{where}: status {answer.status if answer else 'none'}")
        elif "text/html" in answer.headers.get("content-type", ""):
            faults += [f"{where}: {fault}" for fault in look(page)]
    assert not faults, "\n" + "\n".join(faults)
    assert opened >= len(visits) * 3 // 4


def test_every_page_fits_and_keeps_the_policy(visits: list[Visit], new_page: Callable[..., Any], sign_in: Any) -> None:
    walk(visits, new_page, sign_in, lambda page: page_faults(page, (1280, 360), axe=False))


def test_pages_most_in_use_are_accessible(visits: list[Visit], new_page: Callable[..., Any], sign_in: Any) -> None:
    walk(
        [visit for visit in visits if visit.endpoint in MOST_IN_USE],
        new_page,
        sign_in,
        lambda page: page_faults(page, (1280,)),
    )


@pytest.mark.long
@pytest.mark.parametrize(("scheme", "language"), [("light", "en"), ("dark", "fi")])
def test_every_page_is_accessible(
    live: Live, visits: list[Visit], new_page: Callable[..., Any], sign_in: Any, scheme: str, language: str
) -> None:
    with live.writing():
        db.session.execute(update(Person).values(language=language))
    walk(visits, new_page, sign_in, page_faults, color_scheme=scheme, locale=language)
