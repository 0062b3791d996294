"""Reads of releases."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.assignments.models import Release
from app.cohorts.models import Cohort
from app.platform.database import db


def cohort_by_slug(slug: str) -> Cohort | None:
    """The cohort of an address."""
    return db.session.scalar(select(Cohort).where(Cohort.slug == slug).options(joinedload(Cohort.programme)))


def release_by_id(release_id: int) -> Release | None:
    """A release with its cohort and assignment."""
    return db.session.scalar(
        select(Release)
        .where(Release.id == release_id)
        .options(joinedload(Release.cohort), joinedload(Release.assignment))
    )
