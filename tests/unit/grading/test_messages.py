"""A message of a visible assertion is told; that of a hidden one, or one that could be either, is not."""

from __future__ import annotations

import pytest

from app.grading.messages import is_visible

VISIBLE = """
answer = swap("a", "b")
assert answer != ("a", "b"), "the signs are still in their old places"
assert answer[0] == "b", f"left should now be 'b', but it is {answer[0]!r}"
assert answer, f"{answer}"
assert answer
"""
HIDDEN = """
secret = 41
assert swap(secret, 1)[0] == 1, f"with {secret} the left one is wrong"
assert swap("x", "y")[0] == "y", f"left should now be 'y', but it is {swap('x', 'y')[0]!r}"
assert swap(1, 2), "the hidden one"
"""


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("the signs are still in their old places", True),
        ("left should now be 'b', but it is 'a'", True),
        ("left should now be 'b', but it is 'a\nb'", True),
        ("left should now be 'y', but it is 'x'", False),
        ("with 41 the left one is wrong", False),
        ("the hidden one", False),
        ("", False),
        ("something that the trainee's own code says", False),
        ("the signs are still in their old places and more", False),
    ],
)
def test_only_visible_messages_are_told(message: str, expected: bool) -> None:
    assert is_visible(message, VISIBLE + HIDDEN, VISIBLE) is expected


def test_same_words_in_a_hidden_assertion_hide_the_visible_one() -> None:
    twice = VISIBLE + 'assert False, "the signs are still in their old places"\n'
    assert not is_visible("the signs are still in their old places", twice, VISIBLE)


def test_hidden_assertion_with_a_computed_message_hides_everything() -> None:
    assert not is_visible("the signs are still in their old places", VISIBLE + "assert False, str(secret)\n", VISIBLE)


def test_what_is_no_python_tells_nothing() -> None:
    assert not is_visible("anything at all here", "%%bash\necho", "%%bash\necho")
