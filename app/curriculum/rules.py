"""Who may read courses, see their sources and bring them in; who may see a person's skills."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.curriculum.models import Course
from app.platform.permissions import SIGNED_IN, STAFF, Role, declare, role_source

COURSE_READ = declare("course.read", *SIGNED_IN)
COURSE_SOURCE = declare("course.source", *STAFF)
COURSE_IMPORT = declare("course.import", *STAFF)
SKILLS_READ = declare("skills.read", *SIGNED_IN)


class Catalogue:
    """Stands for the catalogue as a whole, where a page is about no single course."""


CATALOGUE = Catalogue()

_teaching: list[Callable[[Any], set[Role]]] = []
_viewing: list[Callable[[Any, Any], bool]] = []


def teaching_source(source: Callable[[Any], set[Role]]) -> Callable[[Any], set[Role]]:
    """Register ``person -> roles``: courses belong to no cohort, so who teaches or coordinates anywhere is staff of them."""
    if source not in _teaching:
        _teaching.append(source)
    return source


def viewing_source(source: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """Register ``(viewer, person) -> bool``: who else may see a person's skills, such as the coaches of their cohort."""
    if source not in _viewing:
        _viewing.append(source)
    return source


@role_source
def course_roles(person: Any, subject: Any) -> set[Role]:
    """The roles a person has somewhere, for courses and the catalogue; nothing for other rows."""
    if not isinstance(subject, Course | Catalogue):
        return set()
    return set().union(*(source(person) for source in _teaching))


def can_see_skills(viewer: Any, person: Any) -> bool:
    """Whether ``viewer`` may see the skills of ``person``: their own, an administrator, or their staff."""
    return bool(viewer.id == person.id or viewer.is_administrator or any(source(viewer, person) for source in _viewing))
