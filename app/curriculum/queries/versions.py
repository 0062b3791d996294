"""The versions of a course, and the imports that were asked for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.models import Person
from app.curriculum.models import Course, CourseVersion
from app.platform.database import db
from app.platform.jobs import Job


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version and who brought it in (None: the system)."""

    version: CourseVersion
    by: Person | None


def versions_of(course: Course) -> list[VersionLine]:
    """All versions of a course, newest first."""
    rows = db.session.execute(
        select(CourseVersion, Person)
        .outerjoin(Person, Person.id == CourseVersion.created_by_id)
        .where(CourseVersion.course_id == course.id)
        .order_by(CourseVersion.number.desc())
    )
    return [VersionLine(version, person) for version, person in rows]


def import_job(job_id: int, kind: str) -> Job | None:
    """An import that was asked for, as its job."""
    return db.session.scalar(select(Job).where(Job.id == job_id, Job.kind == kind))
