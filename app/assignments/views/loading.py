"""What the pages load from their addresses, and small things that several of them share."""

from __future__ import annotations

from typing import Any

from app.assignments.models import Release, Submission
from app.assignments.queries import releases, submissions
from app.cohorts.models import Cohort
from app.platform.database import db
from app.platform.errors import Refusal

NOTEBOOK = "application/x-ipynb+json"


def cohort(slug: str) -> Cohort | None:
    """The cohort of /cohorts/<slug>/…"""
    return releases.cohort_by_slug(slug)


def cohort_by_id(cohort_id: int) -> Cohort:
    """The cohort of a row that is there."""
    return db.session.get_one(Cohort, cohort_id)


def release(release_id: int) -> Release | None:
    """The release of /assignments/<release_id>…"""
    return releases.release_by_id(release_id)


def submission(submission_id: int) -> Submission | None:
    """The attempt of /submissions/<submission_id>…"""
    return submissions.submission_by_id(submission_id)


def show_refusal(form: Any, refusal: Refusal) -> None:
    """Put a service's refusal where the form shows it: at its field, or over the form."""
    field = form._fields.get(refusal.field)
    if field is not None:
        field.errors = [*field.errors, str(refusal.message)]
    else:
        form.form_errors.append(str(refusal.message))
