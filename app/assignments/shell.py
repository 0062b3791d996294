"""What assignments add to the shell: tabs of trainees and staff, and banners about the grading that everybody must see."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from sqlalchemy import select

from app.assignments import rules
from app.assignments.queries.queue import count_waiting
from app.assignments.services.runs import LANE, SANDBOX_PREFIX
from app.cohorts.current import current_cohort
from app.platform.database import db
from app.platform.i18n import gettext as _
from app.platform.i18n import lazy_gettext as _l
from app.platform.jobs import Job, JobState
from app.platform.navigation import Banner, Shell, Tab, shell_part
from app.platform.permissions import can


@shell_part
def assignment_tabs(shell: Shell, person: Any) -> None:
    """Assignments for all of a cohort; the queue and the gradebook for those who work in it."""
    cohort = current_cohort() if person is not None else None
    if cohort is None or not can(person, rules.RELEASES_VIEW, cohort):
        return
    url = url_for("assignments.releases", slug=cohort.slug)
    shell.tabs.append(Tab(_l("Assignments"), url, "pen", 15, prefix=url))
    if can(person, rules.SCHEDULE_VIEW, cohort):
        schedule = url_for("assignments.schedule", slug=cohort.slug)
        shell.tabs.append(Tab(_l("Schedule"), schedule, "cal", 16, prefix=schedule))
    else:
        shell.tabs.append(Tab(_l("Calendar"), url_for("assignments.calendar"), "cal", 16, prefix="/calendar"))
    if can(person, rules.QUEUE_VIEW, cohort):
        queue = url_for("assignments.to_grade", slug=cohort.slug)
        shell.tabs.append(Tab(_l("To grade"), queue, "glass", 10, count_waiting(cohort.id), prefix=queue))
    if can(person, rules.GRADEBOOK_VIEW, cohort):
        book = url_for("assignments.gradebook", slug=cohort.slug)
        shell.tabs.append(Tab(_l("Gradebook"), book, "list", 40, prefix=book))


@shell_part
def grading_banners(shell: Shell, person: Any) -> None:
    """A missing or weaker sandbox: without one nothing is graded, and staff must know why and what to do."""
    if current_app.config["UNSAFE_GRADING"]:
        shell.banners.append(
            Banner("due", _("Handed-in code runs without a sandbox here. Use this installation for trying out only."))
        )
    if person is None or not (person.is_administrator or _works_somewhere(person)):
        return
    if current_app.config["SANDBOX"] == "reduced" and not current_app.config["UNSAFE_GRADING"]:
        shell.banners.append(
            Banner("due", _("Handed-in code runs in the weaker sandbox here: this host does not give a full one."))
        )
    reason = db.session.scalar(
        select(Job.error)
        .where(Job.lane == LANE, Job.state == JobState.QUEUED, Job.error.startswith(SANDBOX_PREFIX, autoescape=True))
        .limit(1)
    )
    if reason:
        words = reason.removeprefix(SANDBOX_PREFIX)
        shell.banners.append(
            Banner("fault", _("Hand-ins wait, since the grader has no sandbox. %(reason)s", reason=words))
        )


def _works_somewhere(person: Any) -> bool:
    cohort = current_cohort()
    return cohort is not None and can(person, rules.QUEUE_VIEW, cohort)
