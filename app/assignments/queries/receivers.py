"""Who can get an extension in a cohort: each active trainee, each team, or everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.cohorts.models import Enrolment
from app.cohorts.states import EnrolmentState
from app.platform.database import db
from app.teams.models import Team
from app.teams.states import TeamState


@dataclass(frozen=True, slots=True)
class Receivers:
    """The people and teams of a cohort. Their values in a form: "trainee-12", "team-3", and "" for everybody."""

    trainees: list[Enrolment]
    teams: list[Team]

    def choices(self, everybody: Any) -> list[tuple[str, Any]]:
        """The choices of a select field."""
        return [
            ("", everybody),
            *((f"team-{team.id}", team.name) for team in self.teams),
            *((f"trainee-{each.id}", each.person.full_name) for each in self.trainees),
        ]

    def find(self, value: str) -> tuple[Enrolment | None, Team | None]:
        """The trainee or team of a form's value."""
        kind, _dash, number = value.partition("-")
        enrolment = next((each for each in self.trainees if kind == "trainee" and str(each.id) == number), None)
        team = next((each for each in self.teams if kind == "team" and str(each.id) == number), None)
        return enrolment, team


def receivers_of(cohort_id: int) -> Receivers:
    """Trainees by name and teams by name; two queries."""
    trainees = db.session.scalars(
        select(Enrolment)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.state == EnrolmentState.ACTIVE)
        .options(joinedload(Enrolment.person))
    ).all()
    teams = db.session.scalars(
        select(Team).where(Team.cohort_id == cohort_id, Team.state == TeamState.ACTIVE).order_by(Team.name)
    ).all()
    return Receivers(sorted(trainees, key=lambda each: each.person.full_name.casefold()), list(teams))
