"""Pages of accounts: the door, one's own account, administration."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("accounts", __name__, template_folder="../templates")

from app.accounts.views import administration, door, own  # noqa: E402, F401
