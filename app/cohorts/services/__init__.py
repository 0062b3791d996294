"""Writes of cohorts; what other features, the demo and the command line call."""

from __future__ import annotations

from app.cohorts.services.cohorts import (
    CohortDetails,
    create_cohort,
    create_programme,
    create_site,
    lock_cohort,
    move_cohort,
    needs_reason,
    update_cohort,
    update_programme,
)
from app.cohorts.services.roster import (
    PlanChanged,
    apply_import,
    begin_import,
    edit_trainee,
    enrol,
    invite_again,
    move_enrolment,
    plan_roster,
    refresh_import,
    table_of,
)
from app.cohorts.services.staff import add_staff, end_staff, grant_coordinator, revoke_grant

__all__ = [
    "CohortDetails",
    "PlanChanged",
    "add_staff",
    "apply_import",
    "begin_import",
    "create_cohort",
    "create_programme",
    "create_site",
    "edit_trainee",
    "end_staff",
    "enrol",
    "grant_coordinator",
    "invite_again",
    "lock_cohort",
    "move_cohort",
    "move_enrolment",
    "needs_reason",
    "plan_roster",
    "refresh_import",
    "revoke_grant",
    "table_of",
    "update_cohort",
    "update_programme",
]
