"""Teams of a cohort and who was in them when."""

from __future__ import annotations

from typing import Any

from flask import Flask, url_for

from app.cohorts.current import current_cohort, current_roles
from app.platform.i18n import lazy_gettext as _l
from app.platform.navigation import Shell, Tab, shell_part
from app.platform.permissions import Role


@shell_part
def team_tab(shell: Shell, person: Any) -> None:
    """The teams of the present cohort for its staff; a trainee's own team."""
    from app.teams import queries

    if person is None:
        return
    cohort = current_cohort()
    if cohort is not None and current_roles() & {Role.COACH, Role.COORDINATOR, Role.ADMINISTRATOR}:
        address = url_for("teams.index", slug=cohort.slug)
        shell.tabs.append(Tab(_l("Teams"), address, "team", order=40, prefix=address))
        return
    teams = queries.present_teams_of_person(person.id)
    if teams:
        shell.tabs.append(
            Tab(_l("Team"), url_for("teams.show", team_id=teams[0].id), "team", order=30, prefix="/teams")
        )


def install(app: Flask) -> None:
    """Register the feature: its blueprint, permissions and what it adds to others."""
    from . import models, views  # noqa: F401

    app.register_blueprint(views.blueprint)
