"""Reads of attempts."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.assignments.models import Submission, SubmissionMember, SubmissionNotebook
from app.cohorts.models import Enrolment
from app.platform.database import db


def submission_by_id(submission_id: int) -> Submission | None:
    """An attempt with its release, submitter, members and notebooks."""
    return db.session.scalar(
        select(Submission)
        .where(Submission.id == submission_id)
        .options(
            joinedload(Submission.release),
            joinedload(Submission.enrolment).joinedload(Enrolment.person),
            joinedload(Submission.team),
            joinedload(Submission.handed_in_by),
            selectinload(Submission.members).joinedload(SubmissionMember.enrolment).joinedload(Enrolment.person),
            selectinload(Submission.notebooks).joinedload(SubmissionNotebook.notebook),
        )
    )
