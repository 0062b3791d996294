"""Invitations and forgotten passwords: mailed links that work once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import services
from app.accounts.models import OneTimeLink, Person
from app.platform import clock, jobs
from app.platform.database import db
from app.platform.errors import Refusal
from tests import factories

PASSWORD = "a lantern on the pier"


@pytest.fixture
def invited(app: Flask) -> Person:
    person = factories.person(email="noora@example.org", first_name="Noora", last_name="Aalto")
    db.session.commit()
    return person


def path_of(link: str) -> str:
    return urlsplit(link).path


def mails() -> list[dict[str, Any]]:
    rows = db.session.query(jobs.Job).filter_by(kind="mail.send").order_by(jobs.Job.id)
    return [row.payload for row in rows]


def run_jobs(app: Flask) -> None:
    """Claim and end what waits in the lane of mails, in this transaction."""
    db.session.commit()
    while (lease := jobs.claim_next(["mail"], "test")) is not None:
        kind = jobs.KINDS[lease.kind]
        if lease.kind != "mail.send":
            kind.write(lease, kind.work(kind.read(lease), jobs.Handle(lease)))
        jobs.finish(lease)
        db.session.commit()


def choose(client: FlaskClient, link: str, password: str = PASSWORD, **more: str) -> Any:
    names = {"first_name": "Noora", "last_name": "Aalto"} | more
    return client.post(path_of(link), data={"password": password, "again": password, **names})


def test_invitation_sets_the_password_once(client: FlaskClient, invited: Person) -> None:
    coordinator = factories.person(first_name="Riikka", last_name="Salminen")
    link = services.invite(invited, coordinator, "Digipoint, autumn 2026")
    (mail,) = mails()
    assert mail["to"] == invited.email
    assert link in mail["text"] and "Riikka Salminen" in mail["text"]
    assert "Digipoint, autumn 2026" in mail["subject"]
    assert "noora@example.org" in client.get(path_of(link)).get_data(as_text=True)
    assert choose(client, link, last_name="Aalto-Berg").status_code == 302
    assert invited.full_name == "Noora Aalto-Berg"
    assert client.get("/profile").status_code == 200
    again = client.get(path_of(link))
    assert again.status_code == 410 and "was used already" in again.get_data(as_text=True)
    assert services.sign_in(invited.email, PASSWORD, "192.0.2.1") is invited


def test_link_is_stored_as_hash_and_its_address_is_of_the_setting(client: FlaskClient, invited: Person) -> None:
    link = services.invite(invited, None)
    assert link.startswith("http://127.0.0.1:8000/invitation/")
    secret = link.rsplit("/", 1)[1].split(".")[0]
    row = db.session.query(OneTimeLink).one()
    assert secret not in (row.secret_hash, link[-len(row.secret_hash) :])


def test_weak_password_keeps_the_link(client: FlaskClient, invited: Person) -> None:
    link = services.invite(invited, None)
    db.session.commit()
    for weak in ("short", "noora@example.org", "aaaaaaaaaaaa", "Salasana123", "x" * 300):
        answer = choose(client, link, weak)
        assert answer.status_code == 422, weak
    differs = client.post(path_of(link), data={"password": PASSWORD, "again": "else", "first_name": "N"})
    assert differs.status_code == 422 and "The two passwords differ" in differs.get_data(as_text=True)
    assert choose(client, link).status_code == 302


def test_link_expires(client: FlaskClient, invited: Person) -> None:
    link = services.invite(invited, None)
    with clock.frozen_at(clock.now() + timedelta(days=14, seconds=1)):
        answer = choose(client, link)
    assert answer.status_code == 410 and "send it again" in answer.get_data(as_text=True)
    assert invited.password_hash is None


@pytest.mark.parametrize("token", ["x", "a.b", "a" * 300, "%00", "ä.ö"])
def test_unknown_link_says_what_to_do(client: FlaskClient, token: str) -> None:
    for page in ("invitation", "reset"):
        answer = client.get(f"/{page}/{token}")
        assert answer.status_code == 410 and "does not work" in answer.get_data(as_text=True)


def test_link_of_one_purpose_does_not_open_the_other(client: FlaskClient, invited: Person) -> None:
    link = services.invite(invited, None)
    assert client.get(path_of(link).replace("/invitation/", "/reset/")).status_code == 410


def test_earlier_invitation_stays_good_until_one_is_used(client: FlaskClient, invited: Person) -> None:
    first, second = services.invite(invited, None), services.invite(invited, None)
    assert client.get(path_of(first)).status_code == 200
    assert choose(client, second).status_code == 302
    assert client.get(path_of(first)).status_code == 410


def test_person_with_a_password_is_not_invited(app: Flask, invited: Person) -> None:
    services.set_password(invited, PASSWORD)
    with pytest.raises(Refusal):
        services.invite(invited, None)


def test_invitation_speaks_the_persons_language(app: Flask, invited: Person) -> None:
    invited.language = "fi"
    services.invite(invited, None, "Digipoint")
    (mail,) = mails()
    assert "Avaa tämä linkki" in mail["text"] and "Kisälli" in mail["text"]


def test_forgotten_password_answers_the_same_and_mails_only_the_known(
    app: Flask, client: FlaskClient, invited: Person
) -> None:
    services.set_password(invited, "an older secret of hers")
    db.session.commit()
    known = client.post("/forgot-password", data={"email": "Noora@example.org"})
    unknown = client.post("/forgot-password", data={"email": "else@example.org"})
    assert known.status_code == unknown.status_code == 200
    assert known.get_data(as_text=True).replace(invited.email, "-") == unknown.get_data(as_text=True).replace(
        "else@example.org", "-"
    )
    assert mails() == []
    run_jobs(app)
    (mail,) = mails()
    assert mail["to"] == invited.email
    link = next(word for word in mail["text"].split() if "/reset/" in word)
    browser = app.test_client()
    assert browser.post(path_of(link), data={"password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert services.sign_in(invited.email, PASSWORD, "192.0.2.1") is invited


def test_host_header_does_not_reach_the_mail(app: Flask, client: FlaskClient, invited: Person) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    client.post("/forgot-password", data={"email": invited.email}, headers=headers)
    run_jobs(app)
    (mail,) = mails()
    assert "evil.example" not in mail["text"]
    assert "http://127.0.0.1:8000/reset/" in mail["text"]


def test_links_are_not_asked_for_without_end(client: FlaskClient) -> None:
    for _ in range(4):
        assert client.post("/forgot-password", data={"email": "else@example.org"}).status_code == 200
    answer = client.post("/forgot-password", data={"email": "else@example.org"})
    assert answer.status_code == 429 and "too often" in answer.get_data(as_text=True)
    # Signing in has its own count.
    assert client.post("/sign-in", data={"email": "else@example.org", "password": "x"}).status_code == 422


def test_forgotten_password_of_a_disabled_account_mails_nothing(app: Flask, invited: Person) -> None:
    invited.is_disabled = True
    services.ask_for_reset(invited.email)
    run_jobs(app)
    assert mails() == []


def test_new_password_by_link_gives_tries_back(app: Flask, client: FlaskClient, invited: Person) -> None:
    for _ in range(8):
        client.post("/sign-in", data={"email": invited.email, "password": "wrong one here"})
    choose(client, services.invite(invited, None))
    assert services.sign_in(invited.email, PASSWORD, "192.0.2.1") is invited


def test_mail_that_is_out_leaves_no_link_behind(app: Flask, invited: Person) -> None:
    services.invite(invited, None)
    db.session.commit()
    lease = jobs.claim_next(["mail"], "test")
    assert lease is not None and "/invitation/" in lease.payload["text"]
    jobs.KINDS["mail.send"].write(lease, None)
    jobs.finish(lease)
    db.session.expire_all()
    assert "text" not in db.session.get(jobs.Job, lease.job_id).payload


def test_a_mail_ends_with_the_address_on_a_line_of_its_own(app: Flask, invited: Person) -> None:
    services.invite(invited, None)
    assert mails()[-1]["text"].rstrip().splitlines()[-2:] == ["Kisälli", "http://127.0.0.1:8000"]


def test_a_link_opens_in_the_language_of_its_mail(client: FlaskClient, invited: Person) -> None:
    invited.language = "fi"
    db.session.commit()
    link = path_of(services.invite(invited, None))
    assert '<html lang="fi"' in client.get(link).get_data(as_text=True)
    client.get("/language/en")
    assert '<html lang="en"' in client.get(link).get_data(as_text=True)
