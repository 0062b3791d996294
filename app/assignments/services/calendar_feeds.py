"""Calendar feeds: the secret address of a person, and what stands in the file behind it (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select

from app.accounts.models import Person
from app.assignments.queries.calendar import Entry, entries_of, items_of_person
from app.assignments.schedule_models import CalendarFeed
from app.platform import audit
from app.platform.addresses import absolute
from app.platform.clock import now
from app.platform.database import db
from app.platform.i18n import force_locale
from app.platform.i18n import gettext as _
from app.platform.tokens import new_secret

MEDIA_TYPE = "text/calendar; charset=utf-8"


def make_feed(person: Any) -> str:
    """A new secret address for the person's calendar; the old one ends. The secret is told only now: its hash is kept."""
    # Two windows may ask at once.
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    plain, secret_hash = new_secret()
    feed = db.session.get(CalendarFeed, person.id)
    if feed is None:
        db.session.add(CalendarFeed(person_id=person.id, secret_hash=secret_hash))
    else:
        feed.secret_hash, feed.made_at = secret_hash, now()
    db.session.flush()
    audit.record("calendar_feed.made", person, by=person)
    return plain


def end_feed(person: Any) -> None:
    """End the person's calendar address, where there is one."""
    feed = db.session.get(CalendarFeed, person.id)
    if feed is not None:
        db.session.delete(feed)
        db.session.flush()
        audit.record("calendar_feed.ended", person, by=person)


def feed_of_person(person: Person) -> bytes:
    """The person's calendar as a file, in the person's language."""
    with force_locale(person.language or current_app.config["DEFAULT_LOCALE"]):
        return calendar_file(entries_of(items_of_person(person)), _("Kisälli: %(name)s", name=person.full_name))


def calendar_file(entries: Iterable[Entry], title: str) -> bytes:
    """Entries as an iCalendar object: one event each, whose UID never changes and whose SEQUENCE grows when it moves."""
    # Loaded where it is needed: most requests make no calendar.
    import icalendar

    host = urlsplit(str(current_app.config["SITE_URL"])).hostname or "kisalli.example"
    made_at = now().replace(microsecond=0)
    calendar = icalendar.Calendar()
    for name, value in (
        ("prodid", "-//Kisalli//Calendar//EN"),
        ("version", "2.0"),
        ("calscale", "GREGORIAN"),
        ("method", "PUBLISH"),
        ("x-wr-calname", title),
        ("x-published-ttl", "PT1H"),
    ):
        calendar.add(name, value)
    for entry in entries:
        release = entry.release
        endpoint = "assignments.release_manage" if entry.item.is_staff else "assignments.release"
        address = absolute(endpoint, release_id=release.id)
        event = icalendar.Event()
        event.add("uid", f"release-{release.id}-{entry.kind}@{host}")
        event.add("dtstamp", made_at)
        event.add("dtstart", entry.at.replace(microsecond=0))
        event.add("last-modified", entry.item.changed_at.replace(microsecond=0))
        event.add("sequence", entry.item.revision)
        event.add("summary", _summary(entry))
        event.add("description", "\n".join((_where(entry), address)))
        event.add("url", address)
        # A due time takes nobody's time away.
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _summary(entry: Entry) -> str:
    title = entry.release.title
    if entry.kind == "due":
        return str(_("Due: %(title)s", title=title))
    return str(_("Opens: %(title)s", title=title))


def _where(entry: Entry) -> str:
    assignment = entry.release.assignment
    parts = [assignment.version.title, assignment.module.title if assignment.module else "", entry.release.cohort.title]
    return " · ".join(part for part in parts if part)
