"""Permissions: a table of who may do what, and the one decorator by which every route states its line of it."""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import abort, current_app, request
from flask_login import current_user

View = TypeVar("View", bound=Callable[..., Any])


class Role(enum.StrEnum):
    """What a person is to a thing. Roles hold in a cohort, except stranger, person and administrator."""

    STRANGER = "stranger"
    PERSON = "person"
    TRAINEE = "trainee"
    COACH = "coach"
    COORDINATOR = "coordinator"
    INSTRUCTOR = "instructor"
    ADMINISTRATOR = "administrator"


EVERYBODY = tuple(Role)
SIGNED_IN = tuple(role for role in Role if role is not Role.STRANGER)
STAFF = (Role.COACH, Role.COORDINATOR, Role.ADMINISTRATOR)

TABLE: dict[str, frozenset[Role]] = {}
_role_sources: list[Callable[[Any, Any], set[Role]]] = []


def declare(permission: str, *roles: Role) -> str:
    """Add a line to the table, such as ``declare("roster.import", Role.COORDINATOR)``; returns the name.

    Raises:
        ValueError: the permission was declared before with other roles.
    """
    line = frozenset(roles)
    if TABLE.setdefault(permission, line) != line:
        raise ValueError(f"{permission} is declared twice with different roles")
    return permission


def role_source(source: Callable[[Any, Any], set[Role]]) -> Callable[[Any, Any], set[Role]]:
    """Register a function ``(person, subject) -> roles``: how a feature says what a person is to a row."""
    if source not in _role_sources:
        _role_sources.append(source)
    return source


def roles_of(person: Any, subject: Any = None) -> frozenset[Role]:
    """All roles that a person has towards a row (a cohort or anything with a ``cohort_id``)."""
    if person is None or not getattr(person, "is_authenticated", False):
        return frozenset({Role.STRANGER})
    roles = {Role.PERSON}
    if person.is_administrator:
        roles.add(Role.ADMINISTRATOR)
    for source in _role_sources:
        roles |= source(person, subject)
    return frozenset(roles)


def can(person: Any, permission: str, subject: Any = None) -> bool:
    """Whether the table lets ``person`` do ``permission`` to ``subject``."""
    return bool(TABLE[permission] & roles_of(person, subject))


def requires(
    permission: str,
    load: Callable[..., Any] | None = None,
    rule: Callable[[Any, Any], bool] | None = None,
) -> Callable[[View], View]:
    """State a route's permission.

    Args:
        permission: a declared line of the table.
        load: turns the URL's arguments (those its signature names) into the row that the route is about; None is a 404.
        rule: a further condition on person and row, such as "own submission"; where it fails the row does not exist
            for that person (404).

    The view is called with the row first, then the URL's other arguments.
    """
    consumed = set(inspect.signature(load).parameters) if load else set()

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**arguments: Any) -> Any:
            roles = TABLE[permission]
            if Role.STRANGER not in roles and not current_user.is_authenticated:
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
            if load is None:
                if not can(current_user, permission):
                    abort(403)
                return view(**arguments)
            subject = load(**{name: value for name, value in arguments.items() if name in consumed})
            if subject is None:
                abort(404)
            held = roles_of(current_user, subject)
            if not roles & held:
                # Who has no part in the cohort does not learn that the row exists.
                abort(403 if held - {Role.STRANGER, Role.PERSON} else 404)
            if rule is not None and not rule(current_user, subject):
                abort(404)
            request.subject = subject  # type: ignore[attr-defined]
            rest = {name: value for name, value in arguments.items() if name not in consumed}
            return view(subject, **rest)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


declare("page.public", *EVERYBODY)
declare("page.own", *SIGNED_IN)
declare("site.administer", Role.ADMINISTRATOR)
