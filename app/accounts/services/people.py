"""Writes of people: made, named, given a password, disabled, made administrators."""

from __future__ import annotations

from typing import Any

from flask import current_app
from sqlalchemy import func, select

from app.accounts import email as addresses
from app.accounts import names, passwords, queries
from app.accounts.models import OneTimeLink, Person
from app.accounts.services import attempts, links
from app.accounts.states import AttemptKind, Theme
from app.platform import audit
from app.platform.clock import now
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import LANGUAGES, time_zones
from app.platform.i18n import gettext as _


def create_person(
    email: str,
    first_name: str = "",
    last_name: str = "",
    *,
    language: str | None = None,
    timezone: str | None = None,
    by: Person | None = None,
) -> Person:
    """A new person without a password; invite() gives the way to one. Without names the address gives a first one.

    Raises:
        Refusal: the address cannot receive mail or is taken, or a name is too long.
    """
    address = checked_address(email)
    first, last = checked_names(first_name, last_name, address)
    config = current_app.config
    person = Person(
        email=address,
        first_name=first,
        last_name=last,
        language=language if language in LANGUAGES else config["DEFAULT_LOCALE"],
        timezone=timezone or config["DEFAULT_TIME_ZONE"],
    )
    db.session.add(person)
    audit.record("account.created", person, by=by)
    return person


def checked_address(email: str, but: Person | None = None) -> str:
    """The normal form of a new address.

    Raises:
        Refusal: it cannot receive mail, or somebody other than ``but`` has it.
    """
    address = addresses.normal(email)
    if address is None:
        raise Refusal(_("Write an e-mail address such as name@example.org."), field="email")
    taken = queries.find_person(address)
    if taken is not None and taken is not but:
        raise Refusal(_("Somebody has this address already."), field="email")
    return address


def checked_names(first: str, last: str, address: str) -> tuple[str, str]:
    """Names as they are stored.

    Raises:
        Refusal: one is too long.
    """
    first, last = names.clean(first), names.clean(last)
    for name, field in ((first, "first_name"), (last, "last_name")):
        if len(name) > names.LONGEST:
            raise Refusal(_("A name may have at most %(count)s characters.", count=names.LONGEST), field=field)
    if not first and not last:
        first = names.from_address(address)
    return first, last


def set_password(person: Person, password: str, *, by: Person | None = None) -> None:
    """Give a person a new password. All sessions and open links of the account end.

    Raises:
        Refusal: the password keeps not to the rules.
    """
    passwords.check_new(password, person.email, person.first_name, person.last_name)
    person.password_hash = passwords.hashed(password)
    person.session_epoch += 1
    links.spend_all(person)
    attempts.forget_account(person.email)
    audit.record("account.password_set", person, by=by)


def change_password(person: Person, present: str, new: str, address: str | None) -> None:
    """A signed-in person chooses another password. Tries of the present one are counted as sign-ins are.

    Raises:
        Refusal: the present password is wrong, or the new one keeps not to the rules.
        TooManyTries: wrong too often.
    """
    attempt = attempts.begin(AttemptKind.SIGN_IN, person.email, address)
    if not passwords.fits(person.password_hash, present):
        raise Refusal(_("This is not your present password."), field="present")
    attempts.succeeded(attempt)
    db.session.refresh(person)
    set_password(person, new, by=person)


def use_link(link: OneTimeLink, password: str, first_name: str | None = None, last_name: str | None = None) -> Person:
    """The holder of a link chooses a password (and corrects the names on an invitation). The link is used up.

    Raises:
        Refusal: the password keeps not to the rules (the link stays good then), or the link was used meanwhile.
    """
    person = link.person
    passwords.check_new(password, person.email, person.first_name, person.last_name)
    if first_name is not None:
        person.first_name, person.last_name = checked_names(first_name, last_name or "", person.email)
    links.spend(link)
    set_password(person, password, by=person)
    return person


def sign_in(email: str, password: str, address: str | None) -> Person | None:
    """The person whose address and password these are, else None; counted per account and network address. No
    transaction is open while the password is looked at.

    Raises:
        TooManyTries: none is left; the password was not looked at.
    """
    account = addresses.loose(email)
    attempt = attempts.begin(AttemptKind.SIGN_IN, account, address)
    person = queries.find_person(account)
    stored = person.password_hash if person is not None else None
    db.session.rollback()
    good = passwords.fits(stored, password)
    if not good or person is None or person.is_disabled:
        return None
    attempts.succeeded(attempt)
    db.session.refresh(person)
    person.last_seen_at = now()
    if stored is not None and passwords.is_outdated(stored):
        person.password_hash = passwords.hashed(password)
    db.session.flush()
    return person


def end_sessions(person: Person, *, by: Person | None = None) -> None:
    """Sign a person out everywhere."""
    person.session_epoch += 1
    audit.record("account.sessions_ended", person, by=by)


def update_profile(person: Person, values: dict[str, Any], *, by: Person) -> None:
    """Change names, language, time zone or theme; ``values`` holds those that change.

    Raises:
        Refusal: a value cannot be used; its field is named.
    """
    if "first_name" in values or "last_name" in values:
        first = values.get("first_name", person.first_name)
        last = values.get("last_name", person.last_name)
        if not names.clean(first) and not names.clean(last):
            raise Refusal(_("Write a name that others know this person by."), field="first_name")
        person.first_name, person.last_name = checked_names(first, last, person.email)
    if "language" in values:
        if values["language"] not in LANGUAGES:
            raise Refusal(_("Choose one of the languages."), field="language")
        person.language = values["language"]
    if "timezone" in values:
        if values["timezone"] not in time_zones():
            raise Refusal(_("Choose one of the time zones."), field="timezone")
        person.timezone = values["timezone"]
    if "theme" in values:
        person.theme = Theme(values["theme"])
    if by is not person:
        audit.record("account.changed", person, by=by, fields=sorted(values))
    db.session.flush()


def change_address(person: Person, email: str, *, by: Person) -> None:
    """Give a person another address. Open links end, since they went to the old one.

    Raises:
        Refusal: the address cannot receive mail or is taken.
    """
    address = checked_address(email, but=person)
    if address == person.email:
        return
    person.email = address
    links.spend_all(person)
    audit.record("account.address_changed", person, by=by)


def disable(person: Person, reason: str, *, by: Person) -> None:
    """Shut a person out: no sign-in, sessions and open links end. Nothing of theirs is deleted.

    Raises:
        Refusal: own account, the last administrator, or no reason given.
    """
    if person is by:
        raise Refusal(_("You cannot disable your own account. Ask another administrator."))
    if not reason.strip():
        raise Refusal(_("Write why, so that others understand it later."), field="reason")
    _keep_one_administrator(person)
    person.is_disabled = True
    person.session_epoch += 1
    links.spend_all(person)
    audit.record("account.disabled", person, by=by, reason=reason.strip()[:500])


def enable(person: Person, *, by: Person) -> None:
    """Let a disabled person in again."""
    person.is_disabled = False
    audit.record("account.enabled", person, by=by)


def make_administrator(person: Person, *, by: Person | None = None) -> None:
    """Make a person an administrator of the site.

    Raises:
        Refusal: the account is disabled.
    """
    if person.is_disabled:
        raise Refusal(_("Enable the account first."))
    if not person.is_administrator:
        person.is_administrator = True
        audit.record("account.administrator_made", person, by=by)


def end_administrator(person: Person, *, by: Person) -> None:
    """Take an administrator's role away.

    Raises:
        Refusal: it is the last administrator.
    """
    _keep_one_administrator(person)
    person.is_administrator = False
    audit.record("account.administrator_ended", person, by=by)


def _keep_one_administrator(person: Person) -> None:
    if not person.is_administrator:
        return
    others = select(func.count()).where(
        Person.is_administrator.is_(True), Person.is_disabled.is_(False), Person.id != person.id
    )
    if not db.session.scalar(others):
        raise Refusal(_("This is the last administrator. Make somebody else one first."))


def create_administrator(email: str, first_name: str = "", last_name: str = "", password: str | None = None) -> Person:
    """The way to a first administrator, for the command line: makes the person or raises an existing one.

    Without a password call invite() for a link.

    Raises:
        Refusal: the address or the password cannot be used.
    """
    person = queries.find_person(email) or create_person(email, first_name, last_name)
    make_administrator(person)
    if password:
        set_password(person, password)
    db.session.flush()
    return person
