"""Who is what in a cohort, and who may do what to cohorts, rosters and staff."""

from __future__ import annotations

from typing import Any

from flask import g, has_request_context
from sqlalchemy import or_, select

from app.cohorts.models import Cohort, CoordinatorGrant, Enrolment, StaffMembership
from app.cohorts.states import EnrolmentState, StaffRole
from app.platform.database import db
from app.platform.permissions import Role, declare, role_source

STAFF = (Role.COACH, Role.COORDINATOR, Role.ADMINISTRATOR)

COHORT_VIEW = declare("cohort.view", Role.TRAINEE, *STAFF)
COHORT_EDIT = declare("cohort.edit", Role.COORDINATOR, Role.ADMINISTRATOR)
ROSTER_VIEW = declare("roster.view", *STAFF)
ROSTER_EDIT = declare("roster.edit", Role.COORDINATOR, Role.ADMINISTRATOR)
STAFF_EDIT = declare("staff.edit", Role.COORDINATOR, Role.ADMINISTRATOR)


@role_source
def cohort_roles(person: Any, subject: Any) -> set[Role]:
    """Trainee, coach and coordinator of the cohort that ``subject`` belongs to; nothing for rows of no cohort."""
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
