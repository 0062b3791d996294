"""Flask-Login's part: who the session belongs to, and what a stranger gets instead of a page."""

from __future__ import annotations

from typing import Any

from flask import Flask, flash, g, redirect, request, url_for
from flask_login import LoginManager

from app.accounts.models import Person
from app.platform.database import db
from app.platform.errors import error_page, wants_json
from app.platform.i18n import gettext as _

login_manager = LoginManager()


@login_manager.user_loader
def load_person(session_value: str) -> Person | None:
    """The person of a session, unless the account is disabled or its sessions were ended."""
    if g.get("asks_nobody"):
        return None  # the page of a failure, which may be the database's
    identifier, _dot, epoch = session_value.partition(".")
    if not (identifier.isascii() and identifier.isdigit() and epoch.isascii() and epoch.isdigit()):
        return None
    person = db.session.get(Person, int(identifier))
    if person is None or person.is_disabled or person.session_epoch != int(epoch):
        return None
    return person


@login_manager.unauthorized_handler
def to_the_door() -> Any:
    """Ask a stranger to sign in and lead back afterwards; programs get 401."""
    if wants_json() or request.headers.get("HX-Request"):
        return error_page(401)
    flash(_("Sign in to open this page."), "info")
    # Only pages that can be opened again are worth coming back to.
    back = request.full_path.rstrip("?") if request.method == "GET" and request.path != "/" else None
    return redirect(url_for("accounts.sign_in", next=back))


def install(app: Flask) -> None:
    """Register the login manager."""
    login_manager.init_app(app)
