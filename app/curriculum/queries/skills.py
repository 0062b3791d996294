"""The list of skills and the evidence people have of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.curriculum.models import Skill, SkillEvidence
from app.platform.database import db


@dataclass(frozen=True, slots=True)
class EarnedSkill:
    """A skill with the work that shows it, newest first."""

    skill: Skill
    evidence: list[SkillEvidence]


def all_skills() -> list[Skill]:
    """Every skill of the list, professions first, by title."""
    return list(db.session.scalars(select(Skill).order_by(Skill.group, Skill.title)))


def skills_by_slug(slugs: Iterable[str]) -> dict[str, Skill]:
    """Skills by slug; unknown ones are left out."""
    wanted = set(slugs)
    if not wanted:
        return {}
    return {skill.slug: skill for skill in db.session.scalars(select(Skill).where(Skill.slug.in_(wanted)))}


def skills_of_person(person_id: int) -> list[EarnedSkill]:
    """What a person has shown by graded work: each skill once, by title, its evidence newest first."""
    rows = db.session.scalars(
        select(SkillEvidence)
        .where(SkillEvidence.person_id == person_id)
        .order_by(SkillEvidence.earned_at.desc(), SkillEvidence.id.desc())
        .options(joinedload(SkillEvidence.skill))
    )
    found: dict[str, EarnedSkill] = {}
    for row in rows:
        found.setdefault(row.skill_slug, EarnedSkill(row.skill, [])).evidence.append(row)
    return sorted(found.values(), key=lambda earned: earned.skill.title.casefold())


def person_by_id(person_id: int) -> Person | None:
    """A person, or None."""
    return db.session.get(Person, person_id)
