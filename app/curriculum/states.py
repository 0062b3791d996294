"""Kinds of what a course is made of."""

from __future__ import annotations

import enum


class TaskKind(enum.StrEnum):
    """How a task of an assignment is marked; the values are those of the grading engine."""

    TESTS = "tests"
    ANSWER = "answer"
    TASK = "task"
    AUTOGRADED_ANSWER = "autograded_answer"

    @property
    def is_manual(self) -> bool:
        """Whether a coach gives the points."""
        return self in (TaskKind.ANSWER, TaskKind.TASK)


class Outcome(enum.StrEnum):
    """What became of one file of a course that is brought in."""

    TAKEN = "taken"
    UPGRADED = "upgraded"
    LEFT_OUT = "left_out"
    REFUSED = "refused"
