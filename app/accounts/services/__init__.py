"""Writes of accounts; what other features and the command line call."""

from __future__ import annotations

from app.accounts.queries import find_person
from app.accounts.services.attempts import TooManyTries, count_left
from app.accounts.services.links import LinkTrouble, ask_for_reset, find_link, invite
from app.accounts.services.people import (
    change_address,
    change_password,
    create_administrator,
    create_person,
    disable,
    enable,
    end_administrator,
    end_sessions,
    make_administrator,
    set_password,
    sign_in,
    update_profile,
    use_link,
)

__all__ = [
    "LinkTrouble",
    "TooManyTries",
    "ask_for_reset",
    "change_address",
    "change_password",
    "count_left",
    "create_administrator",
    "create_person",
    "disable",
    "enable",
    "end_administrator",
    "end_sessions",
    "find_link",
    "find_person",
    "invite",
    "make_administrator",
    "set_password",
    "sign_in",
    "update_profile",
    "use_link",
]
