"""The words for states and roles of cohorts."""

from __future__ import annotations

from typing import Any

from app.cohorts.states import CohortState, EnrolmentState, StaffRole
from app.platform.i18n import lazy_gettext as _l

COHORT_STATES: dict[CohortState, Any] = {
    CohortState.PLANNED: _l("Planned"),
    CohortState.RECRUITING: _l("Recruiting"),
    CohortState.RUNNING: _l("Running"),
    CohortState.FINISHED: _l("Finished"),
    CohortState.ARCHIVED: _l("Archived"),
}
# (icon, tone) of the chip
COHORT_CHIPS: dict[CohortState, tuple[str, str | None]] = {
    CohortState.PLANNED: ("cal", None),
    CohortState.RECRUITING: ("talk", "info"),
    CohortState.RUNNING: ("play", "good"),
    CohortState.FINISHED: ("flag", None),
    CohortState.ARCHIVED: ("folder", None),
}
# What the button of a step says, by where it leads.
COHORT_STEPS: dict[CohortState, Any] = {
    CohortState.PLANNED: _l("Back to planned"),
    CohortState.RECRUITING: _l("Open recruiting"),
    CohortState.RUNNING: _l("Start the cohort"),
    CohortState.FINISHED: _l("Finish the cohort"),
    CohortState.ARCHIVED: _l("Archive the cohort"),
}
ENROLMENT_STATES: dict[EnrolmentState, Any] = {
    EnrolmentState.ACTIVE: _l("Active"),
    EnrolmentState.WITHDRAWN: _l("Withdrawn"),
    EnrolmentState.COMPLETED: _l("Completed"),
}
ENROLMENT_CHIPS: dict[EnrolmentState, tuple[str, str | None]] = {
    EnrolmentState.ACTIVE: ("check", "good"),
    EnrolmentState.WITHDRAWN: ("out", None),
    EnrolmentState.COMPLETED: ("flag", "info"),
}
STAFF_ROLES: dict[StaffRole, Any] = {
    StaffRole.COACH: _l("Coach"),
    StaffRole.COORDINATOR: _l("Coordinator"),
}


def site_name(site: Any) -> str:
    """A site with its city, where that says more than the name."""
    return f"{site.name}, {site.city}" if site.city and site.city.lower() not in site.name.lower() else str(site.name)
