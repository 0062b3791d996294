"""The times that hold for one trainee: those of the release with the trainee's extensions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import or_, select

from app.assignments.assessment_models import Extension
from app.assignments.lateness import Allowance, Terms, terms_of, with_allowances
from app.assignments.models import Release
from app.platform.database import db
from app.teams.models import TeamMembership


def terms_of_enrolment(releases: Iterable[Release], enrolment_id: int) -> dict[int, Terms]:
    """Terms by release id for one trainee, in one query: own extensions, the team's and the whole cohort's."""
    releases = list(releases)
    teams = select(TeamMembership.team_id).where(
        TeamMembership.enrolment_id == enrolment_id, TeamMembership.ended_at.is_(None)
    )
    rows = db.session.execute(
        select(Extension.release_id, Extension.due_at, Extension.extra_attempts, Extension.is_excused).where(
            Extension.release_id.in_([release.id for release in releases]),
            Extension.revoked_at.is_(None),
            or_(
                Extension.enrolment_id == enrolment_id,
                Extension.team_id.in_(teams),
                (Extension.enrolment_id.is_(None)) & (Extension.team_id.is_(None)),
            ),
        )
    )
    given: dict[int, list[Allowance]] = defaultdict(list)
    for release_id, due_at, extra, excused in rows:
        given[release_id].append(Allowance(due_at, extra, excused))
    return {release.id: with_allowances(terms_of(release), given[release.id]) for release in releases}
