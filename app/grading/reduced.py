"""The weaker box for hosts without namespaces: Landlock, seccomp, limits and an own user. Says when it cannot be had."""

from __future__ import annotations

from app.grading.api import Problem
from app.grading.box import landlock


def reduced_problem() -> Problem | None:
    """What stands in the way of the reduced box, if anything."""
    if landlock.version() < 1:
        return Problem(
            "The kernel has no Landlock",
            "The reduced box keeps files out of reach with it.",
            "Use a kernel of version 5.13 or newer with “landlock” among its lsm= modules.",
        )
    return None
