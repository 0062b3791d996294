"""Who is what in a cohort, and who may do what to cohorts, rosters and staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g, has_request_context
from sqlalchemy import or_, select

from app.accounts.models import Person
from app.cohorts.models import Cohort, CoordinatorGrant, Enrolment, Programme, StaffMembership
from app.cohorts.states import EnrolmentState, StaffRole
from app.platform.database import db
from app.platform.permissions import Role, declare, role_source

STAFF = (Role.COACH, Role.COORDINATOR, Role.ADMINISTRATOR)

COHORT_VIEW = declare("cohort.view", Role.TRAINEE, *STAFF)
COHORT_EDIT = declare("cohort.edit", Role.COORDINATOR, Role.ADMINISTRATOR)
ROSTER_VIEW = declare("roster.view", *STAFF)
ROSTER_EDIT = declare("roster.edit", Role.COORDINATOR, Role.ADMINISTRATOR)
STAFF_EDIT = declare("staff.edit", Role.COORDINATOR, Role.ADMINISTRATOR)
PROGRAMME_VIEW = declare("programme.view", *STAFF)
PROGRAMME_CREATE = declare("programme.create", Role.COORDINATOR, Role.ADMINISTRATOR)
PROGRAMME_EDIT = declare("programme.edit", Role.COORDINATOR, Role.ADMINISTRATOR)
COHORT_CREATE = declare("cohort.create", Role.COORDINATOR, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Anywhere:
    """Stands for "some cohort": who has a role in any has it here."""

    granted_only: bool = False


def anywhere() -> Anywhere:
    """For pages that belong to no cohort but to everybody who works in one."""
    return Anywhere()


def by_grant() -> Anywhere:
    """For acts that make something new: an administrator must have named the person for a site or a programme."""
    return Anywhere(granted_only=True)


@role_source
def cohort_roles(person: Any, subject: Any) -> set[Role]:
    """Trainee, coach and coordinator of the cohort that ``subject`` belongs to; nothing for rows of no cohort."""
    if isinstance(subject, Anywhere):
        return _roles_anywhere(person.id, subject.granted_only)
    if isinstance(subject, Programme):
        return _roles_in_programme(person.id, subject)
    cohort_id = getattr(subject, "cohort_id", None)
    if cohort_id is None:
        return set()
    known: dict[tuple[int, int], set[Role]] = g.setdefault("cohort_roles", {}) if has_request_context() else {}
    key = (person.id, cohort_id)
    if key not in known:
        known[key] = _read_roles(person.id, cohort_id)
    return known[key]


def _read_roles(person_id: int, cohort_id: int) -> set[Role]:
    roles: set[Role] = set()
    enrolled = db.session.scalar(
        select(Enrolment.id).where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.person_id == person_id,
            Enrolment.state != EnrolmentState.WITHDRAWN,
        )
    )
    if enrolled is not None:
        roles.add(Role.TRAINEE)
    held = db.session.scalars(
        select(StaffMembership.role).where(
            StaffMembership.cohort_id == cohort_id,
            StaffMembership.person_id == person_id,
            StaffMembership.ended_at.is_(None),
        )
    )
    roles |= {Role.COACH if role is StaffRole.COACH else Role.COORDINATOR for role in held}
    if Role.COORDINATOR not in roles and db.session.scalar(_granted(person_id, cohort_id)) is not None:
        roles.add(Role.COORDINATOR)
    return roles


def _granted(person_id: int, cohort_id: int) -> Any:
    """Select that finds a grant over the cohort's site or programme."""
    return (
        select(CoordinatorGrant.id)
        .join(
            Cohort,
            or_(Cohort.site_id == CoordinatorGrant.site_id, Cohort.programme_id == CoordinatorGrant.programme_id),
        )
        .where(
            Cohort.id == cohort_id,
            CoordinatorGrant.person_id == person_id,
            CoordinatorGrant.revoked_at.is_(None),
        )
        .limit(1)
    )


def _roles_anywhere(person_id: int, granted_only: bool) -> set[Role]:
    roles: set[Role] = set()
    if grants_of(person_id):
        roles.add(Role.COORDINATOR)
    if not granted_only:
        held = db.session.scalars(
            select(StaffMembership.role)
            .where(StaffMembership.person_id == person_id, StaffMembership.ended_at.is_(None))
            .distinct()
        )
        roles |= {Role.COACH if role is StaffRole.COACH else Role.COORDINATOR for role in held}
    return roles


def _roles_in_programme(person_id: int, programme: Programme) -> set[Role]:
    """Coordinators of a programme are those named for it and who made it; staff of its cohorts have their roles too."""
    if programme.created_by_id == person_id or any(
        grant.programme_id == programme.id for grant in grants_of(person_id)
    ):
        return {Role.COORDINATOR}
    works_in = db.session.scalar(
        select(StaffMembership.id)
        .join(Cohort)
        .where(
            Cohort.programme_id == programme.id,
            StaffMembership.person_id == person_id,
            StaffMembership.ended_at.is_(None),
        )
        .limit(1)
    )
    at_site = any(grant.site_id for grant in grants_of(person_id))
    # Enough to look, not to edit: who coordinates one cohort does not own the programme.
    return {Role.COACH} if works_in is not None or at_site else set()


def grants_of(person_id: int) -> list[CoordinatorGrant]:
    """The grants that a person holds now."""
    known: dict[int, list[CoordinatorGrant]] = g.setdefault("coordinator_grants", {}) if has_request_context() else {}
    if person_id not in known:
        rows = db.session.scalars(
            select(CoordinatorGrant).where(
                CoordinatorGrant.person_id == person_id, CoordinatorGrant.revoked_at.is_(None)
            )
        )
        known[person_id] = list(rows)
    return known[person_id]


def forget_known_roles() -> None:
    """Roles are kept for the length of a request; whoever changes them in a request calls this."""
    if has_request_context():
        g.pop("cohort_roles", None)
        g.pop("coordinator_grants", None)


def can_make_programme(person: Any) -> bool:
    """Administrators, and who coordinates a site."""
    return bool(person.is_administrator or any(grant.site_id for grant in grants_of(person.id)))


def can_place_cohort(person: Any, programme_id: int, site_id: int | None) -> bool:
    """Whether a person may make a cohort of this programme at this site: by a grant for one of the two."""
    return bool(
        person.is_administrator
        or any(
            grant.programme_id == programme_id or (site_id is not None and grant.site_id == site_id)
            for grant in grants_of(person.id)
        )
    )


def can_hold_link(by: Any, person: Person) -> bool:
    """Whether ``by`` may see the invitation link of ``person`` or change their names and address, and so could become
    them: only while that person has no password, and is nothing anywhere that ``by`` does not coordinate.
    """
    if person.password_hash is not None or person.is_disabled:
        return False
    if by.is_administrator:
        return True
    if person.is_administrator or grants_of(person.id):
        return False
    places = set(db.session.scalars(select(Enrolment.cohort_id).where(Enrolment.person_id == person.id)))
    places |= set(db.session.scalars(select(StaffMembership.cohort_id).where(StaffMembership.person_id == person.id)))
    return all(Role.COORDINATOR in _read_roles(by.id, cohort_id) for cohort_id in places)
