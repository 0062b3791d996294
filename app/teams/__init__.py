"""Teams of a cohort and who was in them when."""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    """Register the feature: its blueprint, permissions and what it adds to others."""
    from . import models, views  # noqa: F401

    app.register_blueprint(views.blueprint)
