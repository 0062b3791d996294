"""How a submitter is called on a coach's page: by name, or by a code where the assignment is graded without names."""

from __future__ import annotations

import hashlib

from app.assignments.models import Submission
from app.platform.i18n import gettext as _


def code_of(release_id: int, enrolment_id: int | None, team_id: int | None = None) -> str:
    """Four letters and digits that stand for a submitter of one release."""
    text = f"{release_id}:{enrolment_id}:{team_id}"
    return hashlib.sha256(text.encode()).hexdigest()[:4].upper()


def anonymous_name(release_id: int, enrolment_id: int | None, team_id: int | None = None) -> str:
    """Such as "Trainee 4F2A"."""
    return str(_("Trainee %(code)s", code=code_of(release_id, enrolment_id, team_id)))


def submitter_name(submission: Submission, *, reveal: bool = False) -> str:
    """The trainee's or team's name; a code where the release is graded without names. Needs release, enrolment and team."""
    if submission.release.is_anonymous and not reveal:
        return anonymous_name(submission.release_id, submission.enrolment_id, submission.team_id)
    if submission.team is not None:
        return submission.team.name
    return submission.enrolment.person.full_name if submission.enrolment is not None else ""
