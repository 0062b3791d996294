"""States of teams."""

from __future__ import annotations

import enum


class TeamState(enum.StrEnum):
    """A team works, or has ended and is kept for its history."""

    ACTIVE = "active"
    ENDED = "ended"
