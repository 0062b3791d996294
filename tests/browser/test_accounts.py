"""Signing in as people do it: by hand, by keyboard, by a mailed link; every page passes axe at both widths."""

from __future__ import annotations

from typing import Any

import pytest

from app.accounts import services
from app.accounts.models import Person
from tests import factories
from tests.browser.conftest import Live
from tests.browser.pages import check_page

PASSWORD = "a lantern on the pier"


@pytest.fixture
def aino(live: Live) -> Person:
    """Somebody with a password."""
    with live.writing():
        person = factories.person(first_name="Aino", last_name="Lehtinen")
        services.set_password(person, PASSWORD)
    return person


def test_person_signs_in_by_keyboard_and_out(page: Any, aino: Person) -> None:
    page.goto("/profile")
    check_page(page)
    page.get_by_label("E-mail").focus()
    page.keyboard.type(aino.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    check_page(page)
    page.get_by_label("Aino Lehtinen, own menu").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in")
    page.goto("/profile")
    assert "/sign-in" in page.url


def test_wrong_password_keeps_the_address_and_says_what_to_do(page: Any, aino: Person) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(aino.email)
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_label("E-mail").input_value() == aino.email
    check_page(page)


def test_invitation_leads_in(page: Any, live: Live) -> None:
    with live.writing():
        person = factories.person(first_name="Noora", last_name="")
        link = services.invite(person, None, "Digipoint, autumn 2026")
    page.goto(link)
    check_page(page)
    page.get_by_label("Last name").fill("Aalto")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same password again").fill("another one here")
    page.get_by_role("button", name="Set the password and sign in").click()
    page.get_by_role("alert").wait_for()
    check_page(page)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Set the password and sign in").click()
    page.wait_for_url(lambda url: "/invitation/" not in url)
    page.goto("/profile")
    assert page.get_by_label("Last name").input_value() == "Aalto"
    page.goto(link)
    assert page.get_by_role("heading", name="This link was used already").is_visible()
    check_page(page)


def test_language_and_colours_follow_the_profile(page: Any, sign_in: Any, aino: Person) -> None:
    sign_in(page, aino)
    page.goto("/profile")
    page.get_by_label("Language").select_option("fi")
    page.get_by_label("Dark").check()
    page.get_by_role("button", name="Save profile").click()
    page.get_by_text("Profiilisi on tallennettu.").wait_for()
    assert page.locator("html").get_attribute("lang") == "fi"
    assert page.locator("html").get_attribute("data-theme") == "dark"
    check_page(page)


def test_other_browsers_are_signed_out_by_a_new_password(new_page: Any, sign_in: Any, aino: Person) -> None:
    here, there = new_page(), new_page()
    for browser in (here, there):
        sign_in(browser, aino)
        browser.goto("/profile/password")
    check_page(here)
    here.get_by_label("Present password").fill(PASSWORD)
    here.get_by_label("New password").fill("quite another lantern")
    here.get_by_label("The same password again").fill("quite another lantern")
    here.get_by_role("button", name="Change password").click()
    here.get_by_text("Your password is changed.").wait_for()
    there.goto("/profile")
    assert "/sign-in" in there.url


def test_administration_pages(page: Any, live: Live, sign_in: Any) -> None:
    with live.writing():
        chief = factories.administrator(first_name="Ada", last_name="Ylä")
    sign_in(page, chief)
    for address in (
        "/admin",
        "/admin/people/new",
        f"/admin/people/{chief.id}",
        "/admin/audit",
        "/admin/sites",
        "/admin/coordinators",
    ):
        page.goto(address)
        check_page(page, (360,))
