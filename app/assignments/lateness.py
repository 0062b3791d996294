"""What the times of a release mean for one submitter: due, late, closed, and what it costs. Pure; nothing here is stored.

A late day is 24 hours or part of them, counted from the due time. Inside the grace minutes a hand-in is on time; after
them it is late from the due time on. All moments are aware and are reckoned in UTC: Python subtracts two moments of the
same zone by their wall clocks, which is an hour wrong over a night that the clocks change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from app.assignments.states import CountingAttempt, LatePolicy

DAY = timedelta(hours=24)
NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Terms:
    """The times and prices that hold for one submitter."""

    opens_at: datetime
    due_at: datetime
    closes_at: datetime | None = None
    grace: timedelta = NOTHING
    policy: LatePolicy = LatePolicy.FREE
    percent: float = 0
    late_days: int = 0
    attempts: int | None = None
    is_excused: bool = False

    def __post_init__(self) -> None:
        """Keep every moment in UTC."""
        for name in ("opens_at", "due_at", "closes_at"):
            moment = getattr(self, name)
            if moment is not None and moment.tzinfo is not UTC:
                object.__setattr__(self, name, moment.astimezone(UTC))


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one extension gives: a later due time, more attempts, or an excuse."""

    due_at: datetime | None = None
    extra_attempts: int = 0
    is_excused: bool = False


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late a hand-in is: ``by`` after the due time, in late days, and the percentage of the points it costs."""

    by: timedelta = NOTHING
    days: int = 0
    free_days: int = 0
    percent: float = 0

    @property
    def is_late(self) -> bool:
        """After the due time and the grace minutes."""
        return self.days > 0

    @property
    def charged_days(self) -> int:
        """Late days that are not free."""
        return self.days - self.free_days


ON_TIME = Lateness()


class Attempt(Protocol):
    """What the choice among attempts needs to know of each."""

    number: int
    score: float | None
    received_at: datetime


def terms_of(release: Any) -> Terms:
    """The terms as the release states them (a Release, or a row with the same columns)."""
    return Terms(
        opens_at=release.opens_at,
        due_at=release.due_at,
        closes_at=release.closes_at,
        grace=timedelta(minutes=release.grace_minutes),
        policy=LatePolicy(release.late_policy),
        percent=release.late_percent,
        late_days=release.late_days,
        attempts=release.attempts_allowed,
    )


def with_allowances(terms: Terms, allowances: Iterable[Allowance]) -> Terms:
    """The terms of a submitter with extensions: the latest due time counts, extra attempts add up, one excuse excuses.

    The closing time moves by as much as the due time, so that an extension never shortens what comes after it.
    """
    due, extra, excused = terms.due_at, 0, terms.is_excused
    for allowance in allowances:
        if allowance.due_at is not None and allowance.due_at > due:
            due = allowance.due_at.astimezone(UTC)
        extra += allowance.extra_attempts
        excused = excused or allowance.is_excused
    closes = terms.closes_at + (due - terms.due_at) if terms.closes_at is not None else None
    attempts = terms.attempts + extra if terms.attempts is not None else None
    return replace(terms, due_at=due, closes_at=closes, attempts=attempts, is_excused=excused)


def last_moment(terms: Terms) -> datetime | None:
    """Until when a hand-in is taken (that moment included); None where it never closes."""
    ends = [terms.closes_at] if terms.closes_at is not None else []
    if terms.policy is LatePolicy.HARD_CLOSE:
        ends.append(terms.due_at + max(terms.grace, terms.late_days * DAY))
    return min(ends) if ends else None


def is_taken(terms: Terms, at: datetime) -> bool:
    """Whether a hand-in at this moment is taken, as far as the times go."""
    end = last_moment(terms)
    return at >= terms.opens_at and (end is None or at <= end)


def attempts_left(terms: Terms, used: int) -> int | None:
    """How many attempts remain; None where there is no limit."""
    return None if terms.attempts is None else max(0, terms.attempts - used)


def lateness(terms: Terms, received_at: datetime) -> Lateness:
    """How late a hand-in at ``received_at`` is, and what it costs."""
    over = (received_at if received_at.tzinfo is UTC else received_at.astimezone(UTC)) - terms.due_at
    if over <= NOTHING or over <= terms.grace:
        return ON_TIME
    days = -(-over // DAY)
    free = min(days, terms.late_days)
    percent = 0.0
    if days > free:
        if terms.policy is LatePolicy.PERCENT_A_DAY:
            percent = min(100.0, terms.percent * (days - free))
        elif terms.policy is LatePolicy.FIXED:
            percent = min(100.0, terms.percent)
    return Lateness(by=over, days=days, free_days=free, percent=percent)


def penalty(points: float, late: Lateness) -> float:
    """Points taken off for lateness; never more than there are."""
    return round(points * late.percent / 100, 6)


def net(points: float | None, late: Lateness) -> float | None:
    """Points after the penalty; None while they are not known."""
    return None if points is None else points - penalty(points, late)


def counting(attempts: Sequence[Attempt], terms: Terms, which: CountingAttempt) -> Attempt | None:
    """The attempt that counts: the latest, or the one with most points after the penalty (of equals, the latest).

    An attempt whose points are not known yet counts only where none is known.
    """
    if len(attempts) < 2:
        return attempts[0] if attempts else None
    if which is CountingAttempt.LATEST:
        return max(attempts, key=lambda attempt: attempt.number)

    def worth(attempt: Attempt) -> tuple[float, int]:
        points = net(attempt.score, lateness(terms, attempt.received_at))
        return (-1.0 if points is None else points, attempt.number)

    return max(attempts, key=worth)
