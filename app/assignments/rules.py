"""Who may do what to releases, hand-ins and grades; every permission of the feature stands here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.assignments.models import Submission, SubmissionMember
from app.cohorts.models import Enrolment
from app.platform.database import db
from app.platform.permissions import STAFF, Role, can, declare

RELEASES_VIEW = declare("release.list", Role.TRAINEE, *STAFF)
RELEASE_VIEW = declare("release.view", Role.TRAINEE, *STAFF)
RELEASE_EDIT = declare("release.edit", *STAFF)
HAND_IN = declare("submission.hand_in", Role.TRAINEE)
SUBMISSION_VIEW = declare("submission.view", Role.TRAINEE, *STAFF)
SUBMISSION_VIEW_ANY = declare("submission.view_any", *STAFF)
RUN_AGAIN = declare("submission.run_again", *STAFF)
GRADE = declare("submission.grade", *STAFF)
FEEDBACK_RELEASE = declare("feedback.release", *STAFF)
GRADEBOOK_VIEW = declare("gradebook.view", *STAFF)
QUEUE_VIEW = declare("queue.view", *STAFF)


def is_own(person: Any, submission: Submission) -> bool:
    """Whether the attempt counts for this person: as its trainee, or as a member of its team at hand-in."""
    found = db.session.scalar(
        select(SubmissionMember.enrolment_id)
        .join(Enrolment, Enrolment.id == SubmissionMember.enrolment_id)
        .where(SubmissionMember.submission_id == submission.id, Enrolment.person_id == person.id)
        .limit(1)
    )
    return found is not None


def can_see_submission(person: Any, submission: Submission) -> bool:
    """Staff of the cohort see every attempt, a trainee only those that count for them."""
    return can(person, SUBMISSION_VIEW_ANY, submission) or is_own(person, submission)
