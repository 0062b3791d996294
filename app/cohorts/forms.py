"""Forms of cohorts."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    EmailField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.cohorts import words
from app.cohorts.services import CohortDetails
from app.cohorts.states import StaffRole
from app.platform.i18n import LANGUAGES, time_zones
from app.platform.i18n import lazy_gettext as _l


class ProgrammeForm(FlaskForm):
    """What is repeated by its cohorts."""

    title = StringField(_l("Title"), [DataRequired(_l("Write a title.")), Length(max=160)])
    description = TextAreaField(_l("Description"), [Optional(), Length(max=5000)])


class SiteForm(FlaskForm):
    """A place that runs cohorts."""

    name = StringField(_l("Name"), [DataRequired(_l("Write the name of the site.")), Length(max=120)])
    city = StringField(_l("City"), [Optional(), Length(max=120)])


class CohortForm(FlaskForm):
    """A cohort's details; ``programme_id`` only while it is new."""

    title = StringField(
        _l("Title"),
        [DataRequired(_l("Write a title.")), Length(max=160)],
        description=_l("As trainees know it, such as “Digipoint, autumn 2026”"),
    )
    programme_id = SelectField(_l("Programme"), coerce=int)
    site_id = SelectField(_l("Site"), coerce=int)
    starts_on = DateField(_l("First day"), [InputRequired(_l("Choose the first day."))])
    ends_on = DateField(_l("Last day"), [InputRequired(_l("Choose the last day."))])
    capacity = IntegerField(
        _l("Places"),
        [
            InputRequired(_l("Write how many trainees it takes.")),
            NumberRange(1, 1000, _l("Write a number from 1 to 1000.")),
        ],
        default=24,
    )
    timezone = SelectField(_l("Time zone"), description=_l("Due times and sessions are kept in it."))
    language = SelectField(
        _l("Language"), choices=list(LANGUAGES.items()), description=_l("New people begin with it; they can change it.")
    )
    version = HiddenField()

    def __init__(
        self, *args: Any, programmes: list[Any] | None, sites: list[Any], needs_site: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.timezone.choices = [(zone, zone.replace("_", " ")) for zone in time_zones()]
        nowhere = [] if needs_site else [(0, _l("No site"))]
        self.site_id.choices = nowhere + [(site.id, words.site_name(site)) for site in sites]
        if programmes is None:
            del self.programme_id
        else:
            self.programme_id.choices = [(programme.id, programme.title) for programme in programmes]

    def details(self) -> CohortDetails:
        """What was filled in."""
        return CohortDetails(
            title=self.title.data or "",
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            site_id=self.site_id.data or None,
            timezone=self.timezone.data,
            language=self.language.data,
            capacity=self.capacity.data,
        )


class ReasonForm(FlaskForm):
    """A step that others will ask about."""

    reason = TextAreaField(_l("Reason"), [Length(max=1000)])


class StaffForm(FlaskForm):
    """Somebody who will work in the cohort."""

    email = EmailField(_l("E-mail"), [DataRequired(_l("Write an e-mail address."))])
    role = RadioField(
        _l("Role"),
        choices=[(role.value, words.STAFF_ROLES[role]) for role in (StaffRole.COACH, StaffRole.COORDINATOR)],
        default=StaffRole.COACH.value,
    )
    first_name = StringField(_l("First name"), [Optional(), Length(max=100)])
    last_name = StringField(_l("Last name"), [Optional(), Length(max=100)])


class GrantForm(FlaskForm):
    """A coordinator of a site or a programme; ``scope`` is ``site:ID`` or ``programme:ID``."""

    email = EmailField(_l("E-mail"), [DataRequired(_l("Write an e-mail address."))])
    scope = SelectField(_l("Coordinates"))
    first_name = StringField(_l("First name"), [Optional(), Length(max=100)])
    last_name = StringField(_l("Last name"), [Optional(), Length(max=100)])

    def __init__(self, *args: Any, programmes: list[Any], sites: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = {
            str(_l("Sites")): [(f"site:{site.id}", words.site_name(site)) for site in sites],
            str(_l("Programmes")): [(f"programme:{programme.id}", programme.title) for programme in programmes],
        }
        self.scope.choices = {name: choices for name, choices in groups.items() if choices}


class TraineeForm(FlaskForm):
    """One trainee by hand."""

    email = EmailField(_l("E-mail"), [DataRequired(_l("Write an e-mail address."))])
    first_name = StringField(_l("First name"), [Optional(), Length(max=100)])
    last_name = StringField(_l("Last name"), [Optional(), Length(max=100)])
    student_id = StringField(
        _l("Student id"),
        [Optional(), Length(max=80)],
        description=_l("Made from the address where you leave it empty."),
    )


class RosterFileForm(FlaskForm):
    """A roster file to look at."""

    file = FileField(_l("Choose the file, or drop it here"), [FileRequired(_l("Choose a file first."))])
