"""Reads for laying courses: what can be laid over a cohort's calendar, what of it is there already, what was laid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.assignments.models import Release, Submission
from app.assignments.schedule_models import Schedule, ScheduleItem
from app.cohorts.models import Cohort
from app.curriculum.models import Assignment, Course, CourseVersion, Module
from app.platform.database import db


@dataclass(frozen=True, slots=True)
class Step:
    """A module of the course (or an assignment that belongs to none), which takes its place in the calendar."""

    title: str
    hours: float
    assignments: list[Assignment] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CourseToLay:
    """The present version of a course for a cohort, with the cohort's releases of it by assignment slug.

    ``attempts``: ids of those releases that somebody has handed in to.
    """

    cohort: Cohort
    version: CourseVersion
    steps: list[Step]
    releases: dict[str, Release]
    attempts: frozenset[int]

    @property
    def cohort_id(self) -> int:
        """The cohort's: permissions look for it on every row."""
        return self.cohort.id

    @property
    def slug(self) -> str:
        """The course's."""
        return self.version.course.slug

    def is_free(self, assignment: Assignment) -> bool:
        """Whether laying would release it: it is not there yet, or was withdrawn before anybody handed in."""
        release = self.releases.get(assignment.slug)
        return release is None or self.comes_back(release)

    def comes_back(self, release: Release) -> bool:
        """Whether laying would bring a withdrawn release back."""
        return release.withdrawn_at is not None and release.id not in self.attempts

    @property
    def first_free(self) -> int:
        """The index of the first step with something to release; 0 where there is none."""
        free = (index for index, step in enumerate(self.steps) if any(map(self.is_free, step.assignments)))
        return next(free, 0)


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course in the list of those that can be laid."""

    slug: str
    title: str
    hours: float
    modules: int
    assignments: int
    released: int


def course_to_lay(cohort: Cohort, course_slug: str, *, lock: bool = False) -> CourseToLay | None:
    """The course's present version with all that laying it needs; None for an unknown or archived one.

    ``lock``: keep others from laying over the same cohort until the transaction ends.
    """
    if lock:
        db.session.execute(select(Cohort.id).where(Cohort.id == cohort.id).with_for_update())
    version = db.session.scalar(
        select(CourseVersion)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Course.slug == course_slug, Course.is_archived.is_(False))
        .order_by(CourseVersion.number.desc())
        .limit(1)
        .options(
            joinedload(CourseVersion.course),
            selectinload(CourseVersion.modules).selectinload(Module.assignments),
            selectinload(CourseVersion.assignments),
        )
    )
    if version is None:
        return None
    steps = [Step(module.title, module.hours, list(module.assignments)) for module in version.modules]
    steps += [Step(each.title, 0, [each]) for each in version.assignments if each.module_id is None]
    keys = [f"{course_slug}/{each.slug}" for each in version.assignments]
    found = db.session.scalars(
        select(Release).where(Release.cohort_id == cohort.id, Release.assignment_key.in_(keys))
    ).all()
    releases = {release.assignment_key.removeprefix(f"{course_slug}/"): release for release in found}
    return CourseToLay(cohort, version, steps, releases, with_attempts([release.id for release in found]))


def with_attempts(release_ids: Sequence[int]) -> frozenset[int]:
    """Those releases that somebody has handed in to."""
    return frozenset(
        db.session.scalars(select(Submission.release_id).where(Submission.release_id.in_(release_ids)).distinct())
    )


def courses_to_lay(cohort: Cohort) -> list[CourseLine]:
    """The courses of the catalogue, with how much of each the cohort has; the same number of queries for any number."""
    other = aliased(CourseVersion)
    newest = select(func.max(other.number)).where(other.course_id == Course.id).correlate(Course).scalar_subquery()
    present = set(
        db.session.scalars(
            select(Release.assignment_key).where(Release.cohort_id == cohort.id, Release.withdrawn_at.is_(None))
        )
    )
    versions = db.session.scalars(
        select(CourseVersion)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Course.is_archived.is_(False), CourseVersion.number == newest)
        .order_by(CourseVersion.title, CourseVersion.id)
        .options(
            joinedload(CourseVersion.course),
            selectinload(CourseVersion.modules),
            selectinload(CourseVersion.assignments),
        )
    )
    return [
        CourseLine(
            slug=version.course.slug,
            title=version.title,
            hours=version.hours,
            modules=len(version.modules),
            assignments=len(version.assignments),
            released=sum(f"{version.course.slug}/{each.slug}" in present for each in version.assignments),
        )
        for version in versions
        if version.assignments
    ]


def laid_schedules(cohort_id: int) -> list[Schedule]:
    """What was laid over a cohort's calendar and not undone, the latest first."""
    return list(
        db.session.scalars(
            select(Schedule)
            .where(Schedule.cohort_id == cohort_id, Schedule.undone_at.is_(None))
            .order_by(Schedule.laid_at.desc(), Schedule.id.desc())
            .options(joinedload(Schedule.course_version), joinedload(Schedule.laid_by), selectinload(Schedule.items))
        )
    )


def schedule_by_id(schedule_id: int) -> Schedule | None:
    """One laying with its releases."""
    return db.session.scalar(
        select(Schedule)
        .where(Schedule.id == schedule_id)
        .options(joinedload(Schedule.course_version), selectinload(Schedule.items).joinedload(ScheduleItem.release))
    )
