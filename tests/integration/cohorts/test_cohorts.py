"""Programmes, cohorts and their lives, staff, and who may make what where."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from app.accounts import services as accounts
from app.accounts.models import Person
from app.cohorts import services
from app.cohorts.models import Cohort, CohortStateChange, CoordinatorGrant, Programme, StaffMembership
from app.cohorts.services import CohortDetails
from app.cohorts.states import COHORT_TRANSITIONS, CohortState, StaffRole
from app.platform.database import db
from app.platform.errors import Refusal
from tests import factories

DETAILS = {
    "title": "Digipoint, autumn 2026",
    "starts_on": "2026-08-10",
    "ends_on": "2027-02-26",
    "capacity": "24",
    "timezone": "Europe/Helsinki",
    "language": "fi",
}


@pytest.fixture
def granted(app: Flask) -> tuple[Person, Any]:
    """Somebody named coordinator of a site, and the site."""
    person, site = factories.person(), factories.site(name="Turku office")
    services.grant_coordinator(person.email, by=factories.administrator(), site=site)
    db.session.commit()
    return person, site


def test_coordinator_of_a_site_makes_a_programme_and_a_cohort_and_coordinates_it(
    granted: tuple[Person, Any], as_person: Any
) -> None:
    person, site = granted
    browser = as_person(person)
    made = browser.post("/programmes/new", data={"title": "Digipoint"})
    assert made.headers["Location"] == "/programmes/digipoint"
    programme = db.session.query(Programme).filter_by(slug="digipoint").one()
    data = DETAILS | {"programme_id": programme.id, "site_id": site.id}
    assert browser.get("/cohorts/new").status_code == 200
    answer = browser.post("/cohorts/new", data=data)
    assert answer.headers["Location"] == "/cohorts/digipoint-autumn-2026"
    cohort = db.session.query(Cohort).one()
    assert cohort.state is CohortState.PLANNED
    membership = db.session.query(StaffMembership).one()
    assert (membership.person_id, membership.role) == (person.id, StaffRole.COORDINATOR)
    page = browser.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Bring in the trainees" in page and "Name a coach" in page
    # Another of the same title gets an address of its own.
    assert browser.post("/cohorts/new", data=data).headers["Location"] == "/cohorts/digipoint-autumn-2026-2"


def test_cohorts_are_made_only_where_one_coordinates(granted: tuple[Person, Any]) -> None:
    person, site = granted
    other, programme = factories.site(), factories.programme()
    details = CohortDetails("T", date(2026, 8, 1), date(2026, 9, 1), site_id=other.id)
    with pytest.raises(Refusal):
        services.create_cohort(programme, details, by=person)
    services.create_cohort(programme, CohortDetails("T", date(2026, 8, 1), date(2026, 9, 1), site.id), by=person)
    services.grant_coordinator(person.email, by=factories.administrator(), programme=programme)
    services.create_cohort(programme, details, by=person)


def test_who_only_works_in_a_cohort_makes_no_other(app: Flask, as_person: Any) -> None:
    cohort = factories.cohort()
    for role in StaffRole:
        person = factories.staff(cohort, role)
        db.session.commit()
        browser = as_person(person)
        assert browser.get("/cohorts/new").status_code == 404
        assert browser.get("/programmes/new").status_code == 404
        assert browser.get("/programmes").status_code == 200


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": " "}, "Write a title"),
        ({"ends_on": "2026-08-09"}, "must not be before the first"),
        ({"ends_on": "soon"}, "Not a valid date"),
        ({"capacity": "0"}, "from 1 to 1000"),
        ({"capacity": "many"}, "Not a valid integer"),
        ({"timezone": "Mars/Base"}, "Not a valid choice"),
        ({"language": "xx"}, "Not a valid choice"),
    ],
)
def test_faulty_details_are_said_and_kept(
    granted: tuple[Person, Any], as_person: Any, change: dict[str, str], said: str
) -> None:
    person, site = granted
    programme = factories.programme()
    db.session.commit()
    data = DETAILS | {"programme_id": str(programme.id), "site_id": str(site.id), "title": "Kept title"} | change
    answer = as_person(person).post("/cohorts/new", data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and said in page
    assert "title" in change or "Kept title" in page
    assert db.session.query(Cohort).count() == 0


def test_every_step_in_a_cohorts_life_goes_through_the_table(app: Flask) -> None:
    by = factories.administrator()
    for before in CohortState:
        for after in CohortState:
            cohort = factories.cohort(state=before)
            if after in COHORT_TRANSITIONS[before]:
                services.move_cohort(cohort, after, "because", by=by)
                assert cohort.state is after
            else:
                with pytest.raises(Refusal):
                    services.move_cohort(cohort, after, "because", by=by)
                assert cohort.state is before


def test_step_back_needs_a_reason_and_is_kept(app: Flask, as_person: Any) -> None:
    cohort = factories.cohort(slug="digi", state=CohortState.FINISHED)
    browser = as_person(factories.staff(cohort, StaffRole.COORDINATOR))
    db.session.commit()
    refused = browser.post("/cohorts/digi/state/running", data={})
    assert refused.status_code == 422 and "Write why" in refused.get_data(as_text=True)
    assert browser.post("/cohorts/digi/state/running", data={"running-reason": "Two more weeks"}).status_code == 302
    change = db.session.query(CohortStateChange).one()
    assert (change.from_state, change.to_state, change.reason) == (
        CohortState.FINISHED,
        CohortState.RUNNING,
        "Two more weeks",
    )
    assert "Two more weeks" in browser.get("/cohorts/digi").get_data(as_text=True)
    assert browser.post("/cohorts/digi/state/planned", data={}).status_code == 400
    assert browser.post("/cohorts/digi/state/flying", data={}).status_code == 404


def test_edit_keeps_what_another_wrote_meanwhile(app: Flask, as_person: Any) -> None:
    cohort = factories.cohort(slug="digi")
    browser = as_person(factories.staff(cohort, StaffRole.COORDINATOR))
    db.session.commit()
    data = DETAILS | {"site_id": "0", "version": str(cohort.version)}
    assert browser.post("/cohorts/digi/edit", data=data).status_code == 302
    stale = browser.post("/cohorts/digi/edit", data=data | {"title": "Mine"})
    page = stale.get_data(as_text=True)
    assert stale.status_code == 422 and "Somebody changed this cohort" in page and 'value="Mine"' in page
    db.session.refresh(cohort)
    assert cohort.title == "Digipoint, autumn 2026"


def test_capacity_does_not_fall_below_who_is_in(app: Flask) -> None:
    cohort = factories.cohort()
    for _ in range(3):
        factories.enrolment(cohort)
    details = CohortDetails("T", date(2026, 8, 1), date(2026, 9, 1), capacity=2)
    with pytest.raises(Refusal, match="3 trainees"):
        services.update_cohort(cohort, details, by=factories.administrator())


def test_staff_is_named_by_address_and_ended_never_deleted(app: Flask, as_person: Any) -> None:
    cohort = factories.cohort(slug="digi")
    coordinator = factories.staff(cohort, StaffRole.COORDINATOR)
    browser = as_person(coordinator)
    db.session.commit()
    answer = browser.post("/cohorts/digi/staff", data={"email": "marja.heikkila@example.org", "role": "coach"})
    assert "/invitation/" in answer.get_data(as_text=True)
    marja = accounts.find_person("marja.heikkila@example.org")
    assert marja is not None and marja.first_name == "Marja Heikkila"
    twice = browser.post("/cohorts/digi/staff", data={"email": marja.email, "role": "coach"})
    assert twice.status_code == 422 and "has this role already" in twice.get_data(as_text=True)
    own = as_person(marja)
    assert own.get("/cohorts/digi/roster").status_code == 200
    row = db.session.query(StaffMembership).filter_by(person_id=marja.id).one()
    assert browser.post(f"/cohorts/digi/staff/{row.id}/end").status_code == 302
    assert own.get("/cohorts/digi/roster").status_code == 404
    db.session.refresh(row)
    assert row.ended_at is not None and row.ended_by_id == coordinator.id
    assert "Marja Heikkila" in browser.get("/cohorts/digi/staff").get_data(as_text=True)


def test_trainee_of_the_cohort_is_not_its_staff(app: Flask) -> None:
    cohort = factories.cohort()
    trainee = factories.enrolment(cohort).person
    with pytest.raises(Refusal, match="is a trainee"):
        services.add_staff(cohort, trainee.email, StaffRole.COACH, by=factories.administrator())


def test_last_coordinator_cannot_leave_a_cohort_alone(app: Flask) -> None:
    cohort = factories.cohort()
    first = factories.staff(cohort, StaffRole.COORDINATOR)
    row = db.session.query(StaffMembership).filter_by(person_id=first.id).one()
    with pytest.raises(Refusal, match="Name another"):
        services.end_staff(row, by=first)
    factories.staff(cohort, StaffRole.COORDINATOR)
    services.end_staff(row, by=first)


def test_grant_gives_the_role_and_its_end_takes_it(app: Flask, as_person: Any) -> None:
    site, chief = factories.site(), factories.administrator()
    cohort = factories.cohort(slug="digi", site_id=site.id)
    factories.cohort(slug="other")
    db.session.commit()
    admin = as_person(chief)
    data = {"email": "new@example.org", "scope": f"site:{site.id}"}
    assert admin.post("/admin/coordinators", data=data).status_code == 302
    person = accounts.find_person("new@example.org")
    assert person is not None
    browser = as_person(person)
    assert browser.get("/cohorts/digi/edit").status_code == 200
    assert browser.get("/cohorts/other").status_code == 404
    grant = db.session.query(CoordinatorGrant).one()
    assert admin.post(f"/admin/coordinators/{grant.id}/end").status_code == 302
    assert browser.get("/cohorts/digi/edit").status_code == 404
    assert cohort.site_id == site.id


def test_programme_is_edited_by_its_maker_and_those_named(granted: tuple[Person, Any], as_person: Any) -> None:
    person, _site = granted
    programme = services.create_programme("Mine", by=person)
    other = factories.programme()
    worker = factories.staff(factories.cohort(programme_id=programme.id), StaffRole.COORDINATOR)
    db.session.commit()
    browser = as_person(person)
    assert browser.get(f"/programmes/{programme.slug}/edit").status_code == 200
    assert browser.post(f"/programmes/{programme.slug}/edit", data={"title": "Ours"}).status_code == 302
    assert browser.get(f"/programmes/{other.slug}").status_code == 200
    assert browser.get(f"/programmes/{other.slug}/edit").status_code == 403
    assert as_person(worker).get(f"/programmes/{programme.slug}").status_code == 200
    assert as_person(worker).get(f"/programmes/{programme.slug}/edit").status_code == 403
    assert as_person(worker).get(f"/programmes/{other.slug}").status_code == 404


def test_lists_run_the_same_queries_for_one_and_for_many(app: Flask, as_person: Any, queries: Any) -> None:
    admin = as_person(factories.administrator())
    site = factories.site()
    counts: dict[str, list[int]] = {}
    for more in (1, 12):
        for _ in range(more):
            cohort = factories.cohort(site_id=site.id)
            factories.enrolment(cohort)
            factories.staff(cohort)
        db.session.commit()
        for address in ("/cohorts", "/programmes", "/admin", "/admin/audit", "/admin/coordinators"):
            admin.get(address)
            with queries() as seen:
                assert admin.get(address).status_code == 200
            counts.setdefault(address, []).append(seen.count)
    assert all(first == second for first, second in counts.values()), counts


def test_switcher_and_tabs_follow_the_cohort_of_the_page(app: Flask, as_person: Any) -> None:
    first, second = factories.cohort(slug="one", title="First"), factories.cohort(slug="two", title="Second")
    coach = factories.staff(first, StaffRole.COORDINATOR)
    factories.staff(second, StaffRole.COACH, coach)
    db.session.commit()
    browser = as_person(coach)
    page = browser.get("/cohorts/one").get_data(as_text=True)
    assert 'href="/cohorts/one" aria-current="true"' in page and 'href="/cohorts/two"' in page
    assert "Cohort: Second" in browser.get("/cohorts/two").get_data(as_text=True)
    # Remembered on pages that belong to no cohort.
    assert "Cohort: Second" in browser.get("/profile").get_data(as_text=True)
    for row in db.session.query(StaffMembership).filter_by(cohort_id=second.id):
        services.end_staff(row, by=factories.administrator())
    db.session.commit()
    assert "Second" not in browser.get("/profile").get_data(as_text=True)


def test_a_step_says_once_whether_its_reason_may_be_left_out(app: Flask, as_person: Any) -> None:
    cohort = factories.cohort(slug="digi", state=CohortState.RUNNING)
    coordinator = factories.staff(cohort, StaffRole.COORDINATOR)
    db.session.commit()
    browser = as_person(coordinator)
    assert browser.get("/cohorts/digi").get_data(as_text=True).count("(optional)") == 1
    cohort.state = CohortState.FINISHED
    db.session.commit()
    page = browser.get("/cohorts/digi").get_data(as_text=True)
    back = page[page.index('action="/cohorts/digi/state/running"') :].partition("</form>")[0]
    assert "Reason" in back and "(optional)" not in back
