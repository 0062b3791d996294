"""course.toml: what a course says of itself; every fault is said at once, with the place of each."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.platform.i18n import gettext as _

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
# Addresses of the course's own pages.
RESERVED = {"new", "import", "versions", "files", "skills", "edit", "download", "source"}


class ManifestFault(Exception):
    """course.toml cannot be used; ``faults`` says all of what is wrong."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass
class ModuleFacts:
    """A module: its lessons (paths) and assignments (folder names)."""

    slug: str
    title: str
    summary: str = ""
    hours: float = 0
    skills: list[str] = field(default_factory=list)
    lessons: list[str] = field(default_factory=list)
    assignments: list[str] = field(default_factory=list)


@dataclass
class CourseFacts:
    """A course as it is described; times in hours."""

    slug: str
    title: str
    summary: str = ""
    language: str = "en"
    level: str = ""
    hours: float = 0
    environment: str = "python"
    prerequisites: list[str] = field(default_factory=list)
    skills: list[str] = field(default_factory=list)
    modules: list[ModuleFacts] = field(default_factory=list)


def slug_of(name: str, default: str = "course") -> str:
    """A name as a part of an address: ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:70].strip("-") or default
    return f"{slug}-1" if slug in RESERVED else slug


class _Reader:
    """Takes values of the right type out of a table and notes what is wrong."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def fault(self, where: str, text: Any) -> None:
        self.faults.append(f"{where}: {text}")

    def text(self, table: Mapping[str, Any], name: str, where: str, default: str = "", most: int = 200) -> str:
        value = table.get(name, default)
        if not isinstance(value, str) or len(value) > most:
            self.fault(f"{where}.{name}", _("must be a text of at most %(most)d characters", most=most))
            return default
        return value.strip()

    def number(self, table: Mapping[str, Any], name: str, where: str) -> float:
        value = table.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 10_000:
            self.fault(f"{where}.{name}", _("must be a number of hours"))
            return 0
        return float(value)

    def texts(self, table: Mapping[str, Any], name: str, where: str) -> list[str]:
        value = table.get(name, [])
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all(isinstance(item, str) and len(item) <= 400 for item in value):
            self.fault(f"{where}.{name}", _("must be a list of texts"))
            return []
        return [unicodedata.normalize("NFC", item.strip()) for item in value]

    def slug(self, table: Mapping[str, Any], where: str, default: str) -> str:
        value = self.text(table, "slug", where, default, 80)
        if not SLUG.match(value) or value in RESERVED:
            self.fault(f"{where}.slug", _("must be small letters, digits and hyphens, and no word this site uses"))
        return value


def read_manifest(content: bytes, default_slug: str) -> CourseFacts:
    """The facts in a course.toml.

    Raises:
        ManifestFault: with all faults found.
    """
    try:
        table = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ManifestFault([_("it is not valid TOML: %(error)s", error=str(error)[:200])]) from None
    reader = _Reader()
    facts = CourseFacts(
        slug=reader.slug(table, "course", default_slug),
        title=reader.text(table, "title", "course"),
        summary=reader.text(table, "summary", "course", most=4000),
        language=reader.text(table, "language", "course", "en", 8),
        level=reader.text(table, "level", "course", most=80),
        hours=reader.number(table, "hours", "course"),
        environment=reader.text(table, "environment", "course", "python", 40),
        prerequisites=reader.texts(table, "prerequisites", "course"),
        skills=reader.texts(table, "skills", "course"),
    )
    if not facts.title:
        reader.fault("course.title", _("is missing"))
    if not SLUG.match(facts.environment):
        reader.fault("course.environment", _("must be the name of a grading environment, such as python"))
    modules = table.get("modules", [])
    if not isinstance(modules, list) or not all(isinstance(module, dict) for module in modules):
        reader.fault("modules", _("must be a list of tables: [[modules]]"))
        modules = []
    for number, module in enumerate(modules, 1):
        facts.modules.append(_module(reader, module, f"modules[{number}]"))
    slugs = [module.slug for module in facts.modules]
    for slug in sorted({slug for slug in slugs if slugs.count(slug) > 1}):
        reader.fault("modules", _("the slug %(slug)s stands twice", slug=slug))
    if reader.faults:
        raise ManifestFault(reader.faults)
    facts.hours = facts.hours or sum(module.hours for module in facts.modules)
    return facts


def _module(reader: _Reader, table: Mapping[str, Any], where: str) -> ModuleFacts:
    title = reader.text(table, "title", where)
    if not title:
        reader.fault(f"{where}.title", _("is missing"))
    return ModuleFacts(
        slug=reader.slug(table, where, slug_of(title, "module")),
        title=title,
        summary=reader.text(table, "summary", where, most=4000),
        hours=reader.number(table, "hours", where),
        skills=reader.texts(table, "skills", where),
        lessons=[*reader.texts(table, "lesson", where), *reader.texts(table, "lessons", where)],
        assignments=reader.texts(table, "assignments", where),
    )
