"""What the homes show, gathered from the features below: each function runs the same queries for few rows and many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Person
from app.assignments.queries.overdue import overdue_by_enrolment
from app.assignments.queries.queue import count_waiting, queue
from app.assignments.queries.releases import ReleaseRow, active_trainees, release_rows
from app.assignments.queries.results import OwnRow, own_rows
from app.assignments.states import ReleasePhase
from app.cohorts.models import Cohort, Enrolment, StaffMembership
from app.cohorts.states import CohortState, EnrolmentState
from app.curriculum.models import Course, CourseVersion, Module
from app.platform import jobs
from app.platform.clock import now
from app.platform.database import db

SOON = timedelta(days=7)
CAME_BACK = 5
BEHIND = 8


@dataclass(frozen=True, slots=True)
class CourseProgress:
    """How many of a course's assignments, as far as they are released to the cohort, a trainee has handed in."""

    title: str
    slug: str
    handed_in: int
    released: int


@dataclass(frozen=True, slots=True)
class TraineeHome:
    """One trainee in one cohort."""

    cohort: Cohort
    next: OwnRow | None
    due: list[OwnRow]
    came_back: list[OwnRow]
    coming: OwnRow | None
    progress: list[CourseProgress]
    lessons: list[Any]
    to_do: int


@dataclass(frozen=True, slots=True)
class Behind:
    """A trainee with overdue work that was not handed in: the facts, for a talk."""

    enrolment: Enrolment
    missing: list[str]
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class StaffHome:
    """One cohort for those who work in it."""

    cohort: Cohort
    trainees: int
    invited: int
    staff: list[Person]
    waiting: int
    oldest: datetime | None
    releases: list[ReleaseRow]
    behind: list[Behind]
    behind_more: int

    def faulty(self) -> list[ReleaseRow]:
        """Releases with latest attempts that could not be graded."""
        return [row for row in self.releases if row.faulty and row.phase is not ReleasePhase.WITHDRAWN]

    def live(self) -> list[ReleaseRow]:
        """Releases that take hand-ins or will open, the next due first."""
        shown = (ReleasePhase.PLANNED, ReleasePhase.OPEN, ReleasePhase.DUE)
        moment = now()
        live = [row for row in self.releases if row.phase in shown]
        return sorted(live, key=lambda row: (row.release.due_at < moment, abs(row.release.due_at - moment)))


@dataclass(frozen=True, slots=True)
class SiteHome:
    """The whole installation, for administrators."""

    people: int
    cohorts: dict[str, int] = field(default_factory=dict)
    courses: int = 0
    jobs: dict[str, int] = field(default_factory=dict)


def enrolment_in(person: Any, cohort_id: int) -> Enrolment | None:
    """The person's place in a cohort, unless it was withdrawn."""
    return db.session.scalar(
        select(Enrolment).where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.person_id == person.id,
            Enrolment.state != EnrolmentState.WITHDRAWN,
        )
    )


def trainee_home(cohort: Cohort, enrolment: Enrolment) -> TraineeHome:
    """What is next, what is due, what came back, what to read."""
    rows = own_rows(enrolment)
    moment = now()
    to_do = [row for row in rows if row.is_to_do]
    # What is still on time comes before what is late already.
    following = min(to_do, key=lambda row: (row.terms.due_at < moment, abs(row.terms.due_at - moment)), default=None)
    due = [row for row in rows if _is_due_soon(row, moment)]
    back = [row for row in rows if row.attempt is not None]
    back.sort(key=_came_back_at, reverse=True)
    planned = [row for row in rows if row.phase is ReleasePhase.PLANNED]
    return TraineeHome(
        cohort=cohort,
        next=following,
        due=[row for row in due if row is not following],
        came_back=back[:CAME_BACK],
        coming=min(planned, key=lambda row: row.terms.opens_at, default=None),
        progress=_progress(rows),
        lessons=_lessons_of(to_do),
        to_do=len(to_do),
    )


def _is_due_soon(row: OwnRow, moment: datetime) -> bool:
    is_taken = row.phase in (ReleasePhase.OPEN, ReleasePhase.DUE)
    return is_taken and (row.is_to_do or row.terms.due_at > moment) and row.terms.due_at < moment + SOON


def _came_back_at(row: OwnRow) -> datetime:
    attempt = row.attempt
    assert attempt is not None
    return max(
        moment
        for moment in (attempt.received_at, attempt.graded_at, attempt.feedback_released_at)
        if moment is not None
    )


def _progress(rows: Sequence[OwnRow]) -> list[CourseProgress]:
    by_course: dict[tuple[str, str], list[OwnRow]] = defaultdict(list)
    for row in rows:
        if row.phase is not ReleasePhase.PLANNED:
            slug = row.release.assignment_key.partition("/")[0]
            by_course[(row.release.assignment.version.title, slug)].append(row)
    return [
        CourseProgress(title, slug, sum(1 for row in own if row.attempt is not None), len(own))
        for (title, slug), own in sorted(by_course.items())
    ]


def _lessons_of(rows: Sequence[OwnRow]) -> list[Module]:
    """The modules, with their lessons and course, of what is to do."""
    ids = {row.release.assignment.module_id for row in rows if row.release.assignment.module_id}
    found = db.session.scalars(
        select(Module)
        .where(Module.id.in_(ids))
        .order_by(Module.version_id, Module.position)
        .options(selectinload(Module.lessons), joinedload(Module.version).joinedload(CourseVersion.course))
    )
    return [module for module in found if module.lessons]


def staff_home(cohort: Cohort) -> StaffHome:
    """What waits, how the releases stand, who is behind and from which facts."""
    behind = behind_in(cohort)
    oldest = _oldest_waiting(cohort.id)
    return StaffHome(
        cohort=cohort,
        trainees=active_trainees(cohort.id),
        invited=_invited(cohort.id),
        staff=_staff(cohort.id),
        waiting=count_waiting(cohort.id),
        oldest=oldest,
        releases=release_rows(cohort),
        behind=behind[:BEHIND],
        behind_more=max(0, len(behind) - BEHIND),
    )


def behind_in(cohort: Cohort) -> list[Behind]:
    """Active trainees with overdue work they never handed in, most of it first. Extensions move the due time."""
    missing = overdue_by_enrolment(cohort.id)
    rows = db.session.scalars(
        select(Enrolment)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.state == EnrolmentState.ACTIVE)
        .options(joinedload(Enrolment.person))
    )
    found = [Behind(row, missing[row.id], row.person.last_seen_at) for row in rows if missing.get(row.id)]
    return sorted(found, key=lambda each: (-len(each.missing), each.enrolment.person.last_name))


def _oldest_waiting(cohort_id: int) -> datetime | None:
    return next((row.received_at for row in queue(cohort_id, limit=1)), None)


def _invited(cohort_id: int) -> int:
    """Active trainees who have not set a password yet."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Enrolment)
            .join(Person, Person.id == Enrolment.person_id)
            .where(
                Enrolment.cohort_id == cohort_id,
                Enrolment.state == EnrolmentState.ACTIVE,
                Person.password_hash.is_(None),
            )
        )
        or 0
    )


def _staff(cohort_id: int) -> list[Person]:
    return list(
        db.session.scalars(
            select(Person)
            .where(
                Person.id.in_(
                    select(StaffMembership.person_id).where(
                        StaffMembership.cohort_id == cohort_id, StaffMembership.ended_at.is_(None)
                    )
                )
            )
            .order_by(Person.last_name, Person.first_name)
        )
    )


def site_home() -> SiteHome:
    """Counts of the whole installation."""
    cohorts = db.session.execute(select(Cohort.state, func.count()).group_by(Cohort.state))
    return SiteHome(
        people=db.session.scalar(select(func.count()).select_from(Person).where(Person.is_disabled.is_(False))) or 0,
        cohorts={state.value: count for state, count in cohorts},
        courses=db.session.scalar(select(func.count()).select_from(Course).where(Course.is_archived.is_(False))) or 0,
        jobs=jobs.counts(),
    )


def week_of(cohort: Cohort, moment: datetime) -> tuple[int, int] | None:
    """(present week, all weeks) of a cohort, counted from its first day; None before and after it."""
    day = moment.date()
    if cohort.state is not CohortState.RUNNING or not cohort.starts_on <= day <= cohort.ends_on:
        return None
    return (day - cohort.starts_on).days // 7 + 1, (cohort.ends_on - cohort.starts_on).days // 7 + 1
