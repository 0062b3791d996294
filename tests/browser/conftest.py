"""Fixtures of the browser tests: a served application on a database of its own, a worker beside it, real Chromium."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from app.factory import create_app
from app.platform.database import db, writing
from app.platform.jobs import KINDS, holder_name
from app.platform.running import run_next
from tests.browser.pages import watch
from tests.conftest import INSTANCE, missing

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 20_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests share one server and one browser a process: keep them together."""
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@dataclass
class Live:
    """A running installation: its address, its application, and a way to write rows that it will see."""

    url: str
    app: Flask
    writing: Callable[[], AbstractContextManager[None]]


@pytest.fixture(scope="session")
def live() -> Iterator[Live]:
    """The application served by threads, with a worker for all lanes; CSRF and all else as in production."""
    address = f"sqlite:///{INSTANCE / f'browser-{os.getpid()}.db'}"
    app = create_app(
        {
            "TESTING": False,
            "DEVELOPMENT": True,
            "SQLALCHEMY_DATABASE_URI": address,
            "SECRET_KEY": "tests-only-key-of-enough-length-111111",
        }
    )
    with app.app_context():
        db.create_all()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    app.config["SITE_URL"] = url
    stop = threading.Event()

    def work(lanes: list[str]) -> None:
        holder = holder_name()
        while not stop.is_set():
            if not run_next(app, lanes, holder):
                stop.wait(0.1)

    lanes = sorted({kind.lane for kind in KINDS.values()})
    threads = [threading.Thread(target=server.serve_forever, daemon=True)]
    threads += [threading.Thread(target=work, args=([lane],), daemon=True) for lane in lanes]
    for thread in threads:
        thread.start()

    @contextmanager
    def transaction() -> Iterator[None]:
        with app.app_context(), writing():
            yield
            db.session.commit()

    yield Live(url, app, transaction)
    stop.set()
    server.shutdown()
    for thread in threads:
        thread.join(30)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium: the system's, else the one that Playwright installed; skipped where neither is."""
    from playwright.sync_api import Error, sync_playwright

    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        except Error as error:
            missing(f"no browser could be started ({str(error).splitlines()[0]}); install Debian's chromium package")
            return
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Any, live: Live) -> Iterator[Callable[..., Any]]:
    """``new_page(color_scheme='dark')``: a fresh, watched page (see ``pages.check_page``); options are Playwright's for a context."""
    contexts: list[Any] = []

    def open_page(**options: Any) -> Any:
        given = {"base_url": live.url, "viewport": {"width": 1280, "height": 900}, "locale": "en-GB"} | options
        context = chromium.new_context(**given)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        return watch(context.new_page())

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: Callable[..., Any]) -> Any:
    """A fresh, watched page at 1280 px whose relative addresses are the live server's."""
    return new_page()


@pytest.fixture
def sign_in(live: Live) -> Callable[[Any, Any], None]:
    """``sign_in(page, person)``: make the page that person's, through the session cookie rather than the form."""
    from flask.sessions import SecureCookieSessionInterface

    def make_cookie(page: Any, person: Any) -> None:
        serializer = SecureCookieSessionInterface().get_signing_serializer(live.app)
        assert serializer is not None
        value = serializer.dumps({"_user_id": person.get_id(), "_fresh": True})
        page.context.add_cookies([{"name": live.app.config["SESSION_COOKIE_NAME"], "value": value, "url": live.url}])

    return make_cookie
