"""Deadlines, grace, late days and penalties: properties that hold at every moment, in every zone, over every clock change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assignments.lateness import (
    DAY,
    Allowance,
    Terms,
    attempts_left,
    counting,
    is_taken,
    last_moment,
    lateness,
    net,
    penalty,
    terms_of,
    with_allowances,
)
from app.assignments.states import CountingAttempt, LatePolicy

HELSINKI = ZoneInfo("Europe/Helsinki")
ZONES = [ZoneInfo(name) for name in ("Europe/Helsinki", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland")]

moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.sampled_from([UTC, *ZONES]))  # noqa: DTZ001
spans = st.timedeltas(timedelta(0), timedelta(days=40))


@st.composite
def all_terms(draw: st.DrawFn) -> Terms:
    opens = draw(moments)
    due = opens + draw(st.timedeltas(timedelta(minutes=1), timedelta(days=60)))
    return Terms(
        opens_at=opens,
        due_at=due,
        closes_at=draw(st.none() | spans.map(lambda span: due + span)),
        grace=timedelta(minutes=draw(st.integers(0, 3000))),
        policy=draw(st.sampled_from(list(LatePolicy))),
        percent=draw(st.floats(0, 100)),
        late_days=draw(st.integers(0, 5)),
        attempts=draw(st.none() | st.integers(1, 9)),
    )


@given(all_terms(), spans)
def test_nothing_is_late_until_the_grace_has_passed(terms: Terms, before: timedelta) -> None:
    assert not lateness(terms, terms.due_at - before).is_late
    assert not lateness(terms, terms.due_at + min(terms.grace, before)).is_late
    assert lateness(terms, terms.due_at + terms.grace + timedelta(microseconds=1)).is_late


@given(all_terms(), spans, spans)
def test_waiting_longer_never_makes_it_cheaper(terms: Terms, first: timedelta, more: timedelta) -> None:
    early, late = lateness(terms, terms.due_at + first), lateness(terms, terms.due_at + first + more)
    assert late.days >= early.days
    assert late.percent >= early.percent


@given(all_terms(), spans, st.floats(0, 1000))
def test_a_penalty_takes_between_nothing_and_everything(terms: Terms, after: timedelta, points: float) -> None:
    late = lateness(terms, terms.due_at + after)
    assert 0 <= penalty(points, late) <= points + 1e-6
    assert 0 <= late.percent <= 100
    assert late.free_days <= min(late.days, terms.late_days)
    if terms.policy in (LatePolicy.FREE, LatePolicy.HARD_CLOSE):
        assert net(points, late) == points


@given(all_terms(), spans, spans)
def test_an_extension_never_makes_anything_worse(terms: Terms, longer: timedelta, after: timedelta) -> None:
    extended = with_allowances(terms, [Allowance(due_at=terms.due_at + longer)])
    at = terms.due_at + after
    assert extended.due_at - terms.due_at == longer
    assert lateness(extended, at).percent <= lateness(terms, at).percent
    assert is_taken(extended, at) or not is_taken(terms, at)
    end, before = last_moment(extended), last_moment(terms)
    assert (end is None) == (before is None)
    assert end is None or before is None or end - before == longer


@given(all_terms(), st.lists(spans, max_size=4))
def test_of_several_extensions_the_latest_due_time_counts(terms: Terms, longer: list[timedelta]) -> None:
    given_ones = [Allowance(due_at=terms.due_at + span, extra_attempts=1) for span in longer]
    forwards = with_allowances(terms, given_ones)
    assert forwards == with_allowances(terms, reversed(given_ones))
    assert forwards.due_at == max([terms.due_at, *(terms.due_at + span for span in longer)])
    if terms.attempts is not None:
        assert attempts_left(forwards, terms.attempts) == len(longer)


@given(all_terms(), spans, st.sampled_from(ZONES), st.sampled_from(ZONES))
def test_the_zone_in_which_a_moment_is_written_plays_no_part(
    terms: Terms, after: timedelta, one: ZoneInfo, other: ZoneInfo
) -> None:
    at = (terms.due_at.astimezone(UTC) + after).astimezone(one)
    moved = replace(terms, due_at=terms.due_at.astimezone(other))
    plain = replace(terms, due_at=terms.due_at.astimezone(UTC))
    assert lateness(moved, at) == lateness(plain, at.astimezone(UTC))


@given(all_terms(), st.integers(1, 30))
def test_a_late_day_is_24_hours_or_part_of_them(terms: Terms, days: int) -> None:
    terms = replace(terms, grace=timedelta(0), due_at=terms.due_at.astimezone(UTC))
    assert lateness(terms, terms.due_at + days * DAY).days == days
    assert lateness(terms, terms.due_at + days * DAY + timedelta(microseconds=1)).days == days + 1


@pytest.mark.parametrize(
    ("due", "handed_in", "days"),
    [
        # The night of 25 October 2026 has 25 hours in Helsinki: the same wall-clock time next day is 25 hours later.
        (datetime(2026, 10, 24, 16, tzinfo=HELSINKI), datetime(2026, 10, 25, 15, tzinfo=HELSINKI), 1),
        (datetime(2026, 10, 24, 16, tzinfo=HELSINKI), datetime(2026, 10, 25, 15, 1, tzinfo=HELSINKI), 2),
        # The night of 29 March 2026 has 23.
        (datetime(2026, 3, 28, 16, tzinfo=HELSINKI), datetime(2026, 3, 29, 17, tzinfo=HELSINKI), 1),
        (datetime(2026, 3, 28, 16, tzinfo=HELSINKI), datetime(2026, 3, 29, 17, 1, tzinfo=HELSINKI), 2),
    ],
)
def test_late_days_are_hours_that_passed_not_dates(due: datetime, handed_in: datetime, days: int) -> None:
    terms = Terms(opens_at=due - DAY, due_at=due, policy=LatePolicy.PERCENT_A_DAY, percent=10)
    late = lateness(terms, handed_in)
    assert (late.days, late.percent) == (days, 10 * days)


def test_free_days_are_spent_before_any_penalty() -> None:
    due = datetime(2026, 9, 18, 13, tzinfo=UTC)
    terms = Terms(
        opens_at=due - DAY,
        due_at=due,
        policy=LatePolicy.PERCENT_A_DAY,
        percent=10,
        late_days=2,
        closes_at=due + 7 * DAY,
    )
    assert lateness(terms, due + 2 * DAY).percent == 0
    assert lateness(terms, due + 2 * DAY + timedelta(seconds=1)).percent == 10
    assert net(20, lateness(terms, due + 4 * DAY)) == 16


def test_a_hard_close_takes_nothing_after_grace_and_late_days() -> None:
    due = datetime(2026, 9, 18, 13, tzinfo=UTC)
    terms = Terms(opens_at=due - DAY, due_at=due, policy=LatePolicy.HARD_CLOSE, grace=timedelta(minutes=10))
    assert is_taken(terms, due + timedelta(minutes=10))
    assert not is_taken(terms, due + timedelta(minutes=11))
    assert is_taken(replace(terms, late_days=1), due + DAY)
    assert not is_taken(terms, due - 2 * DAY)


@dataclass
class Try:
    number: int
    score: float | None
    received_at: datetime


def test_the_best_attempt_is_the_best_after_its_penalty() -> None:
    due = datetime(2026, 9, 18, 13, tzinfo=UTC)
    terms = Terms(opens_at=due - DAY, due_at=due, policy=LatePolicy.FIXED, percent=50)
    attempts = [Try(1, 8, due), Try(2, 10, due + DAY), Try(3, None, due + DAY)]
    assert counting(attempts, terms, CountingAttempt.BEST) is attempts[0]
    assert counting(attempts, replace(terms, percent=10), CountingAttempt.BEST) is attempts[1]
    assert counting(attempts, terms, CountingAttempt.LATEST) is attempts[2]
    assert counting(attempts[2:], terms, CountingAttempt.BEST) is attempts[2]
    assert counting([], terms, CountingAttempt.BEST) is None


def test_the_terms_of_a_release_are_read_from_its_columns() -> None:
    class Row:
        opens_at = datetime(2026, 9, 1, tzinfo=UTC)
        due_at = datetime(2026, 9, 8, tzinfo=UTC)
        closes_at = None
        grace_minutes = 15
        late_policy = "fixed"
        late_percent = 20.0
        late_days = 1
        attempts_allowed = 3

    terms = terms_of(Row())
    assert terms.grace == timedelta(minutes=15)
    assert (terms.policy, terms.percent, terms.late_days, terms.attempts) == (LatePolicy.FIXED, 20.0, 1, 3)
