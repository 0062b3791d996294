"""A month as weeks of days with what happens on each. Pure."""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo


class Happens(Protocol):
    """What a calendar needs to know of an entry."""

    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the grid."""

    date: date
    is_in_month: bool
    is_today: bool
    entries: list[Any] = field(default_factory=list)
    free: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    """A month from Monday to Sunday, filled up with days of its neighbours."""

    first: date
    weeks: list[list[Day]]

    @property
    def previous(self) -> str:
        """As in an address: "2026-11"."""
        return (self.first - timedelta(days=1)).strftime("%Y-%m")

    @property
    def next(self) -> str:
        """As in an address: "2027-01"."""
        return (self.first + timedelta(days=31)).strftime("%Y-%m")

    @property
    def days(self) -> list[Day]:
        """Its own days on which something happens."""
        return [day for week in self.weeks for day in week if day.is_in_month and day.entries]


def read_month(text: str | None, today: date) -> date:
    """The first day of the month "2026-12"; of today's where the text is none."""
    match = re.fullmatch(r"(\d{4})-(\d{2})", text or "")
    if match and 2000 <= int(match[1]) <= 2200 and 1 <= int(match[2]) <= 12:
        return date(int(match[1]), int(match[2]), 1)
    return today.replace(day=1)


def by_day(entries: Iterable[Happens], zone: ZoneInfo) -> dict[date, list[Any]]:
    """Entries by their day in a time zone, in order of time."""
    days: dict[date, list[Any]] = defaultdict(list)
    for entry in sorted(entries, key=lambda each: each.at):
        days[entry.at.astimezone(zone).date()].append(entry)
    return days


def month_of(first: date, entries: Iterable[Happens], zone: ZoneInfo, today: date, free: dict[date, str]) -> Month:
    """The month that begins with ``first``; ``free``: names of holidays by day."""
    days = by_day(entries, zone)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return Month(
        first,
        [
            [Day(day, day.month == first.month, day == today, days.get(day, []), free.get(day, "")) for day in week]
            for week in weeks
        ],
    )
