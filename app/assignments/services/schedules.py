"""Lay a course over a cohort's calendar in one go; move a single item; undo a laying."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.assignments.models import Release
from app.assignments.queries.schedules import CourseToLay, Step, with_attempts
from app.assignments.schedule_models import Schedule, ScheduleItem
from app.assignments.scheduling import Pattern, PlanFault, Slot, plan, skipped
from app.assignments.services import releases
from app.curriculum.models import Assignment
from app.platform import audit
from app.platform.clock import now
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Line:
    """What laying does with one assignment: a new release, one that comes back, or one that stays as it is."""

    assignment: Assignment
    release: Release | None
    comes_back: bool = False

    @property
    def stays(self) -> bool:
        """Released (or withdrawn after hand-ins) already: it keeps its times."""
        return self.release is not None and not self.comes_back


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A module with its place in the calendar and what happens to its assignments."""

    step: Step
    slot: Slot
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Preview:
    """All that laying would do. ``digest`` names it: what is applied must be what was shown."""

    steps: list[PlannedStep]
    skipped: list[date] = field(default_factory=list)
    digest: str = ""

    @property
    def lines(self) -> list[Line]:
        """Of all modules."""
        return [line for planned in self.steps for line in planned.lines]

    @property
    def count(self) -> int:
        """How many assignments would be released."""
        return sum(not line.stays for line in self.lines)

    @property
    def kept(self) -> int:
        """How many keep the times they have."""
        return sum(line.stays for line in self.lines)

    @property
    def ends_on(self) -> date:
        """The last day."""
        return self.steps[-1].slot.last_day


def preview(course: CourseToLay, pattern: Pattern, first: int = 0) -> Preview:
    """What laying the course from its step number ``first`` (0-based) on would do; changes nothing.

    Raises:
        Refusal: the wishes cannot be laid out.
    """
    steps = course.steps[first:]
    if not steps:
        raise Refusal(_("This course has no modules to lay."))
    try:
        slots = plan([step.hours for step in steps], pattern)
    except PlanFault as fault:
        raise _refusal(fault) from fault
    planned = [
        PlannedStep(step, slot, [_line(course, assignment) for assignment in step.assignments])
        for step, slot in zip(steps, slots, strict=True)
    ]
    return Preview(planned, skipped(slots, pattern), _digest(planned))


def lay_course(
    course: CourseToLay, pattern: Pattern, first: int = 0, *, digest: str, by: Any
) -> tuple[Schedule, Preview]:
    """Release what the preview named ``digest`` has shown; assignments already released keep their times.

    Raises:
        Refusal: the wishes cannot be laid out, the cohort's releases changed since the preview, there is nothing to
            release, or the cohort is archived. Nothing was changed.
    """
    seen = preview(course, pattern, first)
    if seen.digest != digest:
        raise Refusal(_("The plan has changed since it was shown. Nothing was laid; look at it again."))
    if not seen.count:
        raise Refusal(_("There is nothing to lay: the cohort has every assignment of these modules already."))
    schedule = Schedule(
        cohort_id=course.cohort.id,
        course_version_id=course.version.id,
        laid_by_id=by.id,
        wishes=_wishes(pattern, first),
        items=[],
    )
    db.session.add(schedule)
    for planned in seen.steps:
        times: dict[str, Any] = {"opens_at": planned.slot.opens_at, "due_at": planned.slot.due_at}
        for line in planned.lines:
            if line.stays:
                continue
            release = line.release
            if release is None:
                release = releases.release_assignment(course.cohort, line.assignment, by=by, **times)
            else:
                releases.bring_back(release, by=by)
                policy = release.feedback_policy
                releases.change_release(release, closes_at=None, feedback_policy=policy, by=by, **times)
            schedule.items.append(ScheduleItem(release=release))
    db.session.flush()
    audit.record(
        "schedule.laid",
        schedule,
        by=by,
        cohort_id=schedule.cohort_id,
        course=course.slug,
        releases=len(schedule.items),
        **schedule.wishes,
    )
    return schedule, seen


def move_item(release: Release, *, opens_at: datetime, due_at: datetime, by: Any) -> None:
    """Give one release other times; where it closes, the closing time moves as far as the due time.

    Raises:
        Refusal: the times are not in order.
    """
    closes_at = release.closes_at + (due_at - release.due_at) if release.closes_at is not None else None
    releases.change_release(
        release,
        opens_at=opens_at,
        due_at=due_at,
        closes_at=closes_at,
        feedback_policy=release.feedback_policy,
        by=by,
    )


def undo_schedule(schedule: Schedule, *, by: Any) -> tuple[int, int]:
    """Withdraw what a laying released and nobody has handed in to; how many were withdrawn, and how many stay.

    Raises:
        Refusal: it was undone before.
    """
    if schedule.undone_at is not None:
        raise Refusal(_("This schedule was undone already."))
    handed_in = with_attempts([item.release_id for item in schedule.items])
    present = [item.release for item in schedule.items if item.release.withdrawn_at is None]
    free = [release for release in present if release.id not in handed_in]
    for release in free:
        releases.withdraw_release(release, by=by)
    schedule.undone_at, schedule.undone_by_id = now(), by.id
    db.session.flush()
    audit.record("schedule.undone", schedule, by=by, cohort_id=schedule.cohort_id, withdrawn=len(free))
    return len(free), len(present) - len(free)


def _line(course: CourseToLay, assignment: Assignment) -> Line:
    release = course.releases.get(assignment.slug)
    return Line(assignment, release, comes_back=release is not None and course.comes_back(release))


def _digest(steps: list[PlannedStep]) -> str:
    facts = [
        (line.assignment.id, line.stays, line.comes_back, planned.slot.opens_at, planned.slot.due_at)
        for planned in steps
        for line in planned.lines
    ]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]


def _wishes(pattern: Pattern, first: int) -> dict[str, Any]:
    return {
        "starts_on": pattern.starts_on.isoformat(),
        "weekdays": sorted(pattern.weekdays),
        "opens": pattern.opens.isoformat("minutes"),
        "due": pattern.due.isoformat("minutes"),
        "modules_a_week": pattern.modules_a_week,
        "hours_a_week": pattern.hours_a_week,
        "first_module": first + 1,
    }


def _refusal(fault: PlanFault) -> Refusal:
    words = {
        "weekdays": (_("Choose at least one weekday."), "weekdays"),
        "pace": (_("Write a pace greater than 0."), "pace"),
        "times": (_("The due time of day must be later than the opening time of day."), "due_time"),
        "hours": (
            _("This course does not state the hours of its modules. Choose a pace in modules a week."),
            "pace_kind",
        ),
        "length": (_("At this pace the course would take more than three years. Choose a quicker one."), "pace"),
    }
    message, field_name = words[fault.reason]
    return Refusal(message, field=field_name)
