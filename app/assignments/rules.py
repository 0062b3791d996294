"""Who may do what to releases, hand-ins and grades; every permission of the feature stands here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.assignments.lateness import Terms, last_moment, terms_of
from app.assignments.models import Release, Submission, SubmissionMember
from app.assignments.states import FeedbackPolicy, ReleasePhase
from app.cohorts.models import Enrolment
from app.platform.clock import now
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
REGRADE_ASK = declare("regrade.ask", Role.TRAINEE)
REGRADE_VIEW = declare("regrade.view", Role.TRAINEE, *STAFF)
REGRADE_ANSWER = declare("regrade.answer", *STAFF)
BATCH_REGRADE = declare("batch.regrade", *STAFF)
PASS_RULE_EDIT = declare("pass_rule.edit", *STAFF)
EXTENSION_GIVE = declare("extension.give", *STAFF)
GRADEBOOK_VIEW = declare("gradebook.view", *STAFF)
QUEUE_VIEW = declare("queue.view", *STAFF)
SCHEDULE_VIEW = declare("schedule.view", *STAFF)
SCHEDULE_LAY = declare("schedule.lay", Role.COORDINATOR, Role.ADMINISTRATOR)


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


def phase_of(release: Release, at: datetime | None = None, terms: Terms | None = None) -> ReleasePhase:
    """Where a release stands at a moment (now): planned, open, due (late hand-ins are taken), closed or withdrawn.

    ``terms`` are those of one submitter, with extensions; without them the release's own count.
    """
    at, terms = at or now(), terms or terms_of(release)
    end = last_moment(terms)
    if release.withdrawn_at is not None:
        return ReleasePhase.WITHDRAWN
    if at < terms.opens_at:
        return ReleasePhase.PLANNED
    if end is not None and at > end:
        return ReleasePhase.CLOSED
    return ReleasePhase.DUE if at > terms.due_at else ReleasePhase.OPEN


def feedback_is_visible(submission: Submission) -> bool:
    """Whether the trainee may see a coach's points and comments; needs ``submission.release`` loaded."""
    return submission.feedback_released_at is not None or submission.release.feedback_policy is FeedbackPolicy.AS_GRADED


def can_see_regrade(person: Any, request: Any) -> bool:
    """Staff of the cohort, and those for whom the attempt counts."""
    return can(person, REGRADE_ANSWER, request) or is_own(person, request.submission)
