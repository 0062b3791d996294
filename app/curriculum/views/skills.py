"""A person's skills with the graded work that shows them."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_login import current_user

from app.accounts.models import Person
from app.curriculum import queries as read
from app.curriculum.rules import SKILLS_READ, can_see_skills
from app.curriculum.views import blueprint
from app.platform.permissions import requires


@blueprint.get("/skills")
@requires(SKILLS_READ)
def my_skills() -> str:
    """One's own skills."""
    return _page(current_user)


@blueprint.get("/skills/<int:person_id>")
@requires(SKILLS_READ, load=read.person_by_id, rule=can_see_skills)
def skills_of(person: Person) -> str:
    """The skills of a trainee, for the trainee and their staff."""
    return _page(person)


def _page(person: Any) -> str:
    earned = read.skills_of_person(person.id)
    held = {one.skill.slug for one in earned}
    listed = [skill for skill in read.all_skills() if skill.group != "profession"]
    return render_template(
        "curriculum/skills.html",
        person=person,
        is_own=person.id == current_user.id,
        earned=earned,
        missing=[skill for skill in listed if skill.slug not in held],
    )
