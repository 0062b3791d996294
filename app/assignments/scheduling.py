"""When each module of a course opens and is due, from a start date, weekdays and a pace. Pure: no database, no clock.

The course's time is laid along its teaching days: the chosen weekdays from the start date on that are not free.
By modules a week, each week (seven days from the start date) holds the same number of modules on the days it has left;
a week that keeps fewer than half of its days is left out. By hours a week, each day holds its share of the hours, so that
what a free day takes is made up later. A module opens on the first day that it has a part of, and is due on the last.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import takewhile
from zoneinfo import ZoneInfo

LONGEST_DAYS = 3 * 366


class PlanFault(ValueError):
    """The wishes cannot be laid out. ``reason``: weekdays, pace, times, hours or length."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a course is laid out. Just one of the two paces is given; weekdays count from Monday = 0; times are wall-clock times."""

    starts_on: date
    weekdays: frozenset[int]
    opens: time
    due: time
    zone: ZoneInfo
    modules_a_week: float | None = None
    hours_a_week: float | None = None
    free_days: Collection[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Slot:
    """The days and moments (UTC) of one module."""

    first_day: date
    last_day: date
    opens_at: datetime
    due_at: datetime


def plan(hours: Sequence[float], pattern: Pattern) -> list[Slot]:
    """A slot for each module, in order.

    Args:
        hours: of each module; 0 where the course does not say, which then counts as much as the others on average.

    Raises:
        PlanFault: no weekday, no pace, the due time not after the opening time, no hours known where the pace is in
            hours, or a course of more than three years.
    """
    _check(pattern)
    weights = _weights(hours, pattern)
    slots: list[Slot] = []
    days = _days(pattern)
    day, filled = next(days, (None, Fraction(0)))
    position = Fraction(0)
    for weight in weights:
        # A day is over for what begins when it is full.
        while day is not None and filled <= position:
            day, filled = _next(days, filled)
        first = day
        position += weight
        while day is not None and filled < position:
            day, filled = _next(days, filled)
        if first is None or day is None:
            raise PlanFault("length")
        slots.append(_slot(first, day, pattern))
    return slots


def skipped(slots: Sequence[Slot], pattern: Pattern) -> list[date]:
    """The chosen weekdays between the start and the last due day that are no teaching days: free days, and what is left of
    weeks that are left out; in order."""
    if not slots:
        return []
    last = slots[-1].last_day
    taught = {day for day, _filled in takewhile(lambda each: each[0] <= last, _days(pattern))}
    span = (pattern.starts_on + timedelta(days=offset) for offset in range((last - pattern.starts_on).days + 1))
    return [day for day in span if day.weekday() in pattern.weekdays and day not in taught]


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A wall-clock time as a moment in UTC. A time that the clocks skip moves forward by the gap; of two the first counts."""
    return datetime.combine(day, at.replace(tzinfo=None, fold=0), zone).astimezone(UTC)


def _check(pattern: Pattern) -> None:
    if not pattern.weekdays or not all(0 <= day <= 6 for day in pattern.weekdays):
        raise PlanFault("weekdays")
    paces = [pace for pace in (pattern.modules_a_week, pattern.hours_a_week) if pace is not None]
    if len(paces) != 1 or not 0 < paces[0] < math.inf:
        raise PlanFault("pace")
    if pattern.due <= pattern.opens:
        raise PlanFault("times")


def _weights(hours: Sequence[float], pattern: Pattern) -> list[Fraction]:
    if pattern.modules_a_week is not None:
        return [Fraction(1)] * len(hours)
    known = [_fraction(value) for value in hours if value > 0]
    if hours and not known:
        raise PlanFault("hours")
    average = sum(known, Fraction(0)) / len(known) if known else Fraction(0)
    return [_fraction(value) if value > 0 else average for value in hours]


def _days(pattern: Pattern) -> Iterator[tuple[date, Fraction]]:
    """Each teaching day with how much of the course is done when it is over; at most three years of them."""
    nominal = len(pattern.weekdays)
    pace = pattern.modules_a_week if pattern.modules_a_week is not None else pattern.hours_a_week
    assert pace is not None
    filled, free = Fraction(0), set(pattern.free_days)
    for week in range(LONGEST_DAYS // 7):
        try:
            begin = pattern.starts_on + timedelta(days=7 * week)
            block = [begin + timedelta(days=offset) for offset in range(7)]
        except OverflowError:
            return
        left = [day for day in block if day.weekday() in pattern.weekdays and day not in free]
        if pattern.modules_a_week is not None:
            if 2 * len(left) < nominal:
                continue
            share = _fraction(pace) / len(left)
        else:
            share = _fraction(pace) / nominal
        for day in left:
            filled += share
            yield day, filled


def _next(days: Iterator[tuple[date, Fraction]], filled: Fraction) -> tuple[date | None, Fraction]:
    return next(days, (None, filled))


def _slot(first: date, last: date, pattern: Pattern) -> Slot:
    opens_at, due_at = moment(first, pattern.opens, pattern.zone), moment(last, pattern.due, pattern.zone)
    if due_at <= opens_at:
        # Only where the clocks skip one of the two times of a single day.
        wall = datetime.combine(first, pattern.due) - datetime.combine(first, pattern.opens)
        due_at = opens_at + wall
    return Slot(first, last, opens_at, due_at)


def _fraction(value: float) -> Fraction:
    return Fraction(value).limit_denominator(1000) or Fraction(1, 1000)
