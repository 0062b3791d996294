"""Courses, their versions, and what is in a version."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.curriculum.models import Assignment, AssignmentNotebook, Course, CourseVersion, Lesson, Module
from app.platform.database import db


def course_by_slug(slug: str) -> Course | None:
    """A course, or None."""
    return db.session.scalar(select(Course).where(Course.slug == slug))


def current_version(course: Course) -> CourseVersion | None:
    """The present version of a course with its course, modules, lessons and assignments (no notebooks)."""
    newest = select(func.max(CourseVersion.number)).where(CourseVersion.course_id == course.id).scalar_subquery()
    return db.session.scalar(_with_modules(CourseVersion.course_id == course.id, CourseVersion.number == newest))


def version_by_number(course: Course, number: int) -> CourseVersion | None:
    """A version of a course by its number, loaded as the present one is."""
    return db.session.scalar(_with_modules(CourseVersion.course_id == course.id, CourseVersion.number == number))


def version_with_modules(version_id: int) -> CourseVersion | None:
    """A version by its id, loaded as the present one is."""
    return db.session.scalar(_with_modules(CourseVersion.id == version_id))


def _with_modules(*conditions: Any) -> Select[CourseVersion]:
    return (
        select(CourseVersion)
        .where(*conditions)
        .options(
            joinedload(CourseVersion.course),
            selectinload(CourseVersion.modules).options(selectinload(Module.lessons), selectinload(Module.assignments)),
            selectinload(CourseVersion.assignments),
        )
    )


def catalogue() -> list[CourseVersion]:
    """The present version of every course that is not archived, by title, with course and modules."""
    other = aliased(CourseVersion)
    newest = (
        select(func.max(other.number))
        .where(other.course_id == CourseVersion.course_id)
        .correlate(CourseVersion)
        .scalar_subquery()
    )
    return list(
        db.session.scalars(
            select(CourseVersion)
            .join(CourseVersion.course)
            .where(CourseVersion.number == newest, Course.is_archived.is_(False))
            .order_by(CourseVersion.title)
            .options(joinedload(CourseVersion.course), selectinload(CourseVersion.modules))
        )
    )


def assignment_with_notebooks(assignment_id: int) -> Assignment | None:
    """An assignment with its version, course, module, notebooks and their tasks."""
    return db.session.scalar(
        select(Assignment)
        .where(Assignment.id == assignment_id)
        .options(
            joinedload(Assignment.version).joinedload(CourseVersion.course),
            joinedload(Assignment.module),
            selectinload(Assignment.notebooks).selectinload(AssignmentNotebook.tasks),
        )
    )


def same_assignment_in(version: CourseVersion, assignment: Assignment) -> Assignment | None:
    """The assignment of the same name in another version of its course, with notebooks and tasks; None where it is gone."""
    return db.session.scalar(
        select(Assignment)
        .where(Assignment.version_id == version.id, Assignment.slug == assignment.slug)
        .options(
            joinedload(Assignment.version).joinedload(CourseVersion.course),
            joinedload(Assignment.module),
            selectinload(Assignment.notebooks).selectinload(AssignmentNotebook.tasks),
        )
    )


def lesson_of(version: CourseVersion, module: str, lesson: str) -> Lesson | None:
    """A lesson of a version by the slugs of its module and its own, with its module."""
    return db.session.scalar(
        select(Lesson)
        .join(Lesson.module)
        .where(Module.version_id == version.id, Module.slug == module, Lesson.slug == lesson)
        .options(joinedload(Lesson.module))
    )
