"""Reads of extensions, and the terms that hold for a submitter because of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.assignments.assessment_models import Extension
from app.assignments.lateness import Allowance, Terms, terms_of, with_allowances
from app.assignments.models import Release, Submission
from app.assignments.queries.terms import terms_of_enrolment
from app.cohorts.models import Enrolment
from app.platform.database import db
from app.teams.models import TeamMembership

Receiver = tuple[int | None, int | None]
EVERYBODY: Receiver = (None, None)


class Allowances:
    """The extensions in force of one or several releases, by receiver."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._held: dict[int, dict[Receiver, list[Allowance]]] = {}
        for row in rows:
            by_receiver = self._held.setdefault(row.release_id, {})
            by_receiver.setdefault((row.enrolment_id, row.team_id), []).append(
                Allowance(due_at=row.due_at, extra_attempts=row.extra_attempts, is_excused=row.is_excused)
            )

    def terms(self, release_id: int, base: Terms, enrolment_id: int | None, team_ids: Iterable[int] = ()) -> Terms:
        """The terms of a trainee (with the teams that trainee is in)."""
        held = self._held.get(release_id)
        if not held:
            return base
        receivers: list[Receiver] = [EVERYBODY, (enrolment_id, None), *((None, team_id) for team_id in team_ids)]
        found = [allowance for receiver in dict.fromkeys(receivers) for allowance in held.get(receiver, ())]
        return with_allowances(base, found) if found else base


_COLUMNS = (
    Extension.release_id,
    Extension.enrolment_id,
    Extension.team_id,
    Extension.due_at,
    Extension.extra_attempts,
    Extension.is_excused,
)


def allowances_of_cohort(cohort_id: int) -> Allowances:
    """All extensions in force in a cohort, in one query."""
    return Allowances(
        db.session.execute(select(*_COLUMNS).where(Extension.cohort_id == cohort_id, Extension.revoked_at.is_(None)))
    )


def allowances_of_release(release_id: int) -> Allowances:
    """All extensions in force of one release, in one query."""
    return Allowances(
        db.session.execute(select(*_COLUMNS).where(Extension.release_id == release_id, Extension.revoked_at.is_(None)))
    )


def teams_by_enrolment(cohort_id: int) -> dict[int, list[int]]:
    """Enrolment id -> ids of the teams it is in at present."""
    rows = db.session.execute(
        select(TeamMembership.enrolment_id, TeamMembership.team_id)
        .join(Enrolment, Enrolment.id == TeamMembership.enrolment_id)
        .where(Enrolment.cohort_id == cohort_id, TeamMembership.ended_at.is_(None))
    )
    found: dict[int, list[int]] = {}
    for enrolment_id, team_id in rows:
        found.setdefault(enrolment_id, []).append(team_id)
    return found


def terms_for(release: Release, enrolment_id: int) -> Terms:
    """The terms of one trainee for one release, with the extensions of trainee, team and cohort."""
    return terms_of_enrolment([release], enrolment_id)[release.id]


def terms_of_submission(submission: Submission, enrolment_id: int | None = None) -> Terms:
    """The terms under which an attempt stands, for its trainee or for one member of its team. Needs ``release`` loaded."""
    chosen = enrolment_id or submission.enrolment_id
    if chosen is not None:
        return terms_for(submission.release, chosen)
    teams = [submission.team_id] if submission.team_id else []
    return allowances_of_release(submission.release_id).terms(
        submission.release_id, terms_of(submission.release), None, teams
    )


def extensions_of_release(release_id: int) -> Sequence[Extension]:
    """Every extension of a release, those taken back too, the newest first."""
    return db.session.scalars(
        select(Extension)
        .where(Extension.release_id == release_id)
        .options(
            joinedload(Extension.enrolment).joinedload(Enrolment.person),
            joinedload(Extension.team),
            joinedload(Extension.given_by),
            joinedload(Extension.revoked_by),
        )
        .order_by(Extension.id.desc())
    ).all()


def extensions_of_trainee(release_id: int, enrolment_id: int) -> Sequence[Extension]:
    """The extensions in force that a trainee has of a release, own, team's and cohort's."""
    teams = select(TeamMembership.team_id).where(
        TeamMembership.enrolment_id == enrolment_id, TeamMembership.ended_at.is_(None)
    )
    everybody = Extension.enrolment_id.is_(None) & Extension.team_id.is_(None)
    return db.session.scalars(
        select(Extension)
        .where(
            Extension.release_id == release_id,
            Extension.revoked_at.is_(None),
            or_(everybody, Extension.enrolment_id == enrolment_id, Extension.team_id.in_(teams)),
        )
        .options(joinedload(Extension.given_by))
        .order_by(Extension.id)
    ).all()


def extension_by_id(extension_id: int) -> Extension | None:
    """An extension with its release."""
    return db.session.scalar(
        select(Extension)
        .where(Extension.id == extension_id)
        .options(joinedload(Extension.release).joinedload(Release.cohort))
    )
