"""Forms of assessment: the rules of a release, extensions, reasons, rules of passing a course."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    FloatField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.assignments.models import Release
from app.assignments.services.deadlines import RULES
from app.assignments.states import CountingAttempt, LatePolicy
from app.platform.errors import Refusal
from app.platform.i18n import lazy_gettext as _l

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
A_NUMBER = InputRequired(_l("Write a number."))


def show_refusal(form: Any, refusal: Refusal) -> None:
    """Put a service's refusal where the form shows it: at its field, or over the form."""
    if refusal.field in form:
        form[refusal.field].errors = [*form[refusal.field].errors, str(refusal.message)]
    else:
        form.form_errors.append(str(refusal.message))


class RulesForm(FlaskForm):  # type: ignore[misc]
    """What lateness costs, how many attempts there are, what counts."""

    grace_minutes = IntegerField(
        _l("Grace minutes"),
        validators=[A_NUMBER, NumberRange(0, 10080, _l("Between 0 minutes and a week."))],
        description=_l("After the due time; inside them a hand-in is still on time."),
    )
    late_policy = RadioField(
        _l("What a late hand-in costs"),
        choices=[
            (LatePolicy.FREE.value, _l("Nothing")),
            (LatePolicy.PERCENT_A_DAY.value, _l("A percentage of its points for each late day")),
            (LatePolicy.FIXED.value, _l("A percentage of its points, once")),
            (LatePolicy.HARD_CLOSE.value, _l("It is not taken")),
        ],
    )
    late_percent = FloatField(
        _l("Percentage"),
        validators=[A_NUMBER, NumberRange(0, 100, _l("Between 0 and 100."))],
    )
    late_days = IntegerField(
        _l("Free late days"),
        validators=[A_NUMBER, NumberRange(0, 60, _l("Between 0 and 60."))],
        description=_l("For each trainee or team. A late day is 24 hours or part of them."),
    )
    attempts_allowed = IntegerField(
        _l("Attempts"),
        validators=[Optional(), NumberRange(1, 1000, _l("At least one, or empty for no limit."))],
        description=_l("Empty: no limit."),
    )
    counts = RadioField(
        _l("Which attempt counts"),
        choices=[
            (CountingAttempt.BEST.value, _l("The best, after its penalty")),
            (CountingAttempt.LATEST.value, _l("The latest")),
        ],
    )
    pass_percent = FloatField(
        _l("Passed from, percent"), validators=[A_NUMBER, NumberRange(0, 100, _l("Between 0 and 100."))]
    )
    weight = FloatField(
        _l("Weight"),
        validators=[A_NUMBER, NumberRange(0, 1000, _l("Between 0 and 1000."))],
        description=_l("Beside its points: 2 counts twice, 0 not at all."),
    )
    category = StringField(
        _l("Category"), validators=[Optional(), Length(max=60)], description=_l("Such as exercises or exam.")
    )
    shows_statistics = BooleanField(_l("Show trainees how the class did"))
    is_anonymous = BooleanField(_l("Grade without names"))

    def show(self, release: Release) -> None:
        """Fill in the present rules."""
        for name in RULES:
            value = getattr(release, name)
            self[name].data = getattr(value, "value", value)

    def values(self) -> dict[str, Any]:
        """The rules as the service takes them."""
        found = {name: self[name].data for name in RULES}
        found["late_policy"] = LatePolicy(found["late_policy"])
        found["counts"] = CountingAttempt(found["counts"])
        found["category"] = (found["category"] or "").strip()
        return found


class ExtensionForm(FlaskForm):  # type: ignore[misc]
    """More time, more attempts, or an excuse."""

    receiver = SelectField(_l("For whom"))
    due_at = DateTimeLocalField(
        _l("New due time"),
        format=FORMATS,
        validators=[Optional()],
        description=_l("The closing time moves by as much."),
    )
    extra_attempts = IntegerField(
        _l("More attempts"), default=0, validators=[Optional(), NumberRange(0, 100, _l("Between 0 and 100."))]
    )
    is_excused = BooleanField(_l("Excused: this assignment does not count"))
    reason = TextAreaField(
        _l("Reason"),
        validators=[InputRequired(_l("Write the reason; it is kept in the history.")), Length(max=2000)],
        render_kw={"rows": 2},
    )


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """A typed reason for what cannot be undone without a trace."""

    reason = StringField(_l("Reason"), validators=[InputRequired(_l("Write the reason.")), Length(max=2000)])


class BatchForm(FlaskForm):  # type: ignore[misc]
    """A dry run of all attempts."""

    version = SelectField(_l("Whose tests"), coerce=int)
    reason = StringField(
        _l("What was repaired"), validators=[InputRequired(_l("Write what was repaired.")), Length(max=2000)]
    )


class PassRuleForm(FlaskForm):  # type: ignore[misc]
    """What a course asks for."""

    pass_percent = FloatField(
        _l("Passed from, percent"), validators=[A_NUMBER, NumberRange(0, 100, _l("Between 0 and 100."))]
    )
    needs_hand_graded = BooleanField(_l("All hand-graded work must be done"))
    needs_all_handed_in = BooleanField(_l("Everything must be handed in"))
    category_weights = TextAreaField(
        _l("Shares of categories"),
        validators=[Optional(), Length(max=2000)],
        render_kw={"rows": 3},
        description=_l("One a line, such as “exam 40”. Empty: assignments weigh by their points and weights."),
    )
