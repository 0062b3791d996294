"""The door: signing in and out, limits, the same answer for known and unknown addresses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import passwords, services
from app.accounts.models import Person, SignInAttempt
from app.accounts.services.attempts import network_of
from app.platform import clock, limits
from app.platform.database import db
from tests import factories

PASSWORD = "a lantern on the pier"


@pytest.fixture
def aino(app: Flask) -> Person:
    person = factories.person(email="aino@example.org", first_name="Aino", last_name="Lehtinen")
    services.set_password(person, PASSWORD)
    db.session.commit()
    return person


def try_in(client: FlaskClient, email: str, password: str, **more: Any) -> Any:
    return client.post("/sign-in", data={"email": email, "password": password}, **more)


def test_person_signs_in_and_out(client: FlaskClient, aino: Person) -> None:
    assert client.get("/profile").headers["Location"] == "/sign-in?next=/profile"
    answer = try_in(client, " Aino@Example.ORG ", PASSWORD)
    assert answer.status_code == 302 and answer.headers["Location"] == "/"
    assert client.get("/profile").status_code == 200
    assert aino.last_seen_at is not None
    assert client.get("/sign-out").status_code == 405
    client.post("/sign-out")
    assert client.get("/profile").status_code == 302


def test_session_lasts_only_where_asked_for(client: FlaskClient, aino: Person) -> None:
    short = try_in(client, aino.email, PASSWORD).headers["Set-Cookie"]
    assert "Expires" not in short and "HttpOnly" in short and "SameSite=Lax" in short
    client.post("/sign-out")
    data = {"email": aino.email, "password": PASSWORD, "remember": "y"}
    assert "Expires" in client.post("/sign-in", data=data).headers["Set-Cookie"]


def test_wrong_password_and_unknown_address_get_the_same_answer(client: FlaskClient, aino: Person) -> None:
    wrong = try_in(client, aino.email, "not the password")
    unknown = try_in(client, "else@example.org", "not the password")
    invited = factories.person(email="idle@example.org")
    db.session.commit()
    unset = try_in(client, invited.email, "not the password")
    bodies = {
        answer.get_data(as_text=True).replace(email, "-")
        for answer, email in ((wrong, aino.email), (unknown, "else@example.org"), (unset, invited.email))
    }
    assert wrong.status_code == unknown.status_code == unset.status_code == 422
    assert len(bodies) == 1


def test_every_try_costs_one_verification(app: Flask, aino: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    verify = type(passwords._hasher).verify

    def counting(self: Any, stored: str, password: str) -> bool:
        seen.append(stored)
        return bool(verify(self, stored, password))

    monkeypatch.setattr(type(passwords._hasher), "verify", counting)
    factories.person(email="idle@example.org")
    for email in (aino.email, "else@example.org", "idle@example.org", "no address"):
        assert services.sign_in(email, "not the password", "192.0.2.1") is None
    assert len(seen) == 4
    assert {stored.split("$")[3] for stored in seen} == {"m=32768,t=3,p=1"}


def test_disabled_person_cannot_sign_in_and_loses_the_session(
    client: FlaskClient, aino: Person, as_person: Any
) -> None:
    browser = as_person(aino)
    services.disable(aino, "left", by=factories.administrator())
    db.session.commit()
    assert browser.get("/profile").status_code == 302
    assert try_in(client, aino.email, PASSWORD).status_code == 422


def test_account_has_tries_and_gets_them_back_with_time(client: FlaskClient, aino: Person) -> None:
    for number in range(limits.SIGN_IN_TRIES):
        assert try_in(client, aino.email, "wrong one here").status_code == 422, number
    refused = try_in(client, aino.email, PASSWORD)
    assert refused.status_code == 429
    assert "Too many tries" in refused.get_data(as_text=True)
    # Tries that were not looked at do not make the wait longer.
    with clock.frozen_at(clock.now() + timedelta(minutes=limits.SIGN_IN_WINDOW_MINUTES, seconds=1)):
        assert try_in(client, aino.email, PASSWORD).status_code == 302


def test_limit_is_the_same_for_an_unknown_address(client: FlaskClient) -> None:
    for _ in range(limits.SIGN_IN_TRIES):
        assert try_in(client, "else@example.org", "wrong one here").status_code == 422
    assert try_in(client, "ELSE@example.org", "wrong one here").status_code == 429


def test_success_gives_the_account_its_tries_back_but_not_the_network_address(
    client: FlaskClient, aino: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SIGN_IN_TRIES_PER_ADDRESS", 10)
    for _ in range(7):
        try_in(client, aino.email, "wrong one here")
    assert try_in(client, aino.email, PASSWORD).status_code == 302
    client.post("/sign-out")
    assert services.count_left(aino.email) == limits.SIGN_IN_TRIES
    for number in range(3):
        assert try_in(client, f"person{number}@example.org", "wrong one here").status_code == 422
    assert try_in(client, "another@example.org", "wrong one here").status_code == 429


def test_forwarded_headers_do_not_give_new_tries(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    monkeypatch.setattr(limits, "SIGN_IN_TRIES_PER_ADDRESS", 3)
    for number in range(3):
        headers = {"X-Forwarded-For": f"198.51.100.{number}", "X-Real-IP": f"198.51.100.{number}"}
        assert try_in(client, f"p{number}@example.org", "wrong one here", headers=headers).status_code == 422
    answer = try_in(client, "p9@example.org", "wrong one here", headers={"X-Forwarded-For": "203.0.113.9"})
    assert answer.status_code == 429
    assert {row.address for row in db.session.query(SignInAttempt)} == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        (None, "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_network_address_is_what_one_line_owns(given: str | None, place: str) -> None:
    assert network_of(given) == place


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "///evil.example",
        "/\n/evil.example",
        "evil.example",
    ],
)
def test_next_never_leads_elsewhere(client: FlaskClient, aino: Person, target: str) -> None:
    query = {"next": target}
    answer = client.post("/sign-in", query_string=query, data={"email": aino.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/"
    assert client.get("/sign-in", query_string=query).headers["Location"] == "/"
    assert client.get("/language/fi", query_string=query).headers["Location"] == "/"


def test_next_leads_back(client: FlaskClient, aino: Person) -> None:
    answer = client.post("/sign-in?next=/profile?a=1", data={"email": aino.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/profile?a=1"


def test_session_of_who_used_the_browser_before_is_gone(client: FlaskClient, aino: Person) -> None:
    with client.session_transaction() as session:
        session["planted"] = "yes"
    try_in(client, aino.email, PASSWORD)
    with client.session_transaction() as session:
        assert "planted" not in session


@pytest.mark.parametrize("value", ["", "1", "1.", ".0", "abc.0", "1.x", "99999.0", "1.0.0", "²0.0", "-1.0"])
def test_forged_session_value_is_a_stranger(client: FlaskClient, value: str) -> None:
    with client.session_transaction() as session:
        session["_user_id"] = value
    assert client.get("/profile").status_code == 302


def test_program_without_session_gets_401(client: FlaskClient) -> None:
    assert client.get("/profile", headers={"Accept": "application/json"}).status_code == 401
    assert client.get("/profile", headers={"HX-Request": "true"}).status_code == 401


def test_csrf_is_asked_for(app: Flask, client: FlaskClient, aino: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    assert try_in(client, aino.email, PASSWORD).status_code == 400
    assert client.post("/sign-out").status_code == 400
    page = client.get("/sign-in").get_data(as_text=True)
    token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    data = {"email": aino.email, "password": PASSWORD, "csrf_token": token}
    assert client.post("/sign-in", data=data).status_code == 302


def test_the_door_keeps_the_language_of_who_signed_out(client: FlaskClient, aino: Person) -> None:
    aino.language = "fi"
    db.session.commit()
    try_in(client, aino.email, PASSWORD)
    client.post("/sign-out")
    page = client.get("/sign-in").get_data(as_text=True)
    assert '<html lang="fi"' in page and "Kirjaudu" in page
