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
