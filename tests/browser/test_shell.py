"""The served application answers in a real browser."""

from __future__ import annotations

from typing import Any


def test_unknown_address_has_a_page(page: Any) -> None:
    answer = page.goto("/no-such-page")
    assert answer is not None and answer.status == 404
    assert page.get_by_role("heading", level=1).inner_text()
