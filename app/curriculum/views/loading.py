"""Rows that the curriculum's pages are about, by the arguments of their addresses."""

from __future__ import annotations

from flask import abort

from app.curriculum import queries as read
from app.curriculum.models import Assignment, Course, CourseVersion, Module
from app.curriculum.rules import CATALOGUE, Catalogue


def catalogue() -> Catalogue:
    """The catalogue as a whole."""
    return CATALOGUE


def course(slug: str) -> Course | None:
    """A course."""
    return read.course_by_slug(slug)


def version_of(course: Course, number: int | None = None) -> CourseVersion:
    """The present version, or the one of that number; 404 where there is none."""
    version = read.current_version(course) if number is None else read.version_by_number(course, number)
    return version or abort(404)


def module_of(version: CourseVersion, slug: str) -> Module:
    """A module of a version; 404 where there is none."""
    return next((module for module in version.modules if module.slug == slug), None) or abort(404)


def assignment_of(course: Course, assignment_id: int) -> Assignment:
    """An assignment of any version of the course, with its notebooks; 404 where there is none."""
    found = read.assignment_with_notebooks(assignment_id)
    if found is None or found.version.course_id != course.id:
        abort(404)
    return found
