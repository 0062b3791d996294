"""Days without teaching: a country's public holidays, and days that a person types in. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from babel.core import get_global

# Where the programmes run, and their neighbours.
COUNTRIES = ("FI", "LV", "EE", "LT", "SE", "NO", "DK", "DE", "PL")
LONGEST_RANGE = 366

_DAY = r"(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\.\d{1,2}\.\d{4})"
_LINE = re.compile(rf"^{_DAY}(?:\s*(?:-|–|—|\.\.|to)\s*{_DAY})?$")


class UnreadableDays(ValueError):
    """``text``: what could not be read as a date or as two."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def country_of(zone: str) -> str:
    """The country of a time zone, where its holidays are offered; else empty."""
    found = str(get_global("zone_territories").get(zone, ""))
    return found if found in COUNTRIES else ""


def public_holidays(country: str, years: Iterable[int], language: str) -> dict[date, str]:
    """Public holidays with their names, in the language where the country's calendar has it, else in English."""
    if country not in COUNTRIES:
        return {}
    # Loaded where it is needed: it brings the calendars of every country.
    import holidays

    known = holidays.country_holidays(country).supported_languages
    chosen = language if language in known else next((each for each in known if each.startswith("en")), None)
    # Some calendars hold each Sunday; a name of its own is what makes a day a holiday here.
    return {
        day: name
        for day, name in holidays.country_holidays(country, years=list(years), language=chosen).items()
        if name
    }


def read_days(text: str) -> set[date]:
    """The days of a text: one day or one range a line (or between commas), as 2026-12-24 or 24.12.2026.

    Raises:
        UnreadableDays: what is no date, ends before it begins, or is longer than a year.
    """
    found: set[date] = set()
    for part in re.split(r"[\n,;]", text):
        line = part.strip()
        if not line:
            continue
        match = _LINE.match(line)
        if match is None:
            raise UnreadableDays(line)
        first, last = _day(match[1], line), _day(match[2] or match[1], line)
        if not first <= last <= first + timedelta(days=LONGEST_RANGE):
            raise UnreadableDays(line)
        found |= {first + timedelta(days=offset) for offset in range((last - first).days + 1)}
    return found


def _day(text: str, line: str) -> date:
    parts = [int(part) for part in re.split(r"[.-]", text)]
    year, month, day = parts if "-" in text else parts[::-1]
    try:
        made = date(year, month, day)
    except ValueError:
        raise UnreadableDays(line) from None
    if not 1990 <= made.year <= 2200:
        raise UnreadableDays(line)
    return made
