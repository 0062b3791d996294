"""The weaker box for hosts without namespaces: Landlock, seccomp, limits and an own user. Says when it cannot be had."""

from __future__ import annotations

import ctypes

from app.grading.api import Problem


def landlock_version() -> int:
    """The version of Landlock that the kernel offers; 0 where it has none."""
    libc = ctypes.CDLL(None, use_errno=True)
    version = int(libc.syscall(444, None, ctypes.c_size_t(0), 1))
    return max(version, 0)


def reduced_problem() -> Problem | None:
    """What stands in the way of the reduced box, if anything."""
    if landlock_version() < 1:
        return Problem(
            "The kernel has no Landlock",
            "The reduced box keeps files out of reach with it.",
            "Use a kernel of version 5.13 or newer with “landlock” among its lsm= modules.",
        )
    return None
