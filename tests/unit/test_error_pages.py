"""Error pages: the right status, words a person can use, the number of the log line, never a traceback; also without a database."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from werkzeug.exceptions import RequestEntityTooLarge

from app.factory import create_app
from tests.page_checks import check

SECRET = "the inside of the machine"


def boom() -> str:
    raise RuntimeError(SECRET)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A browser at an application whose database cannot be opened."""
    nowhere = Path(tmp_path_factory.mktemp("nowhere")) / "missing" / "none.db"
    app: Flask = create_app(
        {"SECRET_KEY": "tests-only-key-of-enough-length-000000", "SQLALCHEMY_DATABASE_URI": f"sqlite:///{nowhere}"}
    )
    app.add_url_rule("/boom", "boom", boom)
    for code in (400, 403, 429):
        app.add_url_rule(f"/{code}", f"error-{code}", lambda code=code: abort(code))
    app.add_url_rule("/413", "error-413", lambda: abort(RequestEntityTooLarge.code or 413))
    return app.test_client()


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/400", 400, "could not be read"),
        ("/403", 403, "cannot open this page"),
        ("/nothing", 404, "does not exist"),
        ("/413", 413, "too large"),
        ("/429", 429, "Too many"),
        ("/boom", 500, "our side"),
    ],
)
def test_error_page_says_what_happened(client: FlaskClient, path: str, status: int, words: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    text = answer.get_data(as_text=True)
    check(text, path, answer.headers)
    assert words in text
    assert SECRET not in text
    assert "Traceback" not in text
    assert 'href="/"' in text


def test_page_of_a_failure_gives_the_number_of_the_log_line(client: FlaskClient) -> None:
    answer = client.get("/boom")
    assert answer.headers["X-Request-ID"]
    assert answer.headers["X-Request-ID"] in answer.get_data(as_text=True)


def test_failure_is_shown_in_the_visitors_language_even_when_the_database_is_gone(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["_user_id"] = "1.0"
    answer = client.get("/boom", headers={"Accept-Language": "fi"})
    assert answer.status_code == 500
    assert "Meillä meni jotain vikaan" in answer.get_data(as_text=True)
