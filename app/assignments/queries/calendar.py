"""Reads for calendars: what opens and is due for a person, with the times that hold for them, and for a whole cohort."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.assignments.assessment_models import Extension
from app.assignments.lateness import Terms, terms_of
from app.assignments.models import Release
from app.assignments.queries.terms import terms_of_enrolment
from app.assignments.schedule_models import CalendarFeed
from app.cohorts.models import Cohort, CoordinatorGrant, Enrolment, StaffMembership
from app.cohorts.states import CohortState, EnrolmentState
from app.curriculum.models import Assignment
from app.platform.clock import now
from app.platform.database import db
from app.platform.tokens import hash_secret
from app.teams.models import TeamMembership


@dataclass(frozen=True, slots=True)
class Item:
    """A release as one person has it. ``revision`` grows and ``changed_at`` moves with each change of what is said here."""

    release: Release
    terms: Terms
    is_staff: bool
    revision: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a calendar: a release opens, or is due."""

    kind: str
    at: datetime
    item: Item

    @property
    def release(self) -> Release:
        """What it is about."""
        return self.item.release


def entries_of(items: Iterable[Item]) -> list[Entry]:
    """What a calendar shows, by time: due times, and openings (a trainee's only while they are still to come)."""
    moment = now()
    entries = []
    for item in items:
        if item.is_staff or item.terms.opens_at > moment:
            entries.append(Entry("opens", item.terms.opens_at, item))
        if not item.terms.is_excused:
            entries.append(Entry("due", item.terms.due_at, item))
    return sorted(entries, key=lambda entry: (entry.at, entry.release.id, entry.kind))


def items_of_cohort(cohort_id: int) -> list[Item]:
    """All releases of a cohort with their own times, as its staff see them."""
    return [_of_staff(release) for release in _releases(Release.cohort_id == cohort_id)]


def items_of_person(person: Any) -> list[Item]:
    """What a person has in the cohorts that are not archived: as trainee with own extensions, as staff everything.

    Administrators see here the cohorts that they themselves work in. Two queries for each cohort one learns in.
    """
    enrolments = {
        enrolment.cohort_id: enrolment
        for enrolment in db.session.scalars(
            select(Enrolment).where(Enrolment.person_id == person.id, Enrolment.state != EnrolmentState.WITHDRAWN)
        )
    }
    staffed = set(db.session.scalars(_staffed(person.id)))
    cohorts = staffed | set(enrolments)
    found: dict[int, list[Release]] = defaultdict(list)
    if cohorts:
        for release in _releases(Release.cohort_id.in_(cohorts)):
            found[release.cohort_id].append(release)
    items = []
    for cohort_id, releases in found.items():
        if cohort_id in staffed:
            items += [_of_staff(release) for release in releases]
        else:
            items += _of_trainee(releases, enrolments[cohort_id])
    return items


def owner_of_feed(secret: str) -> CalendarFeed | None:
    """The feed that a secret opens, with its person; None for an unknown or ended one, or a disabled person."""
    feed = db.session.scalar(
        select(CalendarFeed)
        .where(CalendarFeed.secret_hash == hash_secret(secret))
        .options(joinedload(CalendarFeed.person))
    )
    return feed if feed is not None and not feed.person.is_disabled else None


def feed_of(person: Any) -> CalendarFeed | None:
    """The person's feed, where one was made."""
    return db.session.get(CalendarFeed, person.id)


def _staffed(person_id: int) -> Any:
    granted = (
        select(CoordinatorGrant.id)
        .where(
            CoordinatorGrant.person_id == person_id,
            CoordinatorGrant.revoked_at.is_(None),
            or_(
                CoordinatorGrant.site_id == Cohort.site_id,
                CoordinatorGrant.programme_id == Cohort.programme_id,
            ),
        )
        .correlate(Cohort)
        .exists()
    )
    member = (
        select(StaffMembership.id)
        .where(
            StaffMembership.cohort_id == Cohort.id,
            StaffMembership.person_id == person_id,
            StaffMembership.ended_at.is_(None),
        )
        .correlate(Cohort)
        .exists()
    )
    return select(Cohort.id).where(or_(member, granted))


def _releases(*conditions: ColumnElement[bool]) -> Sequence[Release]:
    return db.session.scalars(
        select(Release)
        .join(Cohort, Cohort.id == Release.cohort_id)
        .where(Release.withdrawn_at.is_(None), Cohort.state != CohortState.ARCHIVED, *conditions)
        .order_by(Release.due_at, Release.id)
        .options(
            joinedload(Release.cohort),
            joinedload(Release.assignment).joinedload(Assignment.version),
            joinedload(Release.assignment).joinedload(Assignment.module),
        )
    ).all()


def _of_staff(release: Release) -> Item:
    return Item(release, terms_of(release), True, release.version - 1, release.changed_at)


def _of_trainee(releases: list[Release], enrolment: Enrolment) -> list[Item]:
    terms = terms_of_enrolment(releases, enrolment.id)
    teams = select(TeamMembership.team_id).where(TeamMembership.enrolment_id == enrolment.id)
    # Each extension given and each one taken back is a change of what holds for its trainee.
    changes = {
        release_id: (given + revoked, max(filter(None, (last_given, last_revoked))))
        for release_id, given, revoked, last_given, last_revoked in db.session.execute(
            select(
                Extension.release_id,
                func.count(),
                func.count(Extension.revoked_at),
                func.max(Extension.given_at),
                func.max(Extension.revoked_at),
            )
            .where(
                Extension.release_id.in_([release.id for release in releases]),
                or_(
                    Extension.enrolment_id == enrolment.id,
                    Extension.team_id.in_(teams),
                    and_(Extension.enrolment_id.is_(None), Extension.team_id.is_(None)),
                ),
            )
            .group_by(Extension.release_id)
        )
    }
    return [
        Item(
            release,
            terms[release.id],
            False,
            release.version - 1 + changes.get(release.id, (0, None))[0],
            max(release.changed_at, changes.get(release.id, (0, release.changed_at))[1]),
        )
        for release in releases
    ]
