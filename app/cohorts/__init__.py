"""Programmes, cohorts, enrolments and staff."""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    """Register the feature: its blueprint, permissions and what it adds to others."""
    from . import models, rules, views  # noqa: F401

    app.register_blueprint(views.blueprint)
