"""One's own account, and administration of others'."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.accounts import services
from app.accounts.models import Person
from app.platform.audit import AuditEntry
from app.platform.database import db
from app.platform.errors import Refusal
from tests import factories

PASSWORD = "a lantern on the pier"


@pytest.fixture
def aino(app: Flask) -> Person:
    person = factories.person(email="aino@example.org", first_name="Aino", last_name="Lehtinen")
    services.set_password(person, PASSWORD)
    db.session.commit()
    return person


@pytest.fixture
def admin(app: Flask) -> Person:
    person = factories.administrator(email="admin@example.org", first_name="Ada")
    db.session.commit()
    return person


def test_profile_is_saved_and_followed_at_once(aino: Person, as_person: Any) -> None:
    browser = as_person(aino)
    data = {"first_name": " Aino ", "last_name": "Berg", "language": "fi", "timezone": "Asia/Tokyo", "theme": "dark"}
    answer = browser.post("/profile", data=data, follow_redirects=True).get_data(as_text=True)
    assert 'lang="fi"' in answer and 'data-theme="dark"' in answer and "Profiilisi on tallennettu" in answer
    assert (aino.full_name, aino.timezone) == ("Aino Berg", "Asia/Tokyo")


@pytest.mark.parametrize(
    "change",
    [{"language": "xx"}, {"timezone": "Mars/Base"}, {"theme": "pink"}, {"first_name": " "}, {"last_name": "x" * 101}],
)
def test_faulty_profile_is_said_and_nothing_saved(aino: Person, as_person: Any, change: dict[str, str]) -> None:
    data = {"first_name": "Aino", "last_name": "Berg", "language": "en", "timezone": "Asia/Tokyo", "theme": "dark"}
    assert as_person(aino).post("/profile", data=data | change).status_code == 422
    db.session.refresh(aino)
    assert aino.last_name == "Lehtinen"


def test_form_cannot_make_its_sender_an_administrator(aino: Person, as_person: Any) -> None:
    data = {"first_name": "Aino", "last_name": "L", "language": "en", "timezone": "Asia/Tokyo", "theme": "dark"}
    more = {"is_administrator": "y", "email": "x@example.org", "id": "1", "password_hash": "x"}
    as_person(aino).post("/profile", data=data | more)
    db.session.refresh(aino)
    assert not aino.is_administrator and aino.email == "aino@example.org"


def test_new_password_ends_other_sessions_but_not_this_one(aino: Person, as_person: Any) -> None:
    here, there = as_person(aino), as_person(aino)
    wrong = here.post("/profile/password", data={"present": "wrong one", "password": "x" * 12, "again": "x" * 12})
    assert wrong.status_code == 422 and "not your present password" in wrong.get_data(as_text=True)
    data = {"present": PASSWORD, "password": "quite another lantern", "again": "quite another lantern"}
    assert here.post("/profile/password", data=data).status_code == 302
    assert here.get("/profile").status_code == 200
    assert there.get("/profile").status_code == 302
    assert services.sign_in(aino.email, PASSWORD, "192.0.2.1") is None
    assert services.sign_in(aino.email, "quite another lantern", "192.0.2.1") is aino


def test_present_password_cannot_be_guessed_without_end(aino: Person, as_person: Any) -> None:
    browser = as_person(aino)
    data = {"present": "wrong one here", "password": "quite another lantern", "again": "quite another lantern"}
    codes = [browser.post("/profile/password", data=data).status_code for _ in range(9)]
    assert codes == [422] * 8 + [429]


def test_sign_out_everywhere_else(aino: Person, as_person: Any) -> None:
    here, there = as_person(aino), as_person(aino)
    here.post("/profile/sign-out-everywhere")
    assert here.get("/profile").status_code == 200 and there.get("/profile").status_code == 302


def test_administrator_invites_names_and_disables(admin: Person, as_person: Any) -> None:
    browser = as_person(admin)
    made = browser.post("/admin/people/new", data={"email": "New@example.org", "first_name": "New"})
    assert "/invitation/" in made.get_data(as_text=True)
    person = services.find_person("new@example.org")
    assert person is not None
    page = f"/admin/people/{person.id}"
    assert browser.post(page, data={"email": "newer@example.org", "first_name": "Newer"}).status_code == 302
    assert browser.post(page, data={"email": admin.email, "first_name": "X"}).status_code == 422
    assert browser.post(f"{page}/administrator", data={"make": "yes"}).status_code == 302
    assert browser.post(f"{page}/administrator", data={}).status_code == 302
    assert browser.post(f"{page}/disable", data={}).status_code == 422
    assert browser.post(f"{page}/disable", data={"reason": "left"}).status_code == 302
    assert browser.post(f"{page}/invite").status_code == 400
    assert browser.post(f"{page}/enable").status_code == 302
    db.session.refresh(person)
    assert (person.email, person.is_administrator, person.is_disabled) == ("newer@example.org", False, False)
    log = browser.get("/admin/audit?action=account.&person=admin@example.org").get_data(as_text=True)
    assert "account.disabled" in log and "left" in log
    assert "No such acts" in browser.get("/admin/audit?person=nobody@example.org").get_data(as_text=True)


def test_last_administrator_stays(admin: Person, as_person: Any) -> None:
    browser = as_person(admin)
    page = f"/admin/people/{admin.id}"
    assert browser.post(f"{page}/administrator", data={}).status_code == 400
    assert browser.post(f"{page}/disable", data={"reason": "x"}).status_code == 422
    db.session.refresh(admin)
    assert admin.is_administrator and not admin.is_disabled


def test_people_are_found_and_filtered(admin: Person, aino: Person, as_person: Any) -> None:
    factories.person(first_name="Öykü", last_name="Ñandú")
    browser = as_person(admin)
    assert "Lehtinen" in browser.get("/admin?q=lehti+AINO").get_data(as_text=True)
    assert "Ñandú" in browser.get("/admin?q=ñandú").get_data(as_text=True)
    invited = browser.get("/admin?kind=invited").get_data(as_text=True)
    assert "Ñandú" in invited and "Lehtinen" not in invited
    assert "Nobody fits" in browser.get("/admin?q=_%25").get_data(as_text=True)


def test_first_administrator_from_the_command_line(app: Flask, aino: Person) -> None:
    person = services.create_administrator("chief@example.org", "Ada", "Ylä", PASSWORD)
    assert services.sign_in("chief@example.org", PASSWORD, None) is person and person.is_administrator
    assert services.create_administrator("AINO@example.org") is aino and aino.is_administrator
    with pytest.raises(Refusal):
        services.create_administrator("not an address")


def test_audit_never_holds_secrets(app: Flask, aino: Person) -> None:
    services.set_password(aino, "quite another lantern")
    db.session.flush()
    text = " ".join(str(entry.detail) for entry in db.session.query(AuditEntry))
    assert "lantern" not in text and "argon2" not in text
