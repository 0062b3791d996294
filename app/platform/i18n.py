"""Language, time zone and the formats of dates and numbers; each feature keeps its own catalogue."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from flask import Flask, current_app, g, has_request_context, request
from flask_babel import (
    Babel,
    force_locale,
    format_currency,
    format_date,
    format_datetime,
    format_decimal,
    format_timedelta,
    get_locale,
    gettext,
    lazy_gettext,
    ngettext,
)

from app.platform import clock

LANGUAGES = {"en": "English", "fi": "Suomi"}
APP = Path(__file__).resolve().parents[1]

babel = Babel()

__all__ = [
    "LANGUAGES",
    "aware",
    "babel",
    "force_locale",
    "format_ago",
    "format_moment",
    "get_locale",
    "gettext",
    "lazy_gettext",
    "ngettext",
    "person_zone",
    "remember_language",
    "time_zones",
]


def catalogues() -> list[Path]:
    """Every folder that may hold a catalogue: the shared one and one a feature."""
    return [APP / "translations", *sorted(path for path in APP.glob("*/translations") if path.is_dir())]


def time_zones() -> list[str]:
    """IANA time zones a person may choose, without the technical aliases."""
    return sorted(
        zone
        for zone in available_timezones()
        if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/", "SystemV/"))
    )


def remember_language(response: Any, code: str) -> None:
    """Keep a visitor's language in a cookie for a year; ``response``: what is sent, ``code``: one of LANGUAGES."""
    response.set_cookie(
        "language",
        code,
        max_age=31536000,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )


def _person() -> Any:
    from flask_login import current_user

    return current_user if has_request_context() and current_user and current_user.is_authenticated else None


def choose_locale() -> str | None:
    """The person's own language; else what the visitor chose; else what the browser asks for."""
    if not has_request_context():
        return g.get("locale") if g else None
    person = _person()
    if person is not None and person.language in LANGUAGES:
        return str(person.language)
    chosen = request.cookies.get("language", "")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(list(LANGUAGES))


def choose_zone() -> str | None:
    """The person's own time zone, or None for the site's."""
    person = _person()
    return str(person.timezone) if person is not None and person.timezone else None


def person_zone(person: Any, default: str = "Europe/Helsinki") -> ZoneInfo:
    """The zone of a person, or the given default where none is set."""
    return ZoneInfo(getattr(person, "timezone", "") or default)


def aware(local: datetime, zone: ZoneInfo) -> datetime:
    """A wall-clock time (naive) of a zone as an aware moment. A time that the clocks skip moves forward by the gap."""
    moment = local.replace(tzinfo=zone)
    return moment.astimezone(ZoneInfo("UTC")).astimezone(zone)


def format_moment(moment: datetime | None) -> str:
    """'Fri 4 Dec 16:00' in the person's zone and language; the year where it is not this one."""
    if moment is None:
        return ""
    same_year = moment.year == clock.now().year
    if str(get_locale()) == "fi":
        return str(format_datetime(moment, "ccc d.M. 'klo' H.mm" if same_year else "ccc d.M.y 'klo' H.mm"))
    return str(format_datetime(moment, "EEE d MMM HH:mm" if same_year else "EEE d MMM y HH:mm"))


def format_moment_in(moment: datetime, zone: str) -> str:
    """As ``format_moment``, by the wall clock of a time zone (a cohort's) instead of the person's."""
    local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    same_year = local.year == clock.now().year
    if str(get_locale()) == "fi":
        return str(format_datetime(local, "ccc d.M. 'klo' H.mm" if same_year else "ccc d.M.y 'klo' H.mm", rebase=False))
    return str(format_datetime(local, "EEE d MMM HH:mm" if same_year else "EEE d MMM y HH:mm", rebase=False))


def format_month(day: date) -> str:
    """'December 2026' or 'Joulukuu 2026', for headings."""
    return str(format_date(day, "LLLL y")).capitalize()


def format_weekday(day: date, width: str = "wide") -> str:
    """'Friday' or, short, 'Fri', in the person's language; with a capital, since it stands alone."""
    return str(format_date(day, "cccc" if width == "wide" else "ccc")).capitalize()


def format_day(day: date | datetime | None) -> str:
    """A date in the person's language: '4 Dec 2026' or '4.12.2026'."""
    if day is None:
        return ""
    return str(format_date(day, "d.M.y" if str(get_locale()) == "fi" else "d MMM y"))


def format_ago(moment: datetime | None) -> str:
    """'3 hours ago' or 'in 3 days', in the person's language."""
    if moment is None:
        return ""
    span: timedelta = moment - clock.now()
    if abs(span.total_seconds()) < 45:
        return str(gettext("just now"))
    return str(format_timedelta(span, add_direction=True, threshold=0.9))


def format_until(moment: datetime | None) -> str:
    """How long is left, in the unit a person counts in: 'in 40 minutes', 'in 26 hours', 'in 10 days'; after it '17 hours late'."""
    if moment is None:
        return ""
    span: timedelta = moment - clock.now()
    seconds = abs(span.total_seconds())
    granularity = "minute" if seconds < 5400 else "hour" if seconds < 2 * 86400 else "day"
    size = {"minute": 60, "hour": 3600, "day": 86400}[granularity]
    # Whole units, so that a threshold never turns ten days into "one week".
    count = max(1, int(seconds // size) if granularity == "minute" else round(seconds / size))
    if span.total_seconds() >= 0:
        words = {
            "minute": lambda: ngettext("in %(num)s minute", "in %(num)s minutes", count),
            "hour": lambda: ngettext("in %(num)s hour", "in %(num)s hours", count),
            "day": lambda: ngettext("in %(num)s day", "in %(num)s days", count),
        }
    else:
        words = {
            "minute": lambda: ngettext("%(num)s minute late", "%(num)s minutes late", count),
            "hour": lambda: ngettext("%(num)s hour late", "%(num)s hours late", count),
            "day": lambda: ngettext("%(num)s day late", "%(num)s days late", count),
        }
    return str(words[granularity]())


def format_money(cents: int) -> str:
    """Whole euro cents as money in the person's language: '1 952,00 €' or '€1,952.00'."""
    return str(format_currency(Decimal(cents) / 100, "EUR"))


def format_points(value: float | int | None) -> str:
    """Points without needless decimals, in the person's language; a dash where there are none."""
    return "–" if value is None else format_decimal(round(float(value), 2), format="#,##0.##")


_COUNTED = re.compile(r"^(?:task|exercise|question|tehtävä)\s+\d+\s*[.:)–-]\s*(?=\S)", re.IGNORECASE)
_WORTH = re.compile(r"\s*\(\d+(?:[.,]\d+)?\s*(?:points?|p|pts|pistettä|piste)\.?\)", re.IGNORECASE)


def short_title(title: str | None) -> str:
    """A task's heading without its number and its points, for places that show both beside it: 'Task 5. Names (2 points)'
    becomes 'Names'. A heading that holds nothing else stays as it is."""
    text = title or ""
    return _WORTH.sub("", _COUNTED.sub("", text)).strip() or text


def install(app: Flask) -> None:
    """Register Babel, the template filters and the locale of the page."""
    babel.init_app(
        app,
        default_locale=app.config["DEFAULT_LOCALE"],
        default_timezone=app.config["DEFAULT_TIME_ZONE"],
        default_translation_directories=";".join(str(path) for path in catalogues()),
        locale_selector=choose_locale,
        timezone_selector=choose_zone,
    )
    app.jinja_env.filters.update(
        datetime=format_moment,
        datetime_in=format_moment_in,
        date=format_day,
        month_name=format_month,
        weekday=format_weekday,
        ago=format_ago,
        until=format_until,
        money=format_money,
        number=format_points,
        points=format_points,
        short_title=short_title,
        isotime=lambda moment: moment.isoformat(timespec="seconds") if moment else "",
    )
    app.jinja_env.globals.update(languages=LANGUAGES, now=clock.now)
    app.context_processor(lambda: {"locale": str(get_locale() or "en")})
