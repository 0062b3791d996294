"""Programmes, cohorts, enrolments and staff."""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    """Register the feature: its blueprint, permissions and what it adds to others."""
    from . import models, rules, shell, teaching, views  # noqa: F401

    teaching.install()
    shell.install(app)
    app.register_blueprint(views.blueprint)
