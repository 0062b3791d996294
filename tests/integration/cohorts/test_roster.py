"""The roster: by hand and by file, what is previewed is what is written, who may see whose link."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask

from app.accounts import services as accounts
from app.accounts.models import OneTimeLink, Person
from app.cohorts import queries, services
from app.cohorts.models import Cohort, Enrolment, EnrolmentChange, RosterImport
from app.cohorts.states import EnrolmentState, StaffRole
from app.platform import audit, jobs
from app.platform.database import db
from tests import factories

FILE = b"student_id,first_name,last_name,email\ns1,Aino,Lehtinen,aino@example.org\ns2,V\xc3\xa4in\xc3\xb6,\xc3\x96man,vaino@example.org\n"


@pytest.fixture
def cohort(app: Flask) -> Cohort:
    row = factories.cohort(slug="digi", title="Digipoint, autumn 2026", language="fi", timezone="Europe/Stockholm")
    db.session.commit()
    return row


@pytest.fixture
def coordinator(cohort: Cohort) -> Person:
    person = factories.staff(cohort, StaffRole.COORDINATOR)
    db.session.commit()
    return person


@pytest.fixture
def browser(coordinator: Person, as_person: Any) -> Any:
    return as_person(coordinator)


def upload(browser: Any, content: bytes = FILE, name: str = "roster.csv") -> Any:
    data = {"file": (io.BytesIO(content), name)}
    return browser.post("/cohorts/digi/roster/import", data=data, content_type="multipart/form-data")


def confirm(browser: Any, preview: str) -> Any:
    page = browser.get(preview).get_data(as_text=True)
    shown = re.search(r'name="shown" value="([0-9a-f]{64})"', page)
    assert shown, page
    return browser.post(preview, data={"shown": shown[1]})


def bring_in(browser: Any, content: bytes = FILE) -> Any:
    return confirm(browser, upload(browser, content).headers["Location"])


def in_roster(cohort: Cohort) -> dict[str, tuple[str, str]]:
    rows = queries.roster_for_export(cohort.id)
    return {row.student_id: (row.person.full_name, row.person.email) for row in rows}


def mailed() -> list[str]:
    rows = db.session.query(jobs.Job).filter_by(kind="mail.send").order_by(jobs.Job.id)
    return [row.payload["to"] for row in rows]


def test_preview_writes_nothing_and_confirming_writes_it(browser: Any, cohort: Cohort) -> None:
    people = db.session.query(Person).count()
    answer = upload(browser)
    assert answer.status_code == 302
    page = browser.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Will be added: 2" in page and "vaino@example.org" in page and "Bring in 2 people" in page
    assert in_roster(cohort) == {} and db.session.query(Person).count() == people and mailed() == []
    done = confirm(browser, answer.headers["Location"])
    assert done.headers["Location"] == "/cohorts/digi/roster"
    assert in_roster(cohort) == {
        "s1": ("Aino Lehtinen", "aino@example.org"),
        "s2": ("Väinö Öman", "vaino@example.org"),
    }
    assert mailed() == ["aino@example.org", "vaino@example.org"]
    aino = accounts.find_person("aino@example.org")
    assert aino is not None and (aino.language, aino.timezone) == ("fi", "Europe/Stockholm")
    assert db.session.query(EnrolmentChange).count() == 2
    assert db.session.query(audit.AuditEntry).filter_by(action="roster.imported").one().detail["add"] == 2


def test_same_file_twice_changes_nothing(browser: Any, cohort: Cohort) -> None:
    bring_in(browser)
    before, mails = in_roster(cohort), mailed()
    page = browser.get(upload(browser).headers["Location"]).get_data(as_text=True)
    assert "This file changes nothing" in page and "Stays the same: 2" in page
    assert 'name="shown"' not in page
    assert (in_roster(cohort), mailed()) == (before, mails)


def test_export_gives_back_what_import_takes(browser: Any, cohort: Cohort) -> None:
    content = 'student_id,first_name,last_name,email\r\n\'=1,"O""Brien, ""B""",Ö,b@example.org\r\ns2,Väinö,Öman,vaino@example.org\r\n'.encode()
    bring_in(browser, content)
    assert "=1" in in_roster(cohort)
    answer = browser.get("/cohorts/digi/roster.csv")
    assert answer.mimetype == "text/csv" and answer.data == content
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "Stays the same: 2" in browser.get(upload(browser, answer.data).headers["Location"]).get_data(as_text=True)


def test_refused_lines_are_left_out_with_their_reasons(browser: Any, cohort: Cohort) -> None:
    content = b"id;email\ns1;aino@example.org\ns1;other@example.org\ns3;nonsense\n"
    preview = upload(browser, content).headers["Location"]
    page = browser.get(preview).get_data(as_text=True)
    assert "The id s1 is in line 2 already." in page and "is no e-mail address" in page
    confirm(browser, preview)
    assert set(in_roster(cohort)) == {"s1"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04\x00", "workbook"),
        (b"name,phone\nA,1\n", "No column of e-mail addresses was found"),
        (b"email\n" + b"x" * 2**21, "larger than 2 MB"),
    ],
)
def test_unreadable_file_says_what_to_do(browser: Any, content: bytes, said: str) -> None:
    answer = upload(browser, content)
    assert answer.status_code == 422 and said in answer.get_data(as_text=True)
    assert db.session.query(RosterImport).count() == 0


def test_form_without_a_file_says_so(browser: Any) -> None:
    answer = browser.post("/cohorts/digi/roster/import", data={})
    assert answer.status_code == 422 and "Choose a file first" in answer.get_data(as_text=True)


def test_client_cannot_change_what_was_previewed(browser: Any, cohort: Cohort) -> None:
    preview = upload(browser).headers["Location"]
    data = {"shown": "0" * 64, "file": (io.BytesIO(b"email\nx@example.org\n"), "x.csv")}
    answer = browser.post(preview, data=data, content_type="multipart/form-data")
    assert answer.status_code == 409 and "The roster has changed since you looked" in answer.get_data(as_text=True)
    assert in_roster(cohort) == {}


def test_roster_changed_between_preview_and_confirmation(browser: Any, cohort: Cohort, coordinator: Person) -> None:
    preview = upload(browser).headers["Location"]
    page = browser.get(preview).get_data(as_text=True)
    shown = re.search(r'name="shown" value="([0-9a-f]{64})"', page)
    assert shown
    services.enrol(cohort, "aino@example.org", "Aino", "Lehtinen", "s1", by=coordinator)
    db.session.commit()
    answer = browser.post(preview, data={"shown": shown[1]})
    assert answer.status_code == 409
    assert set(in_roster(cohort)) == {"s1"}
    # The page that came back shows the new plan and can be confirmed.
    confirm(browser, preview)
    assert set(in_roster(cohort)) == {"s1", "s2"}


def test_import_is_applied_once_and_its_file_dropped(browser: Any, cohort: Cohort) -> None:
    preview = upload(browser).headers["Location"]
    confirm(browser, preview)
    assert db.session.query(RosterImport.content).scalar() is None
    page = browser.get(preview).get_data(as_text=True)
    assert "This file was brought in" in page and "2 added" in page
    assert browser.post(preview, data={"shown": "0" * 64}).status_code == 400


def test_file_that_was_only_looked_at_is_dropped_by_the_next(browser: Any) -> None:
    first = upload(browser).headers["Location"]
    upload(browser, b"email\nc@example.org\n")
    assert "no longer kept" in browser.get(first).get_data(as_text=True)


def test_import_of_another_coordinator_is_not_seen(browser: Any, cohort: Cohort, as_person: Any) -> None:
    preview = upload(browser).headers["Location"]
    other = factories.staff(cohort, StaffRole.COORDINATOR)
    db.session.commit()
    assert as_person(other).get(preview).status_code == 404


def test_capacity_is_kept(browser: Any, cohort: Cohort) -> None:
    cohort.capacity = 1
    db.session.commit()
    preview = upload(browser).headers["Location"]
    assert "All places are taken" in browser.get(preview).get_data(as_text=True)
    confirm(browser, preview)
    assert set(in_roster(cohort)) == {"s1"}


def test_change_of_a_person_who_has_not_come_yet(browser: Any, cohort: Cohort) -> None:
    bring_in(browser)
    bring_in(browser, b"student_id,first_name,last_name,email\ns1,Aino,Berg,aino.berg@example.org\n")
    assert in_roster(cohort)["s1"] == ("Aino Berg", "aino.berg@example.org")
    assert mailed()[-1] == "aino.berg@example.org"
    # Links that went to the old address are dead.
    person = accounts.find_person("aino.berg@example.org")
    links = db.session.query(OneTimeLink).filter_by(person_id=person.id if person else 0).order_by(OneTimeLink.id)
    assert [link.used_at is None for link in links] == [False, True]


def test_roster_cannot_take_over_an_account(browser: Any, cohort: Cohort) -> None:
    bring_in(browser)
    aino = accounts.find_person("aino@example.org")
    assert aino is not None
    accounts.set_password(aino, "a lantern on the pier")
    db.session.commit()
    page = browser.get(upload(browser, b"id,email\ns1,evil@example.org\n").headers["Location"]).get_data(as_text=True)
    assert "Refused: 1" in page
    row = db.session.query(Enrolment).filter_by(student_id="s1").one()
    data = {"email": "evil@example.org", "first_name": "E", "student_id": "s1"}
    browser.post(f"/cohorts/digi/roster/{row.id}", data=data)
    db.session.expire_all()
    assert aino.email == "aino@example.org" and aino.first_name == "Aino"
    assert browser.post(f"/cohorts/digi/roster/{row.id}/invite").status_code == 400


def test_by_hand_shows_the_link_once(browser: Any, cohort: Cohort) -> None:
    data = {"email": "Noora@example.org", "first_name": "Noora", "last_name": "Aalto"}
    answer = browser.post("/cohorts/digi/roster/new", data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "/invitation/" in page
    assert in_roster(cohort) == {"noora": ("Noora Aalto", "noora@example.org")}
    row = db.session.query(Enrolment).one()
    assert "/invitation/" not in browser.get(f"/cohorts/digi/roster/{row.id}").get_data(as_text=True).replace(
        f"/roster/{row.id}/invit", ""
    )
    again = browser.post("/cohorts/digi/roster/new", data=data)
    assert again.status_code == 422 and "in the roster already" in again.get_data(as_text=True)


def test_link_is_not_shown_for_who_is_something_elsewhere(browser: Any, cohort: Cohort, coordinator: Person) -> None:
    """Else a coordinator could become an invited administrator, or a trainee or coach of somebody else's cohort."""
    chief = factories.administrator(email="chief@example.org")
    elsewhere = factories.enrolment(factories.cohort(), factories.person(email="else@example.org")).person
    coach = factories.staff(factories.cohort(), StaffRole.COACH, factories.person(email="coach@example.org"))
    named = factories.person(email="named@example.org")
    accounts_admin = factories.administrator()
    services.grant_coordinator(named.email, by=accounts_admin, site=factories.site())
    db.session.commit()
    for person in (chief, elsewhere, coach, named):
        answer = browser.post("/cohorts/digi/roster/new", data={"email": person.email})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200 and "http://127.0.0.1:8000/invitation/" not in page, person.email
        row = db.session.query(Enrolment).filter_by(cohort_id=cohort.id, person_id=person.id).one()
        page = browser.post(f"/cohorts/digi/roster/{row.id}/invite").get_data(as_text=True)
        assert "http://127.0.0.1:8000/invitation/" not in page
        data = {"email": "evil@example.org", "first_name": "E", "student_id": row.student_id}
        browser.post(f"/cohorts/digi/roster/{row.id}", data=data)
        db.session.refresh(person)
        assert person.email != "evil@example.org"


def test_many_and_one_agree_on_who_may_be_edited(cohort: Cohort, coordinator: Person) -> None:
    from app.cohorts import rules

    people = [
        factories.enrolment(cohort).person,
        factories.enrolment(factories.cohort()).person,
        factories.administrator(),
        factories.person(),
        factories.person(is_disabled=True),
        factories.person(password_hash="x"),
        factories.staff(factories.cohort()),
        factories.staff(cohort),
    ]
    db.session.flush()
    assert queries.editable_people(coordinator, people) == {
        person.id for person in people if rules.can_hold_link(coordinator, person)
    }
    assert queries.editable_people(coordinator, people) == {people[0].id, people[3].id, people[7].id}


def test_withdrawing_and_taking_back_need_a_reason_and_are_kept(browser: Any, cohort: Cohort, as_person: Any) -> None:
    enrolment = factories.enrolment(cohort)
    db.session.commit()
    own = as_person(enrolment.person)
    assert own.get("/cohorts/digi").status_code == 200
    address = f"/cohorts/digi/roster/{enrolment.id}/state"
    refused = browser.post(f"{address}/withdrawn", data={})
    assert refused.status_code == 422 and "Write why" in refused.get_data(as_text=True)
    assert browser.post(f"{address}/withdrawn", data={"withdrawn-reason": "Found work"}).status_code == 302
    assert own.get("/cohorts/digi").status_code == 404
    db.session.refresh(enrolment)
    assert enrolment.state is EnrolmentState.WITHDRAWN and enrolment.end_reason == "Found work"
    assert browser.post(f"{address}/withdrawn", data={"withdrawn-reason": "Again"}).status_code == 400
    assert browser.post(f"{address}/active", data={"active-reason": "Came back"}).status_code == 302
    page = browser.get(f"/cohorts/digi/roster/{enrolment.id}").get_data(as_text=True)
    assert "Found work" in page and "Came back" in page
    assert browser.post(f"{address}/nonsense", data={}).status_code == 404


def test_taking_back_needs_a_place(cohort: Cohort, coordinator: Person) -> None:
    gone = factories.enrolment(cohort, state=EnrolmentState.WITHDRAWN)
    factories.enrolment(cohort)
    cohort.capacity = 1
    db.session.flush()
    with pytest.raises(Exception, match="All places are taken"):
        services.move_enrolment(gone, EnrolmentState.ACTIVE, "Came back", by=coordinator)


def test_student_id_is_changed_by_hand_only_to_a_free_one(browser: Any, cohort: Cohort) -> None:
    bring_in(browser)
    row = db.session.query(Enrolment).filter_by(student_id="s1").one()
    address = f"/cohorts/digi/roster/{row.id}"
    given = {"email": "aino@example.org", "first_name": "Aino", "last_name": "Lehtinen"}
    taken = browser.post(address, data=given | {"student_id": "s2"})
    assert taken.status_code == 422 and "Väinö Öman has this id" in taken.get_data(as_text=True)
    assert browser.post(address, data=given | {"student_id": "../x"}).status_code == 422
    assert browser.post(address, data=given | {"student_id": ""}).status_code == 422
    assert browser.post(address, data=given | {"student_id": "s7"}).status_code == 302
    assert set(in_roster(cohort)) == {"s2", "s7"}


def test_roster_is_filtered_and_sorted_by_address(browser: Any, cohort: Cohort) -> None:
    bring_in(browser)
    page = browser.get("/cohorts/digi/roster?q=%C3%B6man&sort=-id&state=invited").get_data(as_text=True)
    assert "Väinö Öman" in page and "Aino Lehtinen" not in page
    assert "Nobody fits" in browser.get("/cohorts/digi/roster?q=100%25").get_data(as_text=True)
    both = browser.get("/cohorts/digi/roster?sort=-name").get_data(as_text=True)
    assert both.index("Väinö Öman") < both.index("Aino Lehtinen")


def test_names_in_pages_are_text(browser: Any, cohort: Cohort) -> None:
    bring_in(browser, b"id,first_name,email\ns1,<script>alert(1)</script>,x@example.org\n")
    page = browser.get("/cohorts/digi/roster").get_data(as_text=True)
    assert "&lt;script&gt;" in page and "<script>alert" not in page


def test_roster_page_runs_the_same_queries_for_one_and_for_many(browser: Any, cohort: Cohort, queries: Any) -> None:
    factories.enrolment(cohort)
    db.session.commit()
    browser.get("/cohorts/digi/roster")
    with queries() as one:
        browser.get("/cohorts/digi/roster")
    for _ in range(30):
        factories.enrolment(cohort)
    db.session.commit()
    with queries() as many:
        browser.get("/cohorts/digi/roster")
    assert many.count == one.count


def test_preview_runs_the_same_queries_for_one_and_for_many(browser: Any, cohort: Cohort, queries: Any) -> None:
    counts = []
    for number in (1, 40):
        rows = "".join(f"s{i},P,{i},p{i}@example.org\n" for i in range(number))
        preview = upload(browser, f"id,first_name,last_name,email\n{rows}".encode()).headers["Location"]
        with queries() as seen:
            browser.get(preview)
        counts.append(seen.count)
    assert counts[0] == counts[1]
