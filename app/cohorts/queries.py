"""Reads of programmes, cohorts, rosters and staff."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.accounts.queries import escape_like
from app.cohorts.models import (
    Cohort,
    CohortStateChange,
    CoordinatorGrant,
    Enrolment,
    EnrolmentChange,
    Programme,
    RosterImport,
    Site,
    StaffMembership,
)
from app.cohorts.states import CohortState, EnrolmentState, StaffRole
from app.platform.database import db

ROSTER_SORTS = ("name", "-name", "id", "-id", "email", "-email")


def cohort_by_slug(slug: str) -> Cohort | None:
    """A cohort with its programme and site."""
    return db.session.scalar(
        select(Cohort).options(joinedload(Cohort.programme), joinedload(Cohort.site)).where(Cohort.slug == slug)
    )


def title_of(cohort_id: int) -> str:
    """The title of a cohort."""
    return db.session.scalars(select(Cohort.title).where(Cohort.id == cohort_id)).one()


def slug_of(cohort_id: int) -> str:
    """The slug of a cohort."""
    return db.session.scalars(select(Cohort.slug).where(Cohort.id == cohort_id)).one()


def _staffed_by(person_id: int) -> ColumnElement[bool]:
    return exists().where(
        StaffMembership.cohort_id == Cohort.id,
        StaffMembership.person_id == person_id,
        StaffMembership.ended_at.is_(None),
    )


def _granted_to(person_id: int) -> ColumnElement[bool]:
    return exists().where(
        CoordinatorGrant.person_id == person_id,
        CoordinatorGrant.revoked_at.is_(None),
        or_(CoordinatorGrant.site_id == Cohort.site_id, CoordinatorGrant.programme_id == Cohort.programme_id),
    )


def _attended_by(person_id: int) -> ColumnElement[bool]:
    return exists().where(
        Enrolment.cohort_id == Cohort.id,
        Enrolment.person_id == person_id,
        Enrolment.state != EnrolmentState.WITHDRAWN,
    )


def cohorts_of(person: Person) -> Select[Any]:
    """The cohorts a person has a part in (an administrator: all), those that run first, then the latest."""
    query = select(Cohort).order_by(
        (Cohort.state != CohortState.RUNNING),
        (Cohort.state == CohortState.ARCHIVED),
        Cohort.starts_on.desc(),
        Cohort.id,
    )
    if person.is_administrator:
        return query
    return query.where(or_(_attended_by(person.id), _staffed_by(person.id), _granted_to(person.id)))


def cohort_list(person: Person, search: str = "", state: str = "", programme_id: int | None = None) -> Select[Any]:
    """``cohorts_of`` with programme and site, and with filters."""
    query = cohorts_of(person).options(joinedload(Cohort.programme), joinedload(Cohort.site))
    for word in search.split()[:6]:
        query = query.where(Cohort.title.ilike(f"%{escape_like(word)}%", escape="\\"))
    if state in set(CohortState):
        query = query.where(Cohort.state == CohortState(state))
    if programme_id is not None:
        query = query.where(Cohort.programme_id == programme_id)
    return query


def trainee_counts(cohort_ids: Iterable[int]) -> dict[int, int]:
    """How many places are taken, by cohort; cohorts without trainees are left out."""
    rows = db.session.execute(
        select(Enrolment.cohort_id, func.count())
        .where(Enrolment.cohort_id.in_(list(cohort_ids)), Enrolment.state != EnrolmentState.WITHDRAWN)
        .group_by(Enrolment.cohort_id)
    )
    return {row[0]: row[1] for row in rows}


def invited_count(cohort_id: int) -> int:
    """How many active trainees have not taken their account into use."""
    query = (
        select(func.count())
        .select_from(Enrolment)
        .join(Person)
        .where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.state == EnrolmentState.ACTIVE,
            Person.password_hash.is_(None),
        )
    )
    return db.session.scalar(query) or 0


def state_changes(cohort_id: int) -> list[CohortStateChange]:
    """The life of a cohort, latest first."""
    query = select(CohortStateChange).options(joinedload(CohortStateChange.by))
    return list(
        db.session.scalars(query.where(CohortStateChange.cohort_id == cohort_id).order_by(CohortStateChange.id.desc()))
    )


def roster(cohort_id: int, search: str = "", state: str = "", sort: str = "name") -> Select[Any]:
    """The trainees of a cohort with their people; ``state`` is one of EnrolmentState, ``invited`` or empty for all."""
    orders = {
        "name": (Person.last_name, Person.first_name),
        "id": (Enrolment.student_id,),
        "email": (Person.email,),
    }
    columns = orders.get(sort.lstrip("-"), orders["name"])
    ordering = [column.desc() if sort.startswith("-") else column.asc() for column in columns]
    query = (
        select(Enrolment)
        .join(Enrolment.person)
        .options(joinedload(Enrolment.person))
        .where(Enrolment.cohort_id == cohort_id)
        .order_by(*ordering, Enrolment.id)
    )
    for word in search.split()[:6]:
        like = f"%{escape_like(word)}%"
        columns_searched = (Person.first_name, Person.last_name, Person.email, Enrolment.student_id)
        query = query.where(or_(*(column.ilike(like, escape="\\") for column in columns_searched)))
    if state == "invited":
        query = query.where(Enrolment.state == EnrolmentState.ACTIVE, Person.password_hash.is_(None))
    elif state in set(EnrolmentState):
        query = query.where(Enrolment.state == EnrolmentState(state))
    return query


def all_enrolments(cohort_id: int) -> list[Enrolment]:
    """Everybody who is or was in the roster, with their people, by id."""
    query = select(Enrolment).options(joinedload(Enrolment.person)).where(Enrolment.cohort_id == cohort_id)
    return list(db.session.scalars(query.order_by(Enrolment.student_id, Enrolment.id)))


def roster_for_export(cohort_id: int) -> list[Enrolment]:
    """Who is in the roster now, by id: what an import of the same file would find."""
    query = (
        select(Enrolment)
        .options(joinedload(Enrolment.person))
        .where(Enrolment.cohort_id == cohort_id, Enrolment.state != EnrolmentState.WITHDRAWN)
    )
    return list(db.session.scalars(query.order_by(Enrolment.student_id, Enrolment.id)))


def editable_people(by: Person, people: list[Person]) -> set[int]:
    """The ids of those whose names and address ``by`` may change: rules.can_hold_link for many, in three queries."""
    candidates = {person.id for person in people if person.password_hash is None and not person.is_disabled}
    if by.is_administrator or not candidates:
        return candidates
    candidates -= {person.id for person in people if person.is_administrator}
    granted = select(CoordinatorGrant.person_id).where(CoordinatorGrant.revoked_at.is_(None))
    candidates -= set(db.session.scalars(granted.distinct()))
    mine = select(Cohort.id).where(or_(_coordinated_by(by.id), _granted_to(by.id)))
    for model in (Enrolment, StaffMembership):
        elsewhere = select(model.person_id).where(model.cohort_id.not_in(mine)).distinct()
        candidates -= set(db.session.scalars(elsewhere))
    return candidates


def _coordinated_by(person_id: int) -> ColumnElement[bool]:
    return and_(
        exists().where(
            StaffMembership.cohort_id == Cohort.id,
            StaffMembership.person_id == person_id,
            StaffMembership.role == StaffRole.COORDINATOR,
            StaffMembership.ended_at.is_(None),
        )
    )


def enrolment_in(cohort_id: int, enrolment_id: int) -> Enrolment | None:
    """An enrolment of a cohort with its person and cohort."""
    return db.session.scalar(
        select(Enrolment)
        .options(joinedload(Enrolment.person), joinedload(Enrolment.cohort))
        .where(Enrolment.id == enrolment_id, Enrolment.cohort_id == cohort_id)
    )


def own_enrolment(cohort_id: int, person_id: int) -> Enrolment | None:
    """A person's own place in a cohort, unless withdrawn."""
    return db.session.scalar(
        select(Enrolment).where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.person_id == person_id,
            Enrolment.state != EnrolmentState.WITHDRAWN,
        )
    )


def enrolment_changes(enrolment_id: int) -> list[EnrolmentChange]:
    """The history of an enrolment, latest first."""
    query = select(EnrolmentChange).options(joinedload(EnrolmentChange.by))
    return list(
        db.session.scalars(
            query.where(EnrolmentChange.enrolment_id == enrolment_id).order_by(EnrolmentChange.id.desc())
        )
    )


def present_staff(cohort_id: int) -> list[StaffMembership]:
    """Who works in a cohort now, coordinators first, with their people."""
    query = select(StaffMembership).join(StaffMembership.person).options(joinedload(StaffMembership.person))
    query = query.where(StaffMembership.cohort_id == cohort_id, StaffMembership.ended_at.is_(None))
    return list(db.session.scalars(query.order_by(StaffMembership.role.desc(), Person.last_name, Person.first_name)))


def past_staff(cohort_id: int) -> list[StaffMembership]:
    """Who worked in a cohort before, latest first."""
    query = select(StaffMembership).options(joinedload(StaffMembership.person))
    query = query.where(StaffMembership.cohort_id == cohort_id, StaffMembership.ended_at.is_not(None))
    return list(db.session.scalars(query.order_by(StaffMembership.ended_at.desc())))


def membership_in(cohort_id: int, membership_id: int) -> StaffMembership | None:
    """A line of a cohort's staff with its person."""
    return db.session.scalar(
        select(StaffMembership)
        .options(joinedload(StaffMembership.person))
        .where(StaffMembership.id == membership_id, StaffMembership.cohort_id == cohort_id)
    )


def import_in(cohort_id: int, import_id: int) -> RosterImport | None:
    """A roster import of a cohort."""
    return db.session.scalar(
        select(RosterImport).where(RosterImport.id == import_id, RosterImport.cohort_id == cohort_id)
    )


def programme_by_slug(slug: str) -> Programme | None:
    """A programme."""
    return db.session.scalar(select(Programme).where(Programme.slug == slug))


def programmes() -> list[Programme]:
    """All programmes by title."""
    return list(db.session.scalars(select(Programme).order_by(Programme.title)))


def programmes_seen_by(person: Person) -> Select[Any]:
    """The programmes a person has a part in; for administrators and coordinators of a site all of them."""
    query = select(Programme).order_by(Programme.title, Programme.id)
    if person.is_administrator:
        return query
    at_site = exists().where(
        CoordinatorGrant.person_id == person.id,
        CoordinatorGrant.revoked_at.is_(None),
        CoordinatorGrant.site_id.is_not(None),
    )
    named = exists().where(
        CoordinatorGrant.person_id == person.id,
        CoordinatorGrant.revoked_at.is_(None),
        CoordinatorGrant.programme_id == Programme.id,
    )
    works_in = exists().where(Cohort.programme_id == Programme.id, _staffed_by(person.id))
    return query.where(or_(at_site, named, works_in, Programme.created_by_id == person.id))


def cohort_counts_by_programme(programme_ids: Iterable[int]) -> dict[int, int]:
    """How many cohorts a programme has; those without are left out."""
    rows = db.session.execute(
        select(Cohort.programme_id, func.count())
        .where(Cohort.programme_id.in_(list(programme_ids)))
        .group_by(Cohort.programme_id)
    )
    return {row[0]: row[1] for row in rows}


def sites() -> list[Site]:
    """All sites by name."""
    return list(db.session.scalars(select(Site).order_by(Site.name)))


def grants() -> list[CoordinatorGrant]:
    """The coordinators named for sites and programmes at present, by name."""
    query = (
        select(CoordinatorGrant)
        .join(CoordinatorGrant.person)
        .options(
            joinedload(CoordinatorGrant.person),
            joinedload(CoordinatorGrant.site),
            joinedload(CoordinatorGrant.programme),
        )
        .where(CoordinatorGrant.revoked_at.is_(None))
    )
    return list(db.session.scalars(query.order_by(Person.last_name, Person.first_name, CoordinatorGrant.id)))
