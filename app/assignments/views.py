"""Pages of assignments."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("assignments", __name__, template_folder="templates")
