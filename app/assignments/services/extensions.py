"""More time, more attempts or an excuse: given with a reason, taken back with a reason, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.assignments.assessment_models import Extension
from app.assignments.models import Release
from app.cohorts.models import Enrolment
from app.platform import audit
from app.platform.clock import now
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import format_moment
from app.platform.i18n import gettext as _
from app.teams.models import Team

MOST_ATTEMPTS = 100


def give_extension(
    release: Release,
    *,
    by: Any,
    reason: str,
    enrolment: Enrolment | None = None,
    team: Team | None = None,
    due_at: datetime | None = None,
    extra_attempts: int = 0,
    is_excused: bool = False,
) -> Extension:
    """Give an extension to a trainee, to a team, or (with neither) to the whole cohort.

    Args:
        due_at: the new due time, aware; later than the release's own.

    Raises:
        Refusal: no reason, nothing given, a due time that is not later, or a receiver of another cohort.
    """
    reason = reason.strip()
    if enrolment is not None and team is not None:
        raise Refusal(_("Choose a trainee or a team, not both."), field="receiver")
    for receiver in (enrolment, team):
        if receiver is not None and receiver.cohort_id != release.cohort_id:
            raise Refusal(_("That trainee or team is not of this cohort."), field="receiver")
    if due_at is None and not extra_attempts and not is_excused:
        raise Refusal(_("Give a later due time, more attempts, or an excuse."), field="due_at")
    if due_at is not None and due_at <= release.due_at:
        raise Refusal(
            _("The new due time must be later than the assignment’s own, %(due)s.", due=format_moment(release.due_at)),
            field="due_at",
        )
    if not 0 <= extra_attempts <= MOST_ATTEMPTS:
        raise Refusal(_("Give between 0 and %(max)s more attempts.", max=MOST_ATTEMPTS), field="extra_attempts")
    if not reason:
        raise Refusal(_("Write the reason; it is kept in the history."), field="reason")
    row = Extension(
        release_id=release.id,
        cohort_id=release.cohort_id,
        enrolment_id=enrolment.id if enrolment else None,
        team_id=team.id if team else None,
        due_at=due_at,
        extra_attempts=extra_attempts,
        is_excused=is_excused,
        reason=reason,
        given_by_id=by.id,
    )
    db.session.add(row)
    audit.record(
        "extension.given",
        release,
        by=by,
        cohort_id=release.cohort_id,
        enrolment=row.enrolment_id,
        team=row.team_id,
        due_at=due_at.isoformat() if due_at else None,
        extra_attempts=extra_attempts,
        excused=is_excused,
    )
    return row


def revoke_extension(extension: Extension, *, by: Any, reason: str) -> None:
    """Take an extension back; marks that rest on it change at once.

    Raises:
        Refusal: no reason, or it was taken back already.
    """
    reason = reason.strip()
    if extension.revoked_at is not None:
        raise Refusal(_("This extension was taken back already."))
    if not reason:
        raise Refusal(_("Write why you take the extension back."), field="reason")
    extension.revoked_at, extension.revoked_by_id, extension.revoke_reason = now(), by.id, reason
    audit.record("extension.revoked", extension, by=by, cohort_id=extension.cohort_id, reason=reason)
