"""Courses on disk become a catalogue: course, module, notebook, version; skills and their evidence."""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    """Register the feature: its blueprint, permissions and what it adds to others."""
    from . import models, views  # noqa: F401

    app.register_blueprint(views.blueprint)
