"""States of hand-ins and runs, and the table of allowed transitions."""

from __future__ import annotations

import enum


class HandInSource(enum.StrEnum):
    """How an attempt came in."""

    UPLOAD = "upload"
    PAGE = "page"
    PUSH = "push"


class SubmissionState(enum.StrEnum):
    """Where an attempt stands. "Feedback given" is a graded attempt whose feedback was released."""

    HANDED_IN = "handed_in"
    BEING_GRADED = "being_graded"
    WAITS_FOR_COACH = "waits_for_coach"
    GRADED = "graded"
    NOT_GRADABLE = "not_gradable"


SUBMISSION_TRANSITIONS: dict[SubmissionState, frozenset[SubmissionState]] = {
    SubmissionState.HANDED_IN: frozenset({SubmissionState.BEING_GRADED, SubmissionState.NOT_GRADABLE}),
    SubmissionState.BEING_GRADED: frozenset(
        {
            SubmissionState.HANDED_IN,
            SubmissionState.WAITS_FOR_COACH,
            SubmissionState.GRADED,
            SubmissionState.NOT_GRADABLE,
        }
    ),
    SubmissionState.WAITS_FOR_COACH: frozenset({SubmissionState.GRADED, SubmissionState.HANDED_IN}),
    SubmissionState.GRADED: frozenset({SubmissionState.WAITS_FOR_COACH, SubmissionState.HANDED_IN}),
    SubmissionState.NOT_GRADABLE: frozenset({SubmissionState.HANDED_IN}),
}


class RunState(enum.StrEnum):
    """One autograding of an attempt."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class FeedbackPolicy(enum.StrEnum):
    """When a trainee sees the coach's points and comments."""

    WHEN_RELEASED = "when_released"
    AS_GRADED = "as_graded"


class GradeChangeKind(enum.StrEnum):
    """What moved a score."""

    RUN = "run"
    COACH = "coach"
    CARRIED = "carried"
    REGRADE = "regrade"
    UNDONE = "undone"


class LatePolicy(enum.StrEnum):
    """What a hand-in after the due time costs."""

    FREE = "free"
    PERCENT_A_DAY = "percent_a_day"
    FIXED = "fixed"
    HARD_CLOSE = "hard_close"


class CountingAttempt(enum.StrEnum):
    """Which of a trainee's attempts counts."""

    BEST = "best"
    LATEST = "latest"


class RegradeState(enum.StrEnum):
    """Where a trainee's request to look at a mark again stands."""

    OPEN = "open"
    CHANGED = "changed"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"


REGRADE_TRANSITIONS: dict[RegradeState, frozenset[RegradeState]] = {
    RegradeState.OPEN: frozenset({RegradeState.CHANGED, RegradeState.KEPT, RegradeState.WITHDRAWN}),
    RegradeState.CHANGED: frozenset({RegradeState.OPEN}),
    RegradeState.KEPT: frozenset({RegradeState.OPEN}),
    RegradeState.WITHDRAWN: frozenset(),
}


class BatchState(enum.StrEnum):
    """A batch regrade: tried first, then applied, and undone if it was a mistake."""

    TRYING = "trying"
    TRIED = "tried"
    APPLIED = "applied"
    UNDONE = "undone"
    DROPPED = "dropped"


BATCH_TRANSITIONS: dict[BatchState, frozenset[BatchState]] = {
    BatchState.TRYING: frozenset({BatchState.TRIED, BatchState.DROPPED}),
    BatchState.TRIED: frozenset({BatchState.APPLIED, BatchState.DROPPED}),
    BatchState.APPLIED: frozenset({BatchState.UNDONE}),
    BatchState.UNDONE: frozenset(),
    BatchState.DROPPED: frozenset(),
}


class ReleasePhase(enum.StrEnum):
    """Where a release stands by its times; computed, never stored."""

    PLANNED = "planned"
    OPEN = "open"
    DUE = "due"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
