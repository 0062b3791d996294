"""Pages of curriculum."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("curriculum", __name__, template_folder="templates")
