"""Pages of the curriculum: catalogue, courses, lessons, skills; for staff sources, versions and bringing in."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("curriculum", __name__, template_folder="../templates")

from app.curriculum.views import courses, imports, skills, versions  # noqa: E402, F401
