"""Forms of the schedule: how a course is laid over a cohort's calendar, and new times for a single item."""

from __future__ import annotations

from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DateTimeLocalField,
    DecimalField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.assignments.forms.releases import FORMATS
from app.assignments.free_days import COUNTRIES, UnreadableDays, country_of, public_holidays, read_days
from app.assignments.models import Release
from app.assignments.queries.schedules import CourseToLay
from app.assignments.scheduling import Pattern
from app.platform.clock import now
from app.platform.errors import Refusal
from app.platform.i18n import aware, get_locale
from app.platform.i18n import gettext as _
from app.platform.i18n import lazy_gettext as _l


class LayForm(FlaskForm):  # type: ignore[misc]
    """Start, weekdays, pace, times of day and free days."""

    first = SelectField(_l("From module"), coerce=int)
    starts_on = DateField(_l("First day"), validators=[InputRequired(_l("Write the first day."))])
    weekdays = SelectMultipleField(
        _l("Weekdays"), coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    pace = DecimalField(
        _l("Pace"),
        places=None,
        validators=[
            InputRequired(_l("Write the pace as a number.")),
            NumberRange(0.1, 100, _l("The pace lies between 0.1 and 100.")),
        ],
    )
    pace_kind = RadioField(
        _l("The pace counts"),
        choices=[("modules", _l("modules a week")), ("hours", _l("hours a week"))],
        default="modules",
    )
    opens_time = TimeField(_l("Opens at"), validators=[InputRequired(_l("Write a time of day."))])
    due_time = TimeField(_l("Due at"), validators=[InputRequired(_l("Write a time of day."))])
    country = SelectField(_l("Public holidays of"), validators=[Optional()])
    free_days = TextAreaField(
        _l("More free days"),
        validators=[Optional(), Length(max=4000)],
        description=_l("A day or a range a line, such as 2026-12-24 or 21.12.2026 – 6.1.2027."),
    )
    digest = HiddenField()

    def offer(self, course: CourseToLay) -> None:
        """The choices, and wishes to begin with: a module a week from the cohort's start (or today) on workdays."""
        locale = get_locale() or Locale("en")
        names = locale.days["stand-alone"]["wide"]
        self.weekdays.choices = [(day, names[day]) for day in range(7)]
        self.first.choices = [(index, f"{index + 1}. {step.title}") for index, step in enumerate(course.steps)]
        countries = sorted((str(locale.territories.get(code, code)), code) for code in COUNTRIES)
        self.country.choices = [("", _("No country")), *((code, name) for name, code in countries)]
        if not self.is_submitted():
            cohort = course.cohort
            today = now().astimezone(ZoneInfo(cohort.timezone)).date()
            self.first.data = course.first_free
            self.starts_on.data = max(cohort.starts_on, today)
            self.weekdays.data = [0, 1, 2, 3, 4]
            self.pace.data = 1
            self.opens_time.data, self.due_time.data = time(9), time(16)
            self.country.data = country_of(cohort.timezone)

    def named_holidays(self) -> dict[date, str]:
        """Public holidays of the years that a course can reach, and the days typed in.

        Raises:
            Refusal: a line of the typed ones is no day.
        """
        start: date = self.starts_on.data
        if not 2000 <= start.year <= 2200:
            raise Refusal(_("Write a first day between the years 2000 and 2200."), field="starts_on")
        try:
            typed = read_days(self.free_days.data or "")
        except UnreadableDays as fault:
            words = _("“%(text)s” is not a day or a range of days of at most a year.", text=fault.text[:60])
            raise Refusal(words, field="free_days") from fault
        years = range(start.year, start.year + 4)
        names = public_holidays(self.country.data or "", years, str(get_locale() or "en"))
        return {day: _("Free day") for day in typed} | names

    def pattern(self, zone: ZoneInfo, free: dict[date, str]) -> Pattern:
        """The wishes as the rule takes them."""
        pace = float(self.pace.data)
        by_hours = self.pace_kind.data == "hours"
        return Pattern(
            starts_on=self.starts_on.data,
            weekdays=frozenset(self.weekdays.data or ()),
            opens=self.opens_time.data,
            due=self.due_time.data,
            zone=zone,
            modules_a_week=None if by_hours else pace,
            hours_a_week=pace if by_hours else None,
            free_days=frozenset(free),
        )


class MoveForm(FlaskForm):  # type: ignore[misc]
    """New times of one item, as wall-clock times of the cohort."""

    opens_at = DateTimeLocalField(
        _l("Opens"), format=FORMATS, validators=[InputRequired(_l("Write when the assignment opens."))]
    )
    due_at = DateTimeLocalField(
        _l("Due"), format=FORMATS, validators=[InputRequired(_l("Write when the assignment is due."))]
    )

    def show(self, release: Release, zone: ZoneInfo) -> None:
        """Fill in the present times."""
        self.opens_at.data = release.opens_at.astimezone(zone).replace(tzinfo=None)
        self.due_at.data = release.due_at.astimezone(zone).replace(tzinfo=None)

    def times(self, zone: ZoneInfo) -> dict[str, Any]:
        """The values as the service takes them."""
        return {"opens_at": aware(self.opens_at.data, zone), "due_at": aware(self.due_at.data, zone)}
