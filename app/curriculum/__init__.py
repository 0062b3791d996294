"""Courses on disk become a catalogue: course, module, notebook, version; skills and their evidence."""

from __future__ import annotations

from typing import Any

from flask import Flask, url_for

from app.platform.i18n import lazy_gettext as _l
from app.platform.navigation import Shell, Tab, shell_part


def install(app: Flask) -> None:
    """Register the feature: its blueprint, permissions, commands and what it adds to others."""
    from . import cli, models, rules, services, views  # noqa: F401

    app.register_blueprint(views.blueprint)
    cli.install(app)
    shell_part(_tabs)


def _tabs(shell: Shell, person: Any) -> None:
    if person is not None:
        shell.tabs.append(Tab(_l("Courses"), url_for("curriculum.catalogue"), "book", order=20, prefix="/courses"))
