"""Flask-Login's part: who the session belongs to."""

from __future__ import annotations

from flask import Flask
from flask_login import LoginManager

from app.accounts.models import Person
from app.platform.database import db
from app.platform.i18n import lazy_gettext as _l

login_manager = LoginManager()
login_manager.login_view = "accounts.sign_in"
login_manager.login_message = _l("Sign in to open this page.")
login_manager.login_message_category = "info"


@login_manager.user_loader
def load_person(session_value: str) -> Person | None:
    """The person of a session, unless the account is disabled or its sessions were ended."""
    identifier, _, epoch = session_value.partition(".")
    if not identifier.isdigit() or not epoch.isdigit():
        return None
    person = db.session.get(Person, int(identifier))
    if person is None or person.is_disabled or person.session_epoch != int(epoch):
        return None
    return person


def install(app: Flask) -> None:
    """Register the login manager."""
    login_manager.init_app(app)
