"""A coordinator brings in a roster in a real browser: look at every line first, then write just that."""

from __future__ import annotations

from typing import Any

import pytest

from app.accounts.models import Person
from app.cohorts.models import Cohort
from app.cohorts.states import StaffRole
from tests import factories
from tests.browser.conftest import Live
from tests.browser.pages import check_page

FILE = "\ufeffOpiskelijanumero;Etunimi;Sukunimi;Sähköposti\r\ns1;Väinö;Öman;vaino{n}@example.org\r\ns2;Noora;Aalto;nonsense\r\n"


@pytest.fixture
def cohort(live: Live) -> Cohort:
    """A cohort without trainees."""
    with live.writing():
        return factories.cohort(title="Digipoint, autumn 2026")


@pytest.fixture
def coordinator(live: Live, cohort: Cohort) -> Person:
    """Who coordinates it."""
    with live.writing():
        return factories.staff(cohort, StaffRole.COORDINATOR)


def test_roster_comes_in_by_file(page: Any, sign_in: Any, cohort: Cohort, coordinator: Person) -> None:
    sign_in(page, coordinator)
    page.goto(f"/cohorts/{cohort.slug}")
    check_page(page)
    page.get_by_role("link", name="Bring in the trainees").click()
    check_page(page)
    content = FILE.format(n=cohort.id).encode()
    page.set_input_files("input[type=file]", {"name": "lista.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_role("heading", name="Look at every line").wait_for()
    assert page.get_by_text("Will be added: 1").is_visible() and page.get_by_text("Refused: 1").is_visible()
    assert page.get_by_text("“nonsense” is no e-mail address.").is_visible()
    check_page(page)
    page.get_by_role("button", name="Bring in 1 person").click()
    page.get_by_text("1 person was brought in.").wait_for()
    assert page.get_by_role("link", name="Väinö Öman").is_visible()
    check_page(page)
    page.get_by_role("link", name="Väinö Öman").click()
    check_page(page)
    page.get_by_role("button", name="Send again and show the link").click()
    page.get_by_text("It is shown only now.").wait_for()
    assert "/invitation/" in page.locator(".copy code").inner_text()
    check_page(page)


def test_unreadable_file_says_what_to_do(page: Any, sign_in: Any, cohort: Cohort, coordinator: Person) -> None:
    sign_in(page, coordinator)
    page.goto(f"/cohorts/{cohort.slug}/roster/import")
    workbook = {"name": "lista.xlsx", "mimeType": "text/csv", "buffer": b"PK\x03\x04"}
    page.set_input_files("input[type=file]", workbook)
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_role("alert").get_by_text("save it as CSV").is_visible()
    check_page(page)


def test_exported_file_changes_nothing_when_it_comes_back(
    page: Any, live: Live, sign_in: Any, cohort: Cohort, coordinator: Person
) -> None:
    with live.writing():
        factories.enrolment(cohort, student_id="=s1")
    sign_in(page, coordinator)
    page.goto(f"/cohorts/{cohort.slug}/roster")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV").click()
    page.goto(f"/cohorts/{cohort.slug}/roster/import")
    page.set_input_files("input[type=file]", download.value.path())
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_text("This file changes nothing.").wait_for()


def test_staff_and_cohort_pages(page: Any, live: Live, sign_in: Any, cohort: Cohort, coordinator: Person) -> None:
    with live.writing():
        chief = factories.administrator()
    sign_in(page, chief)
    for address in (
        "/cohorts",
        "/cohorts/new",
        "/programmes",
        f"/cohorts/{cohort.slug}/edit",
        f"/cohorts/{cohort.slug}/staff",
    ):
        page.goto(address)
        check_page(page, (360,))
