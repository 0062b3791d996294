"""Give an assignment of a course version to a cohort; change its times; take it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.assignments.models import Release
from app.assignments.states import FeedbackPolicy
from app.cohorts.models import Cohort
from app.cohorts.states import CohortState
from app.curriculum.models import Assignment, Course, CourseVersion
from app.platform import audit
from app.platform.clock import now
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _


def release_assignment(
    cohort: Cohort,
    assignment: Assignment,
    *,
    opens_at: datetime,
    due_at: datetime,
    closes_at: datetime | None = None,
    feedback_policy: FeedbackPolicy = FeedbackPolicy.WHEN_RELEASED,
    by: Any = None,
) -> Release:
    """Release an assignment to a cohort.

    Raises:
        Refusal: the times are not in order, the cohort is archived, or the assignment was released to it before.
    """
    if cohort.state is CohortState.ARCHIVED:
        raise Refusal(_("This cohort is archived. Nothing can be released to it any more."))
    check_times(opens_at, due_at, closes_at)
    key = _key(assignment)
    earlier = db.session.scalar(select(Release).where(Release.cohort_id == cohort.id, Release.assignment_key == key))
    if earlier is not None:
        raise Refusal(
            _(
                "“%(title)s” was released to this cohort before and then withdrawn. Open it and bring it back.",
                title=earlier.title,
            )
            if earlier.withdrawn_at
            else _("“%(title)s” is already released to this cohort. Change its times instead.", title=earlier.title),
            field="assignment_id",
        )
    release = Release(
        cohort_id=cohort.id,
        assignment_id=assignment.id,
        assignment_key=key,
        title=assignment.title,
        max_score=assignment.max_score,
        opens_at=opens_at,
        due_at=due_at,
        closes_at=closes_at,
        feedback_policy=feedback_policy,
        created_by_id=getattr(by, "id", None),
    )
    db.session.add(release)
    audit.record("release.created", release, by=by, cohort_id=cohort.id, **_times(release))
    return release


def change_release(
    release: Release,
    *,
    opens_at: datetime,
    due_at: datetime,
    closes_at: datetime | None,
    feedback_policy: FeedbackPolicy,
    by: Any = None,
) -> None:
    """Change the times and the policy of a release.

    Raises:
        Refusal: the times are not in order.
    """
    check_times(opens_at, due_at, closes_at)
    before = _times(release)
    release.opens_at, release.due_at, release.closes_at = opens_at, due_at, closes_at
    release.feedback_policy = feedback_policy
    audit.record("release.changed", release, by=by, cohort_id=release.cohort_id, before=before, after=_times(release))


def withdraw_release(release: Release, by: Any = None) -> None:
    """Take a release back: nobody can hand in, attempts made so far stay. Can be undone by ``bring_back``."""
    if release.withdrawn_at is None:
        release.withdrawn_at = now()
        audit.record("release.withdrawn", release, by=by, cohort_id=release.cohort_id)


def bring_back(release: Release, by: Any = None) -> None:
    """Undo the withdrawal of a release."""
    if release.withdrawn_at is not None:
        release.withdrawn_at = None
        audit.record("release.brought_back", release, by=by, cohort_id=release.cohort_id)


def check_times(opens_at: datetime, due_at: datetime, closes_at: datetime | None) -> None:
    """Refuse times that are not in the order opening, due, closing."""
    if due_at <= opens_at:
        raise Refusal(_("The due time must be later than the opening time."), field="due_at")
    if closes_at is not None and closes_at < due_at:
        raise Refusal(_("The closing time must not be earlier than the due time."), field="closes_at")


def _key(assignment: Assignment) -> str:
    """course slug/assignment slug: the same through all versions of a course."""
    course = db.session.scalar(
        select(Course.slug)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(CourseVersion.id == assignment.version_id)
    )
    return f"{course}/{assignment.slug}"


def _times(release: Release) -> dict[str, str | None]:
    return {
        "opens_at": release.opens_at.isoformat(),
        "due_at": release.due_at.isoformat(),
        "closes_at": release.closes_at.isoformat() if release.closes_at else None,
        "feedback": release.feedback_policy.value,
    }
