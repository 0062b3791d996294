"""Reads of releases: lists with counts, what can be released, who has handed in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.accounts.models import Person
from app.assignments.models import Release, Submission, SubmissionMember
from app.assignments.rules import phase_of
from app.assignments.states import ReleasePhase, SubmissionState
from app.cohorts.models import Cohort, Enrolment
from app.cohorts.states import EnrolmentState
from app.curriculum.models import Assignment, Course, CourseFile, CourseVersion, Module
from app.curriculum.queries.files import folder_of
from app.platform.database import db


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release in the staff's list: where it stands, and how many trainees handed in (latest attempts by state)."""

    release: Release
    phase: ReleasePhase
    handed_in: int
    states: dict[SubmissionState, int] = field(default_factory=dict)

    @property
    def waiting(self) -> int:
        """Latest attempts that wait for a coach."""
        return self.states.get(SubmissionState.WAITS_FOR_COACH, 0)

    @property
    def faulty(self) -> int:
        """Latest attempts that could not be graded."""
        return self.states.get(SubmissionState.NOT_GRADABLE, 0)


@dataclass(frozen=True, slots=True)
class TraineeRow:
    """A trainee of the cohort with the latest attempt at a release, if there is one."""

    enrolment: Enrolment
    attempt: Submission | None


def cohort_by_slug(slug: str) -> Cohort | None:
    """The cohort of an address."""
    return db.session.scalar(select(Cohort).where(Cohort.slug == slug).options(joinedload(Cohort.programme)))


def release_by_id(release_id: int) -> Release | None:
    """A release with its cohort, assignment, module, course version and notebooks."""
    return db.session.scalar(
        select(Release)
        .where(Release.id == release_id)
        .options(
            joinedload(Release.cohort),
            joinedload(Release.assignment).joinedload(Assignment.module).selectinload(Module.lessons),
            joinedload(Release.assignment).joinedload(Assignment.version).joinedload(CourseVersion.course),
            joinedload(Release.assignment).selectinload(Assignment.notebooks),
        )
    )


def enrolment_of(person: Any, cohort_id: int) -> Enrolment | None:
    """The person's place in a cohort, whatever its state."""
    return db.session.scalar(
        select(Enrolment)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.person_id == person.id)
        .options(joinedload(Enrolment.person))
    )


def releases_of_cohort(cohort_id: int, *, with_withdrawn: bool = False) -> list[Release]:
    """The releases of a cohort by due time, with their course."""
    query = (
        select(Release)
        .where(Release.cohort_id == cohort_id)
        .order_by(Release.due_at, Release.id)
        .options(
            joinedload(Release.assignment).joinedload(Assignment.version),
            joinedload(Release.assignment).joinedload(Assignment.module),
        )
    )
    if not with_withdrawn:
        query = query.where(Release.withdrawn_at.is_(None))
    return list(db.session.scalars(query))


def latest_attempts(*conditions: Any) -> Any:
    """Subquery of the latest attempt's id of each active trainee at each release."""
    return (
        select(
            Submission.release_id,
            SubmissionMember.enrolment_id,
            func.max(Submission.id).label("submission_id"),
        )
        .join(SubmissionMember, SubmissionMember.submission_id == Submission.id)
        .join(Enrolment, Enrolment.id == SubmissionMember.enrolment_id)
        .where(Enrolment.state == EnrolmentState.ACTIVE, *conditions)
        .group_by(Submission.release_id, SubmissionMember.enrolment_id)
        .subquery()
    )


def release_rows(cohort: Cohort) -> list[ReleaseRow]:
    """All releases of a cohort with counts, for staff; the same number of queries for any number of them."""
    latest = latest_attempts(Submission.cohort_id == cohort.id)
    attempt = aliased(Submission)
    counted = db.session.execute(
        select(attempt.release_id, attempt.state, func.count())
        .join(latest, latest.c.submission_id == attempt.id)
        .group_by(attempt.release_id, attempt.state)
    )
    states: dict[int, dict[SubmissionState, int]] = defaultdict(dict)
    for release_id, state, count in counted:
        states[release_id][state] = count
    return [
        ReleaseRow(release, phase_of(release), sum(states[release.id].values()), states[release.id])
        for release in releases_of_cohort(cohort.id, with_withdrawn=True)
    ]


def active_trainees(cohort_id: int) -> int:
    """How many trainees a cohort has at present."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Enrolment)
            .where(Enrolment.cohort_id == cohort_id, Enrolment.state == EnrolmentState.ACTIVE)
        )
        or 0
    )


def trainee_rows(release: Release) -> list[TraineeRow]:
    """Every active trainee by name, with the latest attempt."""
    latest = latest_attempts(Submission.release_id == release.id)
    rows = db.session.execute(
        select(Enrolment, Submission)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(latest, latest.c.enrolment_id == Enrolment.id)
        .outerjoin(Submission, Submission.id == latest.c.submission_id)
        .where(Enrolment.cohort_id == release.cohort_id, Enrolment.state == EnrolmentState.ACTIVE)
        .order_by(Person.last_name, Person.first_name, Enrolment.id)
        .options(joinedload(Enrolment.person))
    )
    return [TraineeRow(enrolment, attempt) for enrolment, attempt in rows]


def assignments_to_release(cohort: Cohort) -> list[tuple[CourseVersion, list[Assignment]]]:
    """Assignments of the present version of each course that this cohort does not have yet, by course."""
    other = aliased(CourseVersion)
    newest = select(func.max(other.number)).where(other.course_id == Course.id).correlate(Course).scalar_subquery()
    taken = set(db.session.scalars(select(Release.assignment_key).where(Release.cohort_id == cohort.id)))
    versions = db.session.scalars(
        select(CourseVersion)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Course.is_archived.is_(False), CourseVersion.number == newest)
        .order_by(CourseVersion.title)
        .options(joinedload(CourseVersion.course), selectinload(CourseVersion.assignments))
    )
    found = []
    for version in versions:
        free = [each for each in version.assignments if f"{version.course.slug}/{each.slug}" not in taken]
        if free:
            found.append((version, free))
    return found


def data_file_names(assignment: Assignment) -> list[str]:
    """The data files that lie beside an assignment's notebooks, by their path there."""
    paths = db.session.scalars(select(CourseFile.path).where(CourseFile.assignment_id == assignment.id)).all()
    folder = folder_of(assignment) if paths else ""
    return sorted(path.removeprefix(f"{folder}/") for path in paths)
