"""What cohorts tell the curriculum: who teaches or coordinates anywhere, and whose trainees a person may look at."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.cohorts.models import CoordinatorGrant, Enrolment, StaffMembership
from app.cohorts.rules import cohort_roles
from app.cohorts.states import StaffRole
from app.curriculum import rules
from app.platform.database import db
from app.platform.permissions import Role

ROLES = {StaffRole.COACH: Role.COACH, StaffRole.COORDINATOR: Role.COORDINATOR}


def roles_anywhere(person: Any) -> set[Role]:
    """Coach and coordinator, where the person is that in some cohort now or by an administrator's word."""
    held = db.session.scalars(
        select(StaffMembership.role)
        .where(StaffMembership.person_id == person.id, StaffMembership.ended_at.is_(None))
        .distinct()
    )
    roles = {ROLES[role] for role in held}
    granted = select(CoordinatorGrant.id).where(
        CoordinatorGrant.person_id == person.id, CoordinatorGrant.revoked_at.is_(None)
    )
    if db.session.scalar(granted.limit(1)) is not None:
        roles.add(Role.COORDINATOR)
    return roles


def teaches(viewer: Any, person: Any) -> bool:
    """Whether the person is or was a trainee of a cohort that the viewer coaches or coordinates."""
    enrolments = db.session.scalars(select(Enrolment).where(Enrolment.person_id == person.id))
    return any(cohort_roles(viewer, enrolment) & {Role.COACH, Role.COORDINATOR} for enrolment in enrolments)


def install() -> None:
    """Register with the curriculum."""
    rules.teaching_source(roles_anywhere)
    rules.viewing_source(teaches)
