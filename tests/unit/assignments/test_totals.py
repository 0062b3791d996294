"""Totals by weight and category, and rules of passing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assignments.totals import Rule, Work, percent, verdict

works = st.lists(
    st.builds(
        lambda share, most, weight, category: Work(share * most, most, weight, category),
        st.floats(0, 1),
        st.floats(1, 100),
        st.floats(0, 5),
        st.sampled_from(["", "exam", "weekly"]),
    ),
    max_size=8,
)


@given(works, st.dictionaries(st.sampled_from(["", "exam", "weekly"]), st.floats(0, 10)))
def test_a_total_lies_between_nothing_and_all(some: list[Work], shares: dict[str, float]) -> None:
    total = percent(some, shares)
    assert total is None or -1e-6 <= total <= 100 + 1e-6


@given(works)
def test_one_category_is_the_same_as_none(some: list[Work]) -> None:
    one = [Work(w.points, w.max_points, w.weight, "all") for w in some]
    plain, shared = percent(one), percent(one, {"all": 3})
    assert plain == shared or (plain is not None and shared is not None and abs(plain - shared) < 1e-6)


def test_what_does_not_count_yet_leaves_the_total_alone() -> None:
    assert percent([Work(8, 10), Work(None, 90)]) == 80
    assert percent([Work(None, 10)]) is None
    assert percent([]) is None


def test_a_work_of_twice_the_weight_counts_twice() -> None:
    assert percent([Work(10, 10, weight=2), Work(0, 10)]) == pytest.approx(100 * 2 / 3)


def test_categories_weigh_their_share_whatever_their_points() -> None:
    some = [Work(5, 10, category="weekly"), Work(90, 90, category="exam")]
    assert percent(some, {"weekly": 60, "exam": 40}) == 70
    assert percent(some[:1], {"weekly": 60, "exam": 40}) == 50


def test_a_course_is_passed_by_percent_and_by_all_hand_graded_work_done() -> None:
    rule = Rule(pass_percent=80, needs_hand_graded=True, needs_all_handed_in=True)
    assert verdict([Work(8, 10)], rule).is_passed
    assert verdict([Work(7.9, 10)], rule).missing == ("percent",)
    assert verdict([Work(10, 10), Work(None, 5, waits_for_coach=True)], rule).missing == ("hand_graded",)
    assert verdict([Work(10, 10), Work(0, 0, is_missing=True)], rule).missing == ("handed_in",)
    assert verdict([], Rule()).missing == ("percent",)
