"""People: sign-in, roles, invitations, own settings."""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    """Register the feature: its blueprint, permissions and what it adds to others."""
    from . import models, services, shell, signin, views  # noqa: F401

    signin.install(app)
    shell.install(app)
    app.register_blueprint(views.blueprint)
