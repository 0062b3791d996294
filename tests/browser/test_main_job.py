"""The main job in a real browser, with the served application and its worker: hand in, graded by itself, read by both."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from app.assignments.models import Draft, Submission
from app.platform.database import db
from app.platform.i18n import LANGUAGES
from tests import coursework, factories
from tests.browser.conftest import Live
from tests.browser.pages import check_page

# The first run of a worker starts its sandbox, which takes a while on a busy machine.
GRADED_MS = 180_000


class World:
    """A cohort with a coach, a coordinator, a trainee and a release, written into the live installation."""

    def __init__(self, live: Live, folder: Path) -> None:
        with live.writing():
            self.cohort = factories.cohort(title="Autumn cohort")
            self.coach = factories.staff(self.cohort)
            self.trainee = factories.person(first_name="Aino", last_name="Lehtinen")
            factories.enrolment(self.cohort, self.trainee)
            assignment = coursework.assignment()
            release = factories.release(self.cohort, assignment)
            self.release_id = release.id
            self.good = folder / "solved (1).ipynb"
            self.good.write_bytes(coursework.solved(assignment, longest=coursework.LONGEST_PARTLY))
            self.bad = folder / "holiday.ipynb"
            self.bad.write_bytes(b"not a notebook")

    @property
    def url(self) -> str:
        return f"/assignments/{self.release_id}"


@pytest.fixture
def world(live: Live, tmp_path: Path) -> World:
    return World(live, tmp_path)


def wait_until_graded(page: Any) -> None:
    """The page changes by itself; nothing is loaded again by the test."""
    expect(page.locator(".status-line")).to_contain_text("Waits for a coach", timeout=GRADED_MS)
    expect(page.locator("#result")).not_to_have_attribute("hx-get", re.compile("."))


def test_a_notebook_is_handed_in_and_its_result_appears_by_itself(
    page: Any, world: World, sign_in: Callable[[Any, Any], None]
) -> None:
    sign_in(page, world.trainee)
    page.goto("/")
    check_page(page)
    page.get_by_role("link", name="Hand in notebook").click()
    page.set_input_files("#notebooks", str(world.bad))
    page.get_by_role("button", name="Hand in notebook").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was handed in")
    expect(page.get_by_role("alert")).to_contain_text("holiday.ipynb")
    check_page(page)
    page.set_input_files("#notebooks", str(world.good))
    page.get_by_role("button", name="Hand in notebook").click()
    expect(page.locator(".flashes")).to_contain_text("Attempt 1 is handed in")
    wait_until_graded(page)
    expect(page.locator("[data-open-all]")).to_be_visible()
    expect(page.locator(".score.big")).to_have_text("2 / 9")
    failed = page.locator("details.task[open]")
    expect(failed).to_have_count(1)
    expect(failed).to_contain_text("A hidden test did not pass")
    expect(failed).to_contain_text("def longest(words)")
    assert "hidden-from-trainees" not in page.content()
    check_page(page)
    page.goto("/")
    expect(page.get_by_role("main")).to_contain_text("What came back")
    check_page(page)


def test_answers_are_written_kept_by_themselves_and_handed_in(
    page: Any, world: World, live: Live, sign_in: Callable[[Any, Any], None]
) -> None:
    sign_in(page, world.trainee)
    page.goto(f"{world.url}/write")
    check_page(page)
    fields = page.locator("textarea")
    expect(fields).to_have_count(3)
    fields.nth(0).fill("def total(numbers):")
    fields.nth(0).press("Enter")
    fields.nth(0).type("return sum(numbers)")
    fields.nth(1).fill(coursework.LONGEST_RIGHT)
    expect(page.locator("#draft-state")).to_contain_text("Draft saved")
    page.goto("/")
    expect(page.get_by_role("link", name="Go on writing")).to_be_visible()
    page.get_by_role("link", name="Go on writing").click()
    expect(fields.nth(0)).to_have_value("def total(numbers):\n    return sum(numbers)")
    fields.nth(2).fill("A loop repeats its lines.")
    page.get_by_role("button", name="Hand in answers").click()
    wait_until_graded(page)
    expect(page.locator(".score.big")).to_have_text("5 / 9")
    check_page(page)
    with live.writing():
        assert db.session.query(Submission).filter_by(release_id=world.release_id).count() == 1
        assert db.session.query(Draft).filter_by(release_id=world.release_id).count() == 3


def test_two_windows_are_told_of_each_other(page: Any, world: World, sign_in: Callable[[Any, Any], None]) -> None:
    sign_in(page, world.trainee)
    page.goto(f"{world.url}/write")
    other = page.context.new_page()
    other.goto(f"{world.url}/write")
    page.locator("textarea").nth(2).fill("from the first window")
    expect(page.locator("#draft-state")).to_contain_text("Draft saved")
    other.locator("textarea").nth(2).fill("from the second window")
    expect(other.locator("#draft-state")).to_contain_text("Another window had other text")
    expect(other.locator(".other-text").nth(2)).to_be_visible()
    expect(other.locator("[data-other-text]").nth(2)).to_have_text("from the first window")


def test_it_works_without_script(new_page: Any, world: World, sign_in: Callable[[Any, Any], None]) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, world.trainee)
    page.goto(f"{world.url}/write")
    page.locator("textarea").nth(0).fill(coursework.SUM_RIGHT)
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".flashes")).to_contain_text("Your draft is saved")
    page.get_by_role("button", name="Hand in answers").click()
    expect(page.locator(".flashes")).to_contain_text("Attempt 1 is handed in")


def test_staff_see_who_handed_in(page: Any, world: World, sign_in: Callable[[Any, Any], None]) -> None:
    sign_in(page, world.coach)
    for address in (
        "/",
        f"/cohorts/{world.cohort.slug}/assignments",
        f"/cohorts/{world.cohort.slug}/assignments/new",
        f"{world.url}/manage",
        f"{world.url}/edit",
        world.url,
    ):
        page.goto(address)
        check_page(page)


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_a_trainee_in_every_language_and_scheme(
    new_page: Any, live: Live, world: World, sign_in: Callable[[Any, Any], None], language: str, scheme: str
) -> None:
    with live.writing():
        db.session.merge(world.trainee).language = language
    page = new_page(color_scheme=scheme)
    sign_in(page, world.trainee)
    for address in ("/", world.url, f"{world.url}/write", f"/cohorts/{world.cohort.slug}/assignments"):
        page.goto(address)
        check_page(page)
