"""The form of a release: which assignment, when it opens, is due and closes (wall-clock times of the cohort)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from app.assignments.models import Release
from app.assignments.states import FeedbackPolicy
from app.cohorts.models import Cohort
from app.platform.clock import now
from app.platform.i18n import aware
from app.platform.i18n import lazy_gettext as _l

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


class TimesForm(FlaskForm):  # type: ignore[misc]
    """Times and policy of a release."""

    opens_at = DateTimeLocalField(
        _l("Opens"), format=FORMATS, validators=[InputRequired(_l("Write when the assignment opens."))]
    )
    due_at = DateTimeLocalField(
        _l("Due"), format=FORMATS, validators=[InputRequired(_l("Write when the assignment is due."))]
    )
    closes_at = DateTimeLocalField(
        _l("Closes"),
        format=FORMATS,
        validators=[Optional()],
        description=_l("After it nothing is taken any more. Empty: late hand-ins are always taken."),
    )
    feedback_policy = RadioField(
        _l("When trainees see a coach’s points and comments"),
        choices=[
            (FeedbackPolicy.WHEN_RELEASED.value, _l("When a coach releases the feedback")),
            (FeedbackPolicy.AS_GRADED.value, _l("As soon as a coach has given them")),
        ],
        default=FeedbackPolicy.WHEN_RELEASED.value,
    )

    def times(self, zone: ZoneInfo) -> dict[str, Any]:
        """The values as the services take them: aware times of the cohort's zone."""
        return {
            "opens_at": aware(self.opens_at.data, zone),
            "due_at": aware(self.due_at.data, zone),
            "closes_at": aware(self.closes_at.data, zone) if self.closes_at.data else None,
            "feedback_policy": FeedbackPolicy(self.feedback_policy.data),
        }

    def show(self, release: Release, zone: ZoneInfo) -> None:
        """Fill in a release's present values."""
        self.opens_at.data = release.opens_at.astimezone(zone).replace(tzinfo=None)
        self.due_at.data = release.due_at.astimezone(zone).replace(tzinfo=None)
        self.closes_at.data = release.closes_at.astimezone(zone).replace(tzinfo=None) if release.closes_at else None
        self.feedback_policy.data = release.feedback_policy.value


class ReleaseForm(TimesForm):
    """A new release."""

    assignment_id = SelectField(
        _l("Assignment"),
        coerce=int,
        validators=[InputRequired(_l("Choose an assignment."))],
    )

    def offer(self, groups: list[tuple[Any, list[Any]]], cohort: Cohort) -> None:
        """The choices, grouped by course, and times to begin with: open now, due in a week at four."""
        self.assignment_id.choices = {
            version.title: [(each.id, each.title) for each in assignments] for version, assignments in groups
        }
        if not self.is_submitted():
            self.assignment_id.data = request.args.get("assignment", type=int)
            local = now().astimezone(ZoneInfo(cohort.timezone)).replace(tzinfo=None, second=0, microsecond=0)
            self.opens_at.data = local
            self.due_at.data = datetime.combine(local.date() + timedelta(days=7), time(16, 0))
