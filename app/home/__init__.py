"""Each role's home, composed of what the other features know."""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    """Register the feature: its blueprint, permissions and what it adds to others."""
    from . import shell, views  # noqa: F401

    app.register_blueprint(views.blueprint)
