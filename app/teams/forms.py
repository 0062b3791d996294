"""Forms of teams."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from app.platform.i18n import lazy_gettext as _l


class TeamForm(FlaskForm):
    """Name and description of a team."""

    name = StringField(_l("Name"), [DataRequired(_l("Give the team a name.")), Length(max=120)])
    description = TextAreaField(_l("What it works on"), [Optional(), Length(max=2000)])


class MemberForm(FlaskForm):
    """Who joins, and in what role."""

    enrolment_id = SelectField(_l("Trainee"), coerce=int)
    role = StringField(_l("Role in the team"), [Optional(), Length(max=80)])
