"""Pages of assignments: one blueprint, one module a group of pages."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

blueprint = Blueprint("assignments", __name__, template_folder="../templates")

# Each module adds its routes to the blueprint when it is loaded.
MODULES: tuple[str, ...] = (
    "releases",
    "trainee",
    "result",
    "gradebook",
    "queue",
    "grading",
    "assessment",
    "sheets",
    "regrades",
    "batches",
    "schedule",
    "calendar",
)


def load() -> Blueprint:
    """The blueprint with all its routes."""
    for module in MODULES:
        import_module(f"{__name__}.{module}")
    return blueprint
