"""Who may do what to teams."""

from __future__ import annotations

from typing import Any

from app.platform.permissions import Role, declare, roles_of
from app.teams.models import Team

STAFF = (Role.COACH, Role.COORDINATOR, Role.ADMINISTRATOR)

TEAMS_VIEW = declare("teams.view", *STAFF)
TEAMS_EDIT = declare("teams.edit", Role.COORDINATOR, Role.ADMINISTRATOR)
TEAM_VIEW = declare("team.view", Role.TRAINEE, *STAFF)


def can_see_team(person: Any, team: Team) -> bool:
    """Staff see every team of their cohort; a trainee sees the teams that they are or were in."""
    if roles_of(person, team) & set(STAFF):
        return True
    return any(membership.enrolment.person_id == person.id for membership in team.memberships)
