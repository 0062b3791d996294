"""Every read of teams."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Person
from app.cohorts.models import Cohort, Enrolment
from app.cohorts.states import EnrolmentState
from app.platform.database import db
from app.teams.models import Team, TeamMembership
from app.teams.states import TeamState


def teams_of_cohort(cohort: Cohort) -> Sequence[Team]:
    """Teams by name, those that work before those that have ended, with members and their people loaded."""
    return (
        db.session.scalars(
            select(Team)
            .where(Team.cohort_id == cohort.id)
            .options(selectinload(Team.memberships).joinedload(TeamMembership.enrolment).joinedload(Enrolment.person))
            .order_by(Team.state, func.lower(Team.name))
            .execution_options(populate_existing=True)
        )
        .unique()
        .all()
    )


def team_by_id(team_id: int) -> Team | None:
    """One team with its cohort, members and their people."""
    return (
        db.session.scalars(
            select(Team)
            .where(Team.id == team_id)
            .options(
                joinedload(Team.cohort),
                selectinload(Team.memberships).joinedload(TeamMembership.enrolment).joinedload(Enrolment.person),
            )
            .execution_options(populate_existing=True)
        )
        .unique()
        .one_or_none()
    )


def people_without_team(cohort: Cohort) -> Sequence[Enrolment]:
    """Active trainees who are in no working team, by name."""
    placed = (
        select(TeamMembership.enrolment_id)
        .join(Team, Team.id == TeamMembership.team_id)
        .where(TeamMembership.ended_at.is_(None), Team.state == TeamState.ACTIVE)
    )
    return db.session.scalars(
        select(Enrolment)
        .join(Enrolment.person)
        .where(
            Enrolment.cohort_id == cohort.id,
            Enrolment.state == EnrolmentState.ACTIVE,
            Enrolment.id.not_in(placed),
        )
        .options(joinedload(Enrolment.person))
        .order_by(func.lower(Person.last_name), func.lower(Person.first_name))
    ).all()


def present_team(enrolment_id: int) -> Team | None:
    """The working team that a trainee is in now."""
    return db.session.scalar(
        select(Team)
        .join(TeamMembership, TeamMembership.team_id == Team.id)
        .where(
            TeamMembership.enrolment_id == enrolment_id,
            TeamMembership.ended_at.is_(None),
            Team.state == TeamState.ACTIVE,
        )
        .limit(1)
    )


def present_teams_of_person(person_id: int) -> Sequence[Team]:
    """Working teams of a person over all cohorts, for the shell."""
    return db.session.scalars(
        select(Team)
        .join(TeamMembership, TeamMembership.team_id == Team.id)
        .join(Enrolment, Enrolment.id == TeamMembership.enrolment_id)
        .where(Enrolment.person_id == person_id, TeamMembership.ended_at.is_(None), Team.state == TeamState.ACTIVE)
        .order_by(Team.created_at.desc())
    ).all()
