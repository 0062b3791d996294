"""The one list of skills, kept as data in courses/skills.toml and brought into the database."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from app.curriculum.models import Skill
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _


def seed_skills(path: Path | None = None) -> int:
    """Bring the list up to date: new skills are added, titles changed; none is ever taken away. Returns how many differ.

    Raises:
        Refusal: the file cannot be read.
    """
    path = path or Path(current_app.config["COURSES"]) / "skills.toml"
    try:
        listed: list[dict[str, Any]] = tomllib.loads(path.read_text("utf-8"))["skills"]
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise Refusal(_("The list of skills %(path)s cannot be read: %(error)s", path=str(path), error=error)) from None
    known = {skill.slug: skill for skill in db.session.scalars(select(Skill))}
    changed = 0
    for entry in listed:
        values = {name: str(entry.get(name, "")) for name in ("title", "title_fi")}
        values["group"] = str(entry.get("group", "skill"))
        skill = known.get(str(entry["slug"]))
        if skill is None:
            db.session.add(Skill(slug=str(entry["slug"]), **values))
            changed += 1
        elif any(getattr(skill, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(skill, name, value)
            changed += 1
    db.session.flush()
    return changed


def known_skills() -> set[str]:
    """Slugs of all skills; the list is seeded where it is empty and a file is there."""
    slugs = set(db.session.scalars(select(Skill.slug)))
    if not slugs and (Path(current_app.config["COURSES"]) / "skills.toml").is_file():
        seed_skills()
        slugs = set(db.session.scalars(select(Skill.slug)))
    return slugs
