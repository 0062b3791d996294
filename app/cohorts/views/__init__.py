"""Pages of programmes, cohorts, rosters and staff."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("cohorts", __name__, template_folder="../templates")

from app.cohorts.views import administration, cohorts, programmes, roster, roster_import, staff  # noqa: E402, F401
