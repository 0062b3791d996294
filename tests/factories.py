"""Rows for tests, each with what a test must not care about filled in."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from app.accounts.models import Person
from app.assignments.models import Release
from app.cohorts.models import Cohort, Enrolment, Programme, Site, StaffMembership
from app.cohorts.states import CohortState, StaffRole
from app.curriculum.models import Assignment
from app.platform.clock import now
from app.platform.database import db

_numbers = count(1)


def add(row: Any) -> Any:
    """Add a row and give it its id."""
    db.session.add(row)
    db.session.flush()
    return row


def person(**values: Any) -> Person:
    """Somebody who can sign in; no password unless given."""
    number = next(_numbers)
    given = {"email": f"person{number}@example.org", "first_name": "Person", "last_name": str(number)} | values
    return add(Person(**given))


def administrator(**values: Any) -> Person:
    """An administrator of the site."""
    return person(is_administrator=True, **values)


def programme(**values: Any) -> Programme:
    """A programme."""
    number = next(_numbers)
    return add(Programme(**({"slug": f"programme-{number}", "title": f"Programme {number}"} | values)))


def site(**values: Any) -> Site:
    """A site."""
    number = next(_numbers)
    return add(Site(**({"name": f"Site {number}", "city": "Turku"} | values)))


def cohort(**values: Any) -> Cohort:
    """A running cohort of 24 places."""
    number = next(_numbers)
    given = {
        "slug": f"cohort-{number}",
        "title": f"Cohort {number}",
        "programme_id": values.pop("programme_id", None) or programme().id,
        "starts_on": date(2026, 8, 10),
        "ends_on": date(2027, 2, 26),
        "state": CohortState.RUNNING,
    } | values
    return add(Cohort(**given))


def enrolment(cohort: Cohort, who: Person | None = None, **values: Any) -> Enrolment:
    """A trainee of a cohort."""
    number = next(_numbers)
    who = who or person()
    row = add(Enrolment(cohort_id=cohort.id, person_id=who.id, **({"student_id": f"s{number}"} | values)))
    row.person = who
    return row


def staff(cohort: Cohort, role: StaffRole = StaffRole.COACH, who: Person | None = None) -> Person:
    """A coach (or coordinator) of a cohort; the person."""
    who = who or person()
    add(StaffMembership(cohort_id=cohort.id, person_id=who.id, role=role))
    return who


def release(cohort: Cohort, assignment: Assignment, **values: Any) -> Release:
    """An assignment given to a cohort, open since yesterday and due in a week."""
    moment: datetime = now()
    given = {
        "assignment_key": f"test/{assignment.slug}",
        "title": assignment.title,
        "max_score": assignment.max_score,
        "opens_at": moment - timedelta(days=1),
        "due_at": moment + timedelta(days=7),
    } | values
    return add(Release(cohort_id=cohort.id, assignment_id=assignment.id, **given))
