"""Writes of who works where: coaches and coordinators of a cohort, coordinators of a site or a programme."""

from __future__ import annotations

from sqlalchemy import func, select

from app.accounts import services as accounts
from app.accounts.models import Person
from app.cohorts import rules
from app.cohorts.models import Cohort, CoordinatorGrant, Enrolment, Programme, Site, StaffMembership
from app.cohorts.services.cohorts import lock_cohort
from app.cohorts.services.notices import notify_of_role
from app.cohorts.states import EnrolmentState, StaffRole
from app.platform import audit
from app.platform.clock import now
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _


def add_staff(
    cohort: Cohort,
    email: str,
    role: StaffRole,
    *,
    by: Person,
    first_name: str = "",
    last_name: str = "",
) -> tuple[Person, str | None]:
    """Name a coach or coordinator. An unknown address becomes an invited person, with an invitation by mail.

    Returns:
        The person, and the link of the invitation where ``by`` may hold it.

    Raises:
        Refusal: the address cannot be used, or the person has this role or learns in this cohort.
    """
    lock_cohort(cohort.id)
    person = accounts.find_person(email) or accounts.create_person(
        email, first_name, last_name, language=cohort.language, timezone=cohort.timezone, by=by
    )
    db.session.flush()
    if person.is_disabled:
        raise Refusal(_("This account is disabled. An administrator can enable it."), field="email")
    held = db.session.scalars(_present_roles(cohort.id, person.id)).all()
    if role in held:
        raise Refusal(_("%(name)s has this role already.", name=person.full_name), field="email")
    enrolled = select(Enrolment.id).where(
        Enrolment.cohort_id == cohort.id,
        Enrolment.person_id == person.id,
        Enrolment.state != EnrolmentState.WITHDRAWN,
    )
    if db.session.scalar(enrolled) is not None:
        raise Refusal(_("%(name)s is a trainee of this cohort.", name=person.full_name), field="email")
    may_hold = rules.can_hold_link(by, person)
    db.session.add(
        StaffMembership(cohort_id=cohort.id, person_id=person.id, role=role, started_at=now(), started_by_id=by.id)
    )
    audit.record("staff.added", person, by=by, cohort_id=cohort.id, role=role.value)
    rules.forget_known_roles()
    link = notify_of_role(person, cohort, by)
    return person, link if may_hold else None


def end_staff(membership: StaffMembership, *, by: Person) -> None:
    """End a person's work in a cohort; the line stays, with its dates.

    Raises:
        Refusal: ended already, or nobody would coordinate the cohort.
    """
    lock_cohort(membership.cohort_id)
    db.session.refresh(membership, ["ended_at"])
    if membership.ended_at is not None:
        raise Refusal(_("This was ended already."))
    if membership.role is StaffRole.COORDINATOR and not by.is_administrator:
        others = select(func.count()).where(
            StaffMembership.cohort_id == membership.cohort_id,
            StaffMembership.role == StaffRole.COORDINATOR,
            StaffMembership.ended_at.is_(None),
            StaffMembership.id != membership.id,
        )
        if not db.session.scalar(others):
            raise Refusal(_("Nobody else coordinates this cohort. Name another coordinator first."))
    membership.ended_at, membership.ended_by_id = now(), by.id
    audit.record("staff.ended", membership, by=by, cohort_id=membership.cohort_id, role=membership.role.value)
    rules.forget_known_roles()


def grant_coordinator(
    email: str,
    *,
    by: Person | None,
    site: Site | None = None,
    programme: Programme | None = None,
    first_name: str = "",
    last_name: str = "",
) -> CoordinatorGrant:
    """Name a coordinator for a site or a programme (just one of both). An unknown address becomes an invited person.

    Raises:
        Refusal: neither or both are given, the address cannot be used, or the person has this already.
    """
    if (site is None) == (programme is None):
        raise Refusal(_("Choose a site or a programme, and not both."), field="scope")
    person = accounts.find_person(email) or accounts.create_person(email, first_name, last_name, by=by)
    db.session.flush()
    if person.is_disabled:
        raise Refusal(_("This account is disabled. An administrator can enable it."), field="email")
    scope = {"site_id": site.id if site else None, "programme_id": programme.id if programme else None}
    twin = select(CoordinatorGrant.id).where(
        CoordinatorGrant.person_id == person.id,
        CoordinatorGrant.revoked_at.is_(None),
        *(getattr(CoordinatorGrant, name) == value for name, value in scope.items() if value is not None),
    )
    if db.session.scalar(twin) is not None:
        raise Refusal(_("%(name)s coordinates it already.", name=person.full_name), field="email")
    grant = CoordinatorGrant(person_id=person.id, granted_by_id=by.id if by else None, **scope)
    db.session.add(grant)
    audit.record("coordinator.named", person, by=by, **{name: value for name, value in scope.items() if value})
    if person.password_hash is None:
        accounts.invite(person, by)
    rules.forget_known_roles()
    return grant


def revoke_grant(grant: CoordinatorGrant, *, by: Person) -> None:
    """End a grant; the line stays. Cohorts whose staff the person is are not touched."""
    if grant.revoked_at is None:
        grant.revoked_at = now()
        audit.record("coordinator.ended", grant, by=by)
        rules.forget_known_roles()


def _present_roles(cohort_id: int, person_id: int):  # type: ignore[no-untyped-def]
    return select(StaffMembership.role).where(
        StaffMembership.cohort_id == cohort_id,
        StaffMembership.person_id == person_id,
        StaffMembership.ended_at.is_(None),
    )
