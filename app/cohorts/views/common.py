"""What the views of cohorts share: rows of addresses, who acts, faults shown in forms."""

from __future__ import annotations

from flask_login import current_user

from app.accounts.forms import refuse
from app.accounts.models import Person
from app.cohorts import queries
from app.cohorts.models import Cohort, Enrolment, Programme, RosterImport, StaffMembership

__all__ = ["load_cohort", "load_enrolment", "load_import", "load_membership", "load_programme", "me", "refuse"]


def me() -> Person:
    """The person who acts."""
    return current_user._get_current_object()  # type: ignore[no-any-return]


def load_cohort(slug: str) -> Cohort | None:
    """The cohort of an address."""
    return queries.cohort_by_slug(slug)


def load_programme(slug: str) -> Programme | None:
    """The programme of an address."""
    return queries.programme_by_slug(slug)


def load_enrolment(slug: str, enrolment_id: int) -> Enrolment | None:
    """A trainee of the cohort of an address."""
    cohort = queries.cohort_by_slug(slug)
    return queries.enrolment_in(cohort.id, enrolment_id) if cohort is not None else None


def load_membership(slug: str, membership_id: int) -> StaffMembership | None:
    """A line of the staff of the cohort of an address."""
    cohort = queries.cohort_by_slug(slug)
    return queries.membership_in(cohort.id, membership_id) if cohort is not None else None


def load_import(slug: str, import_id: int) -> RosterImport | None:
    """A roster import of the cohort of an address."""
    cohort = queries.cohort_by_slug(slug)
    return queries.import_in(cohort.id, import_id) if cohort is not None else None
