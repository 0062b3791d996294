"""A coach at work in a real browser: keys for points, saving as one goes, two coaches at once, the gradebook by arrow keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from app.assignments.grade_models import TaskScore
from app.platform.database import db
from tests.browser.conftest import Live
from tests.browser.pages import check_page
from tests.integration.assignments.world import World


@pytest.fixture
def place(live: Live) -> dict[str, Any]:
    """Two attempts that wait, and the two coaches of their cohort."""
    with live.writing():
        world = World(trainees=2)
        submissions = [world.submission(enrolment) for enrolment in world.trainees]
        explain = world.task("explain").id
        return {
            "slug": world.cohort.slug,
            "submissions": [each.id for each in submissions],
            "explain": explain,
            "coach": world.coach,
            "other": world.other_coach,
            "cell": f"{world.trainees[0].id}.{world.release.id}",
        }


def points(live: Live, submission_id: int, task_id: int) -> float | None:
    with live.app.app_context():
        return db.session.scalar(
            db.select(TaskScore.manual_score).where(
                TaskScore.submission_id == submission_id, TaskScore.task_id == task_id
            )
        )


def test_points_by_key_are_saved_as_the_coach_goes(
    live: Live, page: Any, sign_in: Callable[[Any, Any], None], place: dict[str, Any]
) -> None:
    first = place["submissions"][0]
    sign_in(page, place["coach"])
    page.goto(f"/submissions/{first}/grade")
    page.keyboard.press("3")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    expect(page.locator("#total-now")).to_have_text("5")
    assert points(live, first, place["explain"]) == 3
    page.locator("#exact").fill("2,5")
    expect(page.locator("#total-now")).to_have_text("4.5")
    page.locator("#comment").fill("Say when it stops.")
    page.locator("#exact").fill("9")
    expect(page.get_by_role("alert")).to_contain_text("at most 4 points")
    expect(page.locator("#comment")).to_have_value("Say when it stops.")
    page.locator("#exact").fill("4")
    expect(page.locator("#total-now")).to_have_text("6")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_enter_saves_and_goes_on_and_n_goes_on_alone(
    live: Live, page: Any, sign_in: Callable[[Any, Any], None], place: dict[str, Any]
) -> None:
    first, second = place["submissions"]
    sign_in(page, place["coach"])
    page.goto(f"/submissions/{first}/grade")
    page.keyboard.press("4")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/submissions/{second}/grade**")
    assert points(live, first, place["explain"]) == 4
    page.keyboard.press("p")
    page.wait_for_url(f"**/submissions/{first}/grade**")
    page.keyboard.press("n")
    page.wait_for_url(f"**/submissions/{second}/grade**")


def test_the_second_coach_is_told_and_what_was_typed_stays(
    live: Live, new_page: Callable[..., Any], sign_in: Callable[[Any, Any], None], place: dict[str, Any]
) -> None:
    first = place["submissions"][0]
    one, two = new_page(), new_page()
    sign_in(one, place["coach"])
    sign_in(two, place["other"])
    for page in (one, two):
        page.goto(f"/submissions/{first}/grade")
    one.keyboard.press("3")
    expect(one.locator("#saved")).to_have_attribute("data-state", "saved")
    two.locator("#comment").fill("My words")
    two.keyboard.press("Tab")
    two.locator("h1").click()
    two.keyboard.press("1")
    expect(two.get_by_role("alert")).to_contain_text("Marja Heikkilä gave 3 points")
    expect(two.locator("#comment")).to_have_value("My words")
    assert points(live, first, place["explain"]) == 3
    two.get_by_role("button", name="Save", exact=True).click()
    two.wait_for_load_state()
    assert points(live, first, place["explain"]) == 1


def test_the_gradebook_goes_by_arrow_keys_and_opens_a_panel(
    page: Any, sign_in: Callable[[Any, Any], None], place: dict[str, Any]
) -> None:
    sign_in(page, place["coach"])
    page.goto(f"/cohorts/{place['slug']}/gradebook")
    cells = page.locator("[data-matrix] tbody td > a")
    cells.first.focus()
    page.keyboard.press("ArrowDown")
    expect(cells.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#peek")).to_be_visible()
    assert "open=" in page.url
    page.keyboard.press("Escape")
    expect(page.locator("#peek")).to_have_count(0)
    expect(cells.first).to_be_focused()


def test_without_script_points_are_given_by_the_form(
    live: Live, new_page: Callable[..., Any], sign_in: Callable[[Any, Any], None], place: dict[str, Any]
) -> None:
    first, second = place["submissions"]
    page = new_page(java_script_enabled=False)
    sign_in(page, place["coach"])
    page.goto(f"/submissions/{first}/grade")
    page.locator("#exact").fill("3.5")
    page.locator("#comment").fill("Good.")
    page.locator('button[value="next"]').click()
    page.wait_for_url(f"**/submissions/{second}/grade**")
    assert points(live, first, place["explain"]) == 3.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_keep_the_rules_at_every_width(
    new_page: Callable[..., Any], sign_in: Callable[[Any, Any], None], place: dict[str, Any], scheme: str
) -> None:
    page = new_page(color_scheme=scheme)
    sign_in(page, place["coach"])
    for address in (
        f"/cohorts/{place['slug']}/gradebook?open={place['cell']}",
        f"/cohorts/{place['slug']}/to-grade",
        f"/submissions/{place['submissions'][0]}/grade",
    ):
        page.goto(address)
        check_page(page)
