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


ENROLMENT_TRANSITIONS: dict[EnrolmentState, frozenset[EnrolmentState]] = {
    EnrolmentState.ACTIVE: frozenset({EnrolmentState.WITHDRAWN, EnrolmentState.COMPLETED}),
    EnrolmentState.WITHDRAWN: frozenset({EnrolmentState.ACTIVE}),
    EnrolmentState.COMPLETED: frozenset({EnrolmentState.ACTIVE}),
}


class StaffRole(enum.StrEnum):
    """What a member of staff is in a cohort."""

    COACH = "coach"
    COORDINATOR = "coordinator"
