"""States of cohorts, enrolments and staff, and the table of allowed transitions."""

from __future__ import annotations

import enum


class CohortState(enum.StrEnum):
    """The life of a cohort."""

    PLANNED = "planned"
    RECRUITING = "recruiting"
    RUNNING = "running"
    FINISHED = "finished"
    ARCHIVED = "archived"


COHORT_TRANSITIONS: dict[CohortState, frozenset[CohortState]] = {
    CohortState.PLANNED: frozenset({CohortState.RECRUITING, CohortState.RUNNING, CohortState.ARCHIVED}),
    CohortState.RECRUITING: frozenset({CohortState.PLANNED, CohortState.RUNNING, CohortState.ARCHIVED}),
    CohortState.RUNNING: frozenset({CohortState.FINISHED}),
    CohortState.FINISHED: frozenset({CohortState.RUNNING, CohortState.ARCHIVED}),
    CohortState.ARCHIVED: frozenset({CohortState.FINISHED}),
}


class EnrolmentState(enum.StrEnum):
    """A trainee's place in a cohort."""

    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    COMPLETED = "completed"


class StaffRole(enum.StrEnum):
    """What a member of staff is in a cohort."""

    COACH = "coach"
    COORDINATOR = "coordinator"
