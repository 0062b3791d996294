"""A person's own calendar: what comes, a month, and the secret address that calendar programs read."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, current_app, flash, redirect, render_template, url_for
from flask_login import current_user

from app.assignments.months import by_day
from app.assignments.queries import calendar as reads
from app.assignments.services import calendar_feeds as services
from app.assignments.views import blueprint
from app.assignments.views.schedule import month_page
from app.platform.addresses import absolute
from app.platform.clock import now
from app.platform.i18n import gettext as _
from app.platform.i18n import person_zone
from app.platform.permissions import requires

COMING = 4


@blueprint.get("/calendar", endpoint="calendar")
@requires("page.own")
def show_calendar() -> str:
    """What opens and is due for the person."""
    return _page()


@blueprint.post("/calendar/feed", endpoint="calendar_feed_make")
@requires("page.own")
def make() -> Response:
    """A new secret address; shown in the answer and never again."""
    secret = services.make_feed(current_user)
    response = Response(_page(absolute("assignments.calendar_feed", secret=secret)))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/calendar/feed/end", endpoint="calendar_feed_end")
@requires("page.own")
def end() -> Any:
    """End the address."""
    services.end_feed(current_user)
    flash(_("Your calendar address has ended. Programs that read it find nothing there any more."), "info")
    return redirect(url_for("assignments.calendar"))


@blueprint.get("/calendar/<secret>.ics", endpoint="calendar_feed")
@requires("page.public")
def feed(secret: str) -> Response:
    """The calendar file of the person whose secret this is."""
    found = reads.owner_of_feed(secret)
    if found is None:
        abort(404)
    response = Response(services.feed_of_person(found.person), content_type=services.MEDIA_TYPE)
    response.headers["Content-Disposition"] = 'inline; filename="kisalli.ics"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _page(address: str = "") -> str:
    zone = person_zone(current_user, current_app.config["DEFAULT_TIME_ZONE"])
    entries = reads.entries_of(reads.items_of_person(current_user))
    moment = now()
    coming = [entry for entry in entries if entry.at >= moment][:COMING]
    return render_template(
        "assignments/calendar.html",
        month=month_page(entries, zone),
        zone=str(zone),
        coming=by_day(coming, zone),
        feed=reads.feed_of(current_user),
        address=address,
    )
