"""Differences of answers: every line of both texts is accounted for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.assignments.changes import answer_changes, line_changes

texts = st.lists(st.sampled_from(["a", "b", "c", "", "x = 1"]), max_size=8).map("\n".join)


@given(texts, texts)
def test_a_difference_tells_how_to_come_from_one_to_the_other(before: str, after: str) -> None:
    lines = line_changes(before, after)
    old, new = before.splitlines(), after.splitlines()
    assert bool(lines) == (old != new)
    kept = sum(line.kind == "new" for line in lines), sum(line.kind == "gone" for line in lines)
    assert kept[0] - kept[1] == len(new) - len(old)
    assert all(line.text in new for line in lines if line.kind in ("new", "same"))
    assert all(line.text in old for line in lines if line.kind in ("gone", "same"))


@given(texts)
def test_equal_texts_differ_in_nothing(text: str) -> None:
    assert line_changes(text, text) == ()


def test_only_changed_answers_are_told_in_their_order() -> None:
    found = answer_changes({"one": "a", "two": "b"}, {"one": "a", "two": "c", "three": "new"}, ["one", "two", "three"])
    assert [(change.grade_id, change.added, change.removed) for change in found] == [("two", 1, 1), ("three", 1, 0)]
