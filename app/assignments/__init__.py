"""Releases to a cohort, submissions, runs, grades, feedback and the gradebook."""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    """Register the feature: its blueprint, permissions and what it adds to others."""
    from . import assessment_models, course_hooks, grade_models, rules, schedule_models, shell, views  # noqa: F401
    from .services import batch_runs, runs  # noqa: F401 - they register their kinds of job

    app.register_blueprint(views.load())
