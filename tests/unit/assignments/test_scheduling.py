"""The plan of a course: properties over any wishes, and the cases a coordinator would check by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assignments.free_days import UnreadableDays, country_of, public_holidays, read_days
from app.assignments.scheduling import Pattern, PlanFault, plan, skipped

HELSINKI = ZoneInfo("Europe/Helsinki")
ZONES = ("Europe/Helsinki", "Europe/Riga", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
WORKDAYS = frozenset(range(5))


def pattern(**values: object) -> Pattern:
    given = {
        "starts_on": date(2026, 8, 10),
        "weekdays": WORKDAYS,
        "opens": time(9),
        "due": time(16),
        "zone": HELSINKI,
        "modules_a_week": 1,
    } | values
    return Pattern(**given)  # type: ignore[arg-type]


@st.composite
def patterns(draw: st.DrawFn) -> Pattern:
    # Around changes of the clocks and ends of years more often than elsewhere.
    near = st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2027, 12, 31), date(2028, 2, 29)])
    start = draw(
        st.one_of(
            st.dates(date(2020, 1, 1), date(2035, 12, 31)),
            st.builds(lambda day, off: day - timedelta(days=off), near, st.integers(0, 9)),
        )
    )
    opens, due = sorted(draw(st.lists(st.times(), min_size=2, max_size=2, unique=True)))
    pace: dict[str, float | None] = (
        {"modules_a_week": draw(st.sampled_from([0.25, 0.5, 1, 1.5, 2, 3, 5, 14]))}
        if draw(st.booleans())
        else {"modules_a_week": None, "hours_a_week": draw(st.floats(2, 60))}
    )
    offsets = draw(st.frozensets(st.integers(0, 60), max_size=25))
    return pattern(
        starts_on=start,
        weekdays=draw(st.frozensets(st.integers(0, 6), min_size=1)),
        opens=opens.replace(fold=0),
        due=due.replace(fold=0),
        zone=ZoneInfo(draw(st.sampled_from(ZONES))),
        free_days=frozenset(start + timedelta(days=offset) for offset in offsets),
        **pace,
    )


@given(patterns(), st.lists(st.floats(0.5, 40), max_size=14))
def test_any_plan_keeps_order_days_and_wall_clock(wishes: Pattern, hours: list[float]) -> None:
    slots = plan(hours, wishes)
    assert len(slots) == len(hours)
    for slot in slots:
        assert slot.opens_at < slot.due_at
        for day in (slot.first_day, slot.last_day):
            assert day.weekday() in wishes.weekdays
            assert day not in wishes.free_days
            assert day >= wishes.starts_on
        for at, wall in ((slot.opens_at, wishes.opens), (slot.due_at, wishes.due)):
            assert at.tzinfo is UTC
            local = at.astimezone(wishes.zone).replace(tzinfo=None)
            asked = datetime.combine(local.date(), wall)
            # The wall clock is what was asked for, save where the clocks skipped that time.
            back = asked.replace(tzinfo=wishes.zone).astimezone(UTC).astimezone(wishes.zone).replace(tzinfo=None)
            assert local == asked or back != asked or at == slot.due_at
    for before, after in pairwise(slots):
        assert before.first_day <= after.first_day
        assert before.last_day <= after.last_day
        assert after.first_day >= before.last_day


@given(patterns(), st.integers(1, 8), st.integers(0, 60))
def test_another_free_day_never_brings_a_course_to_an_earlier_end(wishes: Pattern, count: int, offset: int) -> None:
    if wishes.modules_a_week is not None:
        return
    from dataclasses import replace

    freer = replace(wishes, free_days=set(wishes.free_days) | {wishes.starts_on + timedelta(days=offset)})
    assert plan([6.0] * count, freer)[-1].last_day >= plan([6.0] * count, wishes)[-1].last_day


def days(slots: list) -> list[tuple[str, str]]:
    return [(slot.first_day.strftime("%a %d.%m."), slot.last_day.strftime("%a %d.%m.")) for slot in slots]


def test_one_module_a_week_from_monday_to_friday() -> None:
    assert days(plan([0] * 3, pattern())) == [
        ("Mon 10.08.", "Fri 14.08."),
        ("Mon 17.08.", "Fri 21.08."),
        ("Mon 24.08.", "Fri 28.08."),
    ]


def test_two_modules_a_week_and_half_a_module_a_week() -> None:
    assert days(plan([0] * 2, pattern(modules_a_week=2))) == [
        ("Mon 10.08.", "Wed 12.08."),
        ("Wed 12.08.", "Fri 14.08."),
    ]
    assert days(plan([0], pattern(modules_a_week=0.5))) == [("Mon 10.08.", "Fri 21.08.")]


def test_hours_a_week_fill_the_days() -> None:
    assert days(plan([12, 6, 6], pattern(modules_a_week=None, hours_a_week=30))) == [
        ("Mon 10.08.", "Tue 11.08."),
        ("Wed 12.08.", "Wed 12.08."),
        ("Thu 13.08.", "Thu 13.08."),
    ]


def test_holidays_are_skipped_over_the_year_end() -> None:
    free = public_holidays("FI", (2026, 2027), "en") | {}
    wishes = pattern(starts_on=date(2026, 12, 21), free_days=free)
    slots = plan([0] * 3, wishes)
    assert days(slots) == [("Mon 21.12.", "Wed 23.12."), ("Mon 28.12.", "Thu 31.12."), ("Mon 04.01.", "Fri 08.01.")]
    assert skipped(slots, wishes) == [date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1), date(2027, 1, 6)]


def test_a_week_that_is_mostly_free_is_left_out() -> None:
    free = read_days("21.12.2026 - 23.12.2026") | set(public_holidays("FI", (2026, 2027), "fi"))
    wishes = pattern(starts_on=date(2026, 12, 21), free_days=free - {date(2026, 12, 21)})
    slots = plan([0], wishes)
    assert days(slots) == [("Mon 28.12.", "Thu 31.12.")]
    assert skipped(slots, wishes) == [date(2026, 12, day) for day in range(21, 26)]


def test_the_wall_clock_stays_when_the_clocks_change() -> None:
    slots = plan([0] * 2, pattern(starts_on=date(2026, 10, 19)))
    assert [slot.opens_at.hour for slot in slots] == [6, 7]
    assert [slot.due_at.hour for slot in slots] == [13, 14]


def test_a_time_that_the_clocks_skip_moves_forward_and_stays_in_order() -> None:
    [slot] = plan([0], pattern(starts_on=date(2026, 3, 29), weekdays=frozenset({6}), opens=time(3, 30), due=time(4, 0)))
    assert slot.opens_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert slot.due_at == slot.opens_at + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"weekdays": frozenset()}, "weekdays"),
        ({"modules_a_week": 0}, "pace"),
        ({"modules_a_week": None}, "pace"),
        ({"hours_a_week": 3}, "pace"),
        ({"due": time(9)}, "times"),
        ({"modules_a_week": 0.001}, "length"),
        ({"modules_a_week": None, "hours_a_week": 5}, "hours"),
        ({"starts_on": date(9999, 12, 30)}, "length"),
    ],
)
def test_wishes_that_cannot_be_laid_out_say_why(values: dict, reason: str) -> None:
    with pytest.raises(PlanFault) as fault:
        plan([0, 0], pattern(**values))
    assert fault.value.reason == reason


def test_free_days_are_read_as_days_and_ranges() -> None:
    assert read_days("2026-12-24, 26.12.2026\n\n30.12.2026 – 2.1.2027") == {
        date(2026, 12, 24), date(2026, 12, 26), date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2),
    }  # fmt: skip


@pytest.mark.parametrize("text", ["soon", "2026-02-30", "2026-12-24 - 2026-12-20", "1.1.2026 - 1.1.2030", "0001-01-01"])
def test_what_is_no_day_is_named(text: str) -> None:
    with pytest.raises(UnreadableDays) as fault:
        read_days(f"2026-12-24\n{text}")
    assert fault.value.text == text


def test_holidays_of_a_country_have_names() -> None:
    assert country_of("Europe/Riga") == "LV"
    assert country_of("Europe/Helsinki") == "FI"
    assert country_of("Asia/Tokyo") == ""
    assert public_holidays("FI", (2026,), "fi")[date(2026, 12, 6)] == "Itsenäisyyspäivä"
    assert date(2026, 11, 18) in public_holidays("LV", (2026,), "fi")
    assert public_holidays("", (2026,), "en") == {}
