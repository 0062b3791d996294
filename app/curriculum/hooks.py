"""What higher features add to the pages of courses: who teaches, how far a person is, what can be done with an assignment.

They register functions in their ``install``; each is called once a page, for all courses of the page together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class AssignmentProgress:
    """Where a person is with an assignment. ``state`` is a word of components/status.html; points as far as known."""

    state: str
    url: str = ""
    due_at: datetime | None = None
    score: float | None = None
    max_score: float | None = None


@dataclass(frozen=True, slots=True)
class CourseProgress:
    """Where a person is in a course: ``done`` of ``total`` assignments, what is next, and each assignment by its slug."""

    done: int
    total: int
    next_label: str = ""
    next_url: str = ""
    assignments: dict[str, AssignmentProgress] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """Something a person can do with an assignment, such as release it to a cohort."""

    label: Any
    url: str


ProgressOf = Callable[[Any, set[int]], dict[int, CourseProgress]]
TeachersOf = Callable[[Any, set[int]], dict[int, list[Any]]]
LinksOf = Callable[[Any, set[int]], dict[int, list[Link]]]

_progress: list[ProgressOf] = []
_teachers: list[TeachersOf] = []
_links: list[LinksOf] = []


def progress_source(source: ProgressOf) -> ProgressOf:
    """Register ``(person, course ids) -> {course id: CourseProgress}`` for the courses the person learns."""
    if source not in _progress:
        _progress.append(source)
    return source


def teachers_source(source: TeachersOf) -> TeachersOf:
    """Register ``(viewer, course ids) -> {course id: persons}``: who teaches the course to the viewer, or at all for staff."""
    if source not in _teachers:
        _teachers.append(source)
    return source


def assignment_links(source: LinksOf) -> LinksOf:
    """Register ``(person, assignment ids) -> {assignment id: links}``; only what the person may do."""
    if source not in _links:
        _links.append(source)
    return source


def progress_of(person: Any, course_ids: set[int]) -> dict[int, CourseProgress]:
    """The person's progress by course id, from all sources; courses the person does not learn are left out."""
    found: dict[int, CourseProgress] = {}
    for source in _progress:
        found |= source(person, course_ids)
    return found


def teachers_of(viewer: Any, course_ids: set[int]) -> dict[int, list[Any]]:
    """Who teaches, by course id; each person once."""
    found: dict[int, list[Any]] = {}
    for source in _teachers:
        for course_id, people in source(viewer, course_ids).items():
            known = found.setdefault(course_id, [])
            for person in people:
                if person not in known:
                    known.append(person)
    return found


def links_of(person: Any, assignment_ids: set[int]) -> dict[int, list[Link]]:
    """What the person can do, by assignment id."""
    found: dict[int, list[Link]] = {}
    for source in _links:
        for assignment_id, links in source(person, assignment_ids).items():
            found.setdefault(assignment_id, []).extend(links)
    return found
