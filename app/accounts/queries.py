"""Reads of accounts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, or_, select

from app.accounts import email as addresses
from app.accounts.models import OneTimeLink, Person
from app.accounts.states import LinkPurpose
from app.platform.audit import AuditEntry
from app.platform.clock import now
from app.platform.database import db

PEOPLE_FILTERS = ("active", "invited", "administrator", "disabled")


def find_person(email: str) -> Person | None:
    """The person with an address, however it is written; None where nobody has it."""
    return db.session.scalar(select(Person).where(Person.email == addresses.loose(email)))


def find_people(emails: set[str]) -> dict[str, Person]:
    """People by their address, for addresses in normal form; any number of them in few queries."""
    found: dict[str, Person] = {}
    ordered = sorted(emails)
    for start in range(0, len(ordered), 500):
        rows = db.session.scalars(select(Person).where(Person.email.in_(ordered[start : start + 500])))
        found |= {person.email: person for person in rows}
    return found


def people(search: str = "", kind: str = "") -> Select[Any]:
    """All people, by name; ``search`` looks in names and addresses, ``kind`` is one of PEOPLE_FILTERS or empty."""
    query = select(Person).order_by(Person.last_name, Person.first_name, Person.id)
    for word in search.split()[:6]:
        like = f"%{escape_like(word)}%"
        query = query.where(
            or_(
                Person.first_name.ilike(like, escape="\\"),
                Person.last_name.ilike(like, escape="\\"),
                Person.email.ilike(like, escape="\\"),
            )
        )
    if kind == "active":
        query = query.where(Person.password_hash.is_not(None), Person.is_disabled.is_(False))
    elif kind == "invited":
        query = query.where(Person.password_hash.is_(None), Person.is_disabled.is_(False))
    elif kind == "administrator":
        query = query.where(Person.is_administrator.is_(True))
    elif kind == "disabled":
        query = query.where(Person.is_disabled.is_(True))
    return query


def escape_like(text: str) -> str:
    """``text`` with the signs that LIKE reads as patterns made plain; for ``escape="\\\\"``."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def open_invitation(person: Person) -> OneTimeLink | None:
    """The latest invitation of a person that can still be used."""
    return db.session.scalar(
        select(OneTimeLink)
        .where(
            OneTimeLink.person_id == person.id,
            OneTimeLink.purpose == LinkPurpose.INVITATION,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now(),
        )
        .order_by(OneTimeLink.id.desc())
        .limit(1)
    )


def audit_entries(action: str = "", person_id: int | None = None) -> Select[Any]:
    """The audit log, latest first; ``action`` is a beginning such as ``roster.``."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc())
    if action:
        query = query.where(AuditEntry.action.startswith(action, autoescape=True))
    if person_id is not None:
        query = query.where(AuditEntry.person_id == person_id)
    return query


def people_by_id(identifiers: set[int]) -> dict[int, Person]:
    """People by id, in one query."""
    if not identifiers:
        return {}
    rows = db.session.scalars(select(Person).where(Person.id.in_(identifiers)))
    return {person.id: person for person in rows}
