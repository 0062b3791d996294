"""Every write of teams: making and ending them, and who joins and leaves; what was true keeps its dates."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import select

from app.cohorts.models import Cohort, Enrolment
from app.cohorts.states import EnrolmentState
from app.platform import audit
from app.platform.clock import now
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _
from app.teams.models import Team, TeamMembership
from app.teams.states import TeamState


def create_team(cohort: Cohort, name: str, *, description: str = "", by: Any = None) -> Team:
    """A new team of a cohort.

    Raises:
        Refusal: the name is empty or a team of the cohort has it.
    """
    name = _checked_name(cohort.id, name)
    team = Team(cohort_id=cohort.id, name=name, slug=_free_slug(cohort.id, name), description=description.strip())
    db.session.add(team)
    audit.record("team.created", team, by=by, cohort_id=cohort.id, name=name)
    return team


def change_team(team: Team, name: str, description: str, *, by: Any = None) -> None:
    """Another name or description; the address of the team stays.

    Raises:
        Refusal: the name is empty or taken.
    """
    before = team.name
    team.name = _checked_name(team.cohort_id, name, but=team)
    team.description = description.strip()
    audit.record("team.changed", team, by=by, cohort_id=team.cohort_id, before=before, after=team.name)


def add_member(team: Team, enrolment: Enrolment, *, role: str = "", by: Any = None) -> TeamMembership:
    """A trainee joins; who is in another working team of the cohort leaves that one at the same moment.

    Raises:
        Refusal: the team has ended, or the trainee is of another cohort or no longer in it.
    """
    if team.state is not TeamState.ACTIVE:
        raise Refusal(_("%(team)s has ended. Nobody can join it any more.", team=team.name))
    if enrolment.cohort_id != team.cohort_id or enrolment.state is not EnrolmentState.ACTIVE:
        raise Refusal(_("Only present trainees of the same cohort can join a team."))
    moment = now()
    held = db.session.scalars(
        select(TeamMembership)
        .join(Team, Team.id == TeamMembership.team_id)
        .where(
            TeamMembership.enrolment_id == enrolment.id,
            TeamMembership.ended_at.is_(None),
            Team.cohort_id == team.cohort_id,
        )
        .with_for_update()
    ).all()
    for membership in held:
        if membership.team_id == team.id:
            return membership
        membership.ended_at = moment
    db.session.flush()
    joined = TeamMembership(team_id=team.id, enrolment_id=enrolment.id, role=role.strip(), started_at=moment)
    db.session.add(joined)
    audit.record(
        "team.joined",
        team,
        by=by,
        cohort_id=team.cohort_id,
        enrolment=enrolment.id,
        left=[membership.team_id for membership in held],
    )
    return joined


def end_membership(membership: TeamMembership, *, by: Any = None) -> None:
    """A trainee leaves; the time in the team stays on record."""
    if membership.ended_at is None:
        membership.ended_at = now()
        team = db.session.get_one(Team, membership.team_id)
        audit.record("team.left", team, by=by, cohort_id=team.cohort_id, enrolment=membership.enrolment_id)


def end_team(team: Team, *, by: Any = None) -> None:
    """The team's work is over: its members leave and it stays in the list of past teams."""
    if team.state is TeamState.ENDED:
        return
    for membership in team.memberships:
        end_membership(membership, by=by)
    team.state = TeamState.ENDED
    audit.record("team.ended", team, by=by, cohort_id=team.cohort_id)


def _checked_name(cohort_id: int, name: str, but: Team | None = None) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refusal(_("Give the team a name."), field="name")
    for team in db.session.scalars(select(Team).where(Team.cohort_id == cohort_id)):
        if team is not but and team.name.casefold() == name.casefold():
            raise Refusal(_("This cohort already has a team “%(name)s”.", name=team.name), field="name")
    return name


def _free_slug(cohort_id: int, name: str) -> str:
    """A name for addresses and repositories: plain letters, digits and dashes, unique in the cohort."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:70] or "team"
    taken = set(db.session.scalars(select(Team.slug).where(Team.cohort_id == cohort_id)))
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
