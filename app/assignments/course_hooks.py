"""What assignments add to the pages of courses: a trainee's progress, and releasing for staff."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import url_for
from sqlalchemy import select

from app.assignments import rules
from app.assignments.queries.results import OwnRow, own_rows
from app.assignments.states import ReleasePhase
from app.cohorts.current import current_cohort
from app.cohorts.models import Enrolment
from app.cohorts.states import EnrolmentState
from app.curriculum import hooks
from app.curriculum.models import Assignment, Course
from app.platform.database import db
from app.platform.i18n import gettext as _
from app.platform.permissions import can


@hooks.progress_source
def progress_of(person: Any, course_ids: set[int]) -> dict[int, hooks.CourseProgress]:
    """How far a trainee is in each course, by what is released to the cohorts the person learns in."""
    by_slug: dict[str, list[OwnRow]] = defaultdict(list)
    for enrolment in db.session.scalars(
        select(Enrolment).where(Enrolment.person_id == person.id, Enrolment.state != EnrolmentState.WITHDRAWN)
    ):
        for row in own_rows(enrolment):
            by_slug[row.release.assignment_key.partition("/")[0]].append(row)
    if not by_slug:
        return {}
    courses = db.session.execute(
        select(Course.id, Course.slug).where(Course.id.in_(course_ids), Course.slug.in_(list(by_slug)))
    )
    return {course_id: _progress(by_slug[slug]) for course_id, slug in courses}


def _progress(rows: list[OwnRow]) -> hooks.CourseProgress:
    opened = [row for row in rows if row.phase is not ReleasePhase.PLANNED]
    following = next((row for row in rows if row.is_to_do), None)
    return hooks.CourseProgress(
        done=sum(1 for row in opened if row.attempt is not None),
        total=len(opened),
        next_label=following.release.title if following else "",
        next_url=url_for("assignments.release", release_id=following.release.id) if following else "",
        assignments={row.release.assignment_key.partition("/")[2]: _of_assignment(row) for row in rows},
    )


def _of_assignment(row: OwnRow) -> hooks.AssignmentProgress:
    if row.attempt is not None and row.result is not None:
        url = url_for("assignments.submission", submission_id=row.attempt.id)
        return hooks.AssignmentProgress(row.result.state, url, row.terms.due_at, row.result.score, row.result.max_score)
    state = "draft" if row.drafts else "not_handed_in" if row.phase is ReleasePhase.CLOSED else "not_due"
    if row.phase is ReleasePhase.PLANNED:
        state = "opens_later"
    elif row.phase is ReleasePhase.DUE:
        state = "late"
    return hooks.AssignmentProgress(state, url_for("assignments.release", release_id=row.release.id), row.terms.due_at)


@hooks.assignment_links
def links_of(person: Any, assignment_ids: set[int]) -> dict[int, list[hooks.Link]]:
    """Release to the present cohort, for who works in it."""
    cohort = current_cohort()
    if cohort is None or not can(person, rules.RELEASE_EDIT, cohort):
        return {}
    known = db.session.scalars(select(Assignment.id).where(Assignment.id.in_(assignment_ids)))
    label = _("Release to %(cohort)s", cohort=cohort.title)
    return {
        number: [hooks.Link(label, url_for("assignments.release_new", slug=cohort.slug, assignment=number))]
        for number in known
    }
