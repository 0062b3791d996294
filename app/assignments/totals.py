"""A trainee's total from single works, by weights and categories, and whether it passes the course. Pure.

A work weighs its greatest points times its own weight. Where a course states shares of categories, each category's
percentage weighs its share instead, and shares of categories without any counted work fall away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


# Not frozen: a large sheet makes thousands of them, and freezing costs three times as much.
@dataclass(slots=True)
class Work:
    """One assignment of one trainee. ``points`` after the penalty; None while it does not count yet."""

    points: float | None
    max_points: float
    weight: float = 1
    category: str = ""
    waits_for_coach: bool = False
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """What a course asks for."""

    pass_percent: float = 50
    needs_hand_graded: bool = False
    needs_all_handed_in: bool = False
    category_weights: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a course is passed with what is known, and what is missing: percent, hand_graded, handed_in."""

    percent: float | None
    missing: tuple[str, ...]

    @property
    def is_passed(self) -> bool:
        """Nothing is missing."""
        return not self.missing


def percent(works: Iterable[Work], category_weights: Mapping[str, float] | None = None) -> float | None:
    """The total, 0 to 100 (above, with extra credit); None where nothing counts yet."""
    earned: dict[str, float] = {}
    whole: dict[str, float] = {}
    for work in works:
        share = work.weight * work.max_points
        if work.points is None or share <= 0:
            continue
        key = work.category if category_weights else ""
        earned[key] = earned.get(key, 0) + work.points * work.weight
        whole[key] = whole.get(key, 0) + share
    if not whole:
        return None
    shares = {key: (category_weights.get(key, 0) if category_weights else 1) for key in whole}
    total = sum(shares.values())
    if total <= 0:
        return 100 * sum(earned.values()) / sum(whole.values())
    return 100 * sum(shares[key] / total * earned[key] / whole[key] for key in whole)


def verdict(works: Sequence[Work], rule: Rule) -> Verdict:
    """Whether the works pass the course by its rule."""
    reached = percent(works, rule.category_weights)
    missing = []
    # Three thirds of a third must not miss a mark that people would say is reached.
    if reached is None or reached < rule.pass_percent - 1e-9:
        missing.append("percent")
    if rule.needs_hand_graded and any(work.waits_for_coach for work in works):
        missing.append("hand_graded")
    if rule.needs_all_handed_in and any(work.is_missing for work in works):
        missing.append("handed_in")
    return Verdict(percent=reached, missing=tuple(missing))
