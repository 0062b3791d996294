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


def last_attempt(release_id: int, enrolment_id: int) -> Submission | None:
    """The trainee's latest attempt with its notebooks."""
    return db.session.scalar(
        select(Submission)
        .where(Submission.release_id == release_id, Submission.enrolment_id == enrolment_id)
        .order_by(Submission.number.desc())
        .limit(1)
        .options(selectinload(Submission.notebooks))
    )


def attempts_of(submission: Submission) -> list[Submission]:
    """All attempts of the same submitter at the same release, the latest first."""
    own = (
        Submission.enrolment_id == submission.enrolment_id
        if submission.enrolment_id is not None
        else Submission.team_id == submission.team_id
    )
    return list(
        db.session.scalars(
            select(Submission)
            .where(Submission.release_id == submission.release_id, own)
            .order_by(Submission.number.desc())
            .options(joinedload(Submission.release))
        )
    )


def attempts_of_enrolment(release_id: int, enrolment_id: int) -> list[Submission]:
    """Every attempt that counts for a trainee at a release, the latest first."""
    return list(
        db.session.scalars(
            select(Submission)
            .join(SubmissionMember, SubmissionMember.submission_id == Submission.id)
            .where(Submission.release_id == release_id, SubmissionMember.enrolment_id == enrolment_id)
            .order_by(Submission.id.desc())
            .options(joinedload(Submission.release))
        )
    )
