"""Fixtures of all tests: the application on a real database that is rolled back, clients, signing in."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

REQUIRED = os.environ.get("KISALLI_TEST_REQUIRE_ALL") == "1"
INSTANCE = Path(tempfile.mkdtemp(prefix="kisalli-tests-"))
# Before the application is imported: tests never touch the instance of the person who runs them.
os.environ["KISALLI_INSTANCE"] = str(INSTANCE)
for name in ("DATABASE_URL", "KISALLI_SITE_URL", "KISALLI_MAIL_URL", "KISALLI_BROKER_URL", "KISALLI_DEMO"):
    os.environ.pop(name, None)

from flask import Flask  # noqa: E402
from flask.testing import FlaskClient  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402
from sqlalchemy import Engine, create_engine, event, text  # noqa: E402

from app.factory import create_app  # noqa: E402
from app.platform.database import db, set_request_intent  # noqa: E402
from tests.page_checks import CheckedClient  # noqa: E402
from tools import translations  # noqa: E402

translations.compile_all()

# A busy machine is no fault of the property under test.
settings.register_profile("kisalli", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kisalli")

POSTGRESQL = os.environ.get("KISALLI_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


def missing(reason: str) -> None:
    """Skip for want of something on this machine; a failure where everything is required (as in CI)."""
    if REQUIRED:
        pytest.fail(f"required here, but {reason}")
    pytest.skip(reason)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The second database belongs to the long round, but for what is marked to run on both in every round."""
    for item in items:
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        if parameters.get("database_address") == "postgresql" and item.get_closest_marker("both") is None:
            item.add_marker(pytest.mark.long)


def make_postgresql_database(name: str) -> str:
    """A fresh database on the test server; returns its address. Skips where there is no server."""
    server = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 5})
    try:
        with server.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
            connection.execute(text(f'CREATE DATABASE "{name}"'))
    except Exception as error:
        missing(f"no PostgreSQL answers at {server.url.render_as_string()}: {type(error).__name__}")
    finally:
        server.dispose()
    return server.url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_address(request: pytest.FixtureRequest) -> str:
    """The address of an empty database; every test that asks for it runs on both engines."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    if request.param == "postgresql":
        return make_postgresql_database(f"kisalli_test_{worker}_{os.getpid()}")
    return f"sqlite:///{INSTANCE / f'{worker}-{os.getpid()}.db'}"


@pytest.fixture(scope="session")
def session_app(database_address: str) -> Iterator[Flask]:
    """One application for the run, with its tables made."""
    app = create_app(
        {
            "TESTING": True,
            "SQLALCHEMY_DATABASE_URI": database_address,
            "WTF_CSRF_ENABLED": False,
            "SERVER_NAME": None,
            "SECRET_KEY": "tests-only-key-of-enough-length-000000",
            "UNSAFE_GRADING": False,
        }
    )
    app.test_client_class = CheckedClient
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def app(session_app: Flask) -> Iterator[Flask]:
    """The application inside one transaction that is rolled back after the test; commits end in savepoints."""
    with session_app.app_context():
        engine = db.engines[None]
        # A test reads and writes in one transaction, so it takes the write lock when it begins.
        set_request_intent("POST")
        connection = engine.connect()
        transaction = connection.begin()
        db.engines[None] = connection
        try:
            yield session_app
        finally:
            db.session.remove()
            transaction.rollback()
            connection.close()
            db.engines[None] = engine
            set_request_intent("GET")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A stranger's browser without script; every page it opens is checked (see page_checks)."""
    return app.test_client()


def sign_in(client: FlaskClient, person: Any) -> FlaskClient:
    """Make ``client`` the browser of ``person`` without going through the form."""
    with client.session_transaction() as session:
        session["_user_id"] = person.get_id()
        session["_fresh"] = True
    return client


@pytest.fixture
def as_person(app: Flask) -> Any:
    """A function from a person to a browser that is signed in as that person."""
    return lambda person: sign_in(app.test_client(), person)


class QueryCount:
    """How many statements ran inside ``with``; for lists that must not grow with their rows."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        # Not those of the worker that may run for the browser tests of the same process.
        self.thread = threading.get_ident()

    def __enter__(self) -> QueryCount:
        # What the test itself has yet to write must not count as the page's.
        db.session.flush()
        event.listen(Engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "before_cursor_execute", self._note)

    def _note(self, _conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if self.thread == threading.get_ident() and not statement.upper().startswith(
            ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "PRAGMA")
        ):
            self.statements.append(statement)

    @property
    def count(self) -> int:
        """Statements so far."""
        return len(self.statements)


@pytest.fixture
def queries() -> type[QueryCount]:
    """``with queries() as q: …; q.count``."""
    return QueryCount
