"""The cohort a person works with now: that of the page, else the last one visited, else the first of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g, request, session
from flask_login import current_user

from app.cohorts import queries
from app.cohorts.models import Cohort
from app.platform.database import db
from app.platform.permissions import Role, roles_of

MOST_IN_SWITCHER = 12


def own_cohorts() -> Sequence[Cohort]:
    """The cohorts of the signed-in person that the switcher shows, read once a request."""
    if "own_cohorts" not in g:
        person = current_user._get_current_object() if current_user.is_authenticated else None
        query = queries.cohorts_of(person).limit(MOST_IN_SWITCHER) if person is not None else None
        g.own_cohorts = db.session.scalars(query).all() if query is not None else []
    return g.own_cohorts  # type: ignore[no-any-return]


def current_cohort() -> Cohort | None:
    """The present cohort of the signed-in person, or None where there is none."""
    if "current_cohort" not in g:
        g.current_cohort = _find() if current_user.is_authenticated else None
    return g.current_cohort  # type: ignore[no-any-return]


def current_roles() -> frozenset[Role]:
    """What the signed-in person is in the present cohort."""
    person = current_user._get_current_object() if current_user.is_authenticated else None
    return roles_of(person, current_cohort())


def _find() -> Cohort | None:
    of_page = getattr(getattr(request, "subject", None), "cohort_id", None)
    if of_page is not None:
        cohort = _get(of_page)
        if cohort is not None and session.get("cohort_id") != cohort.id:
            session["cohort_id"] = cohort.id
        return cohort
    remembered = session.get("cohort_id")
    if isinstance(remembered, int):
        cohort = _get(remembered)
        # The part may have ended since.
        if cohort is not None and roles_of(current_user._get_current_object(), cohort) - {Role.PERSON}:
            return cohort
    return own_cohorts()[0] if own_cohorts() else None


def _get(cohort_id: Any) -> Cohort | None:
    return next((row for row in own_cohorts() if row.id == cohort_id), None) or db.session.get(Cohort, cohort_id)
