"""Who has not handed in what was due: facts for a talk."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import select

from app.assignments.assessment_models import Extension
from app.assignments.lateness import Allowance, terms_of, with_allowances
from app.assignments.models import Release, Submission, SubmissionMember
from app.cohorts.models import Enrolment
from app.cohorts.states import EnrolmentState
from app.platform.clock import now
from app.platform.database import db
from app.teams.models import TeamMembership


def overdue_by_enrolment(cohort_id: int, at: datetime | None = None) -> dict[int, list[str]]:
    """Titles of assignments by active trainee: due, no attempt at all, not excused; extensions move the due time."""
    at = at or now()
    releases = list(
        db.session.scalars(
            select(Release)
            .where(Release.cohort_id == cohort_id, Release.withdrawn_at.is_(None), Release.due_at < at)
            .order_by(Release.due_at)
        )
    )
    given, handed_in, teams = _allowances(cohort_id), _handed_in(cohort_id), _teams(cohort_id)
    missing: dict[int, list[str]] = {}
    for enrolment_id in db.session.scalars(
        select(Enrolment.id).where(Enrolment.cohort_id == cohort_id, Enrolment.state == EnrolmentState.ACTIVE)
    ):
        for release in releases:
            if (release.id, enrolment_id) in handed_in:
                continue
            receivers = [("", 0), ("enrolment", enrolment_id), *(("team", team) for team in teams[enrolment_id])]
            own = [allowance for receiver in receivers for allowance in given[release.id, receiver]]
            terms = with_allowances(terms_of(release), own)
            if not terms.is_excused and terms.due_at + terms.grace < at:
                missing.setdefault(enrolment_id, []).append(release.title)
    return missing


def _allowances(cohort_id: int) -> dict[tuple[int, tuple[str, int]], list[Allowance]]:
    found: dict[tuple[int, tuple[str, int]], list[Allowance]] = defaultdict(list)
    for row in db.session.scalars(
        select(Extension).where(Extension.cohort_id == cohort_id, Extension.revoked_at.is_(None))
    ):
        receiver = ("", 0)
        if row.enrolment_id is not None:
            receiver = ("enrolment", row.enrolment_id)
        elif row.team_id is not None:
            receiver = ("team", row.team_id)
        found[row.release_id, receiver].append(Allowance(row.due_at, row.extra_attempts, row.is_excused))
    return found


def _handed_in(cohort_id: int) -> set[tuple[int, int]]:
    rows = db.session.execute(
        select(Submission.release_id, SubmissionMember.enrolment_id)
        .join(SubmissionMember, SubmissionMember.submission_id == Submission.id)
        .where(Submission.cohort_id == cohort_id)
        .distinct()
    )
    return {(release_id, enrolment_id) for release_id, enrolment_id in rows}


def _teams(cohort_id: int) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = db.session.execute(
        select(TeamMembership.enrolment_id, TeamMembership.team_id)
        .join(Enrolment, Enrolment.id == TeamMembership.enrolment_id)
        .where(Enrolment.cohort_id == cohort_id, TeamMembership.ended_at.is_(None))
    )
    for enrolment_id, team_id in rows:
        found[enrolment_id].append(team_id)
    return found
