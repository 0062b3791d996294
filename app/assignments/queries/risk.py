"""The trainees of a cohort who may need a talk, with the facts."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.models import Person
from app.assignments.models import Release
from app.assignments.queries.gradebook import Row, gradebook
from app.assignments.risk import Reason, reasons
from app.cohorts.models import Enrolment
from app.curriculum.models import Assignment, Module, Skill
from app.platform.clock import now
from app.platform.database import db


@dataclass(frozen=True, slots=True)
class AtRisk:
    """One trainee and the facts, the most facts first."""

    row: Row
    reasons: list[Reason]


def at_risk(cohort_id: int) -> list[AtRisk]:
    """Everybody of whom there is at least one fact; a constant number of queries."""
    book = gradebook(cohort_id)
    titles = {row.slug: row.title for row in db.session.execute(select(Skill.slug, Skill.title))}
    skills = {
        row.id: [titles.get(slug, slug) for slug in row.skills or ()]
        for row in db.session.execute(
            select(Release.id, Module.skills)
            .join(Assignment, Assignment.id == Release.assignment_id)
            .join(Module, Module.id == Assignment.module_id)
            .where(Release.cohort_id == cohort_id)
        )
    }
    seen = {
        row.id: row.last_seen_at
        for row in db.session.execute(
            select(Enrolment.id, Person.last_seen_at)
            .join(Person, Person.id == Enrolment.person_id)
            .where(Enrolment.cohort_id == cohort_id)
        )
    }
    moment = now()
    found = [
        AtRisk(row, facts)
        for row in book.rows
        if (facts := reasons(row, book.columns, skills, seen.get(row.enrolment_id), moment))
    ]
    return sorted(found, key=lambda each: (-len(each.reasons), each.row.name.casefold()))
