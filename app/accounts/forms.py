"""Forms of accounts."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, EqualTo, Length

from app.accounts.states import Theme
from app.platform.errors import Refusal
from app.platform.i18n import LANGUAGES, time_zones
from app.platform.i18n import lazy_gettext as _l


def refuse(form: FlaskForm, refusal: Refusal) -> None:
    """Show a service's refusal in the form: at its field, or above all fields."""
    target = form._fields.get(refusal.field)
    if target is not None:
        target.errors = [*target.errors, str(refusal.message)]
    else:
        form.form_errors.append(str(refusal.message))


class SignInForm(FlaskForm):
    """E-mail and password."""

    email = StringField(_l("E-mail"), [DataRequired(_l("Write your e-mail address."))])
    password = PasswordField(_l("Password"), [DataRequired(_l("Write your password."))])
    remember = BooleanField(
        _l("Keep me signed in on this computer"), description=_l("Not on a shared one. You stay signed in for 14 days.")
    )


class ForgottenForm(FlaskForm):
    """Where to mail the link."""

    email = StringField(_l("E-mail"), [DataRequired(_l("Write your e-mail address."))])


class NewPasswordForm(FlaskForm):
    """A new password, once: it can be shown by the browser and is confirmed by signing in."""

    password = PasswordField(_l("New password"), [DataRequired(_l("Write a new password."))])
    again = PasswordField(
        _l("The same password again"), [EqualTo("password", _l("The two passwords differ. Write both again."))]
    )


class InvitationForm(NewPasswordForm):
    """A first password, and the names as others will see them."""

    first_name = StringField(_l("First name"), [DataRequired(_l("Write your first name.")), Length(max=100)])
    last_name = StringField(_l("Last name"), [Length(max=100)])


class ChangePasswordForm(NewPasswordForm):
    """Another password for who is signed in."""

    present = PasswordField(_l("Present password"), [DataRequired(_l("Write your present password."))])


class ProfileForm(FlaskForm):
    """How a person is called and how pages look."""

    first_name = StringField(_l("First name"), [DataRequired(_l("Write your first name.")), Length(max=100)])
    last_name = StringField(_l("Last name"), [Length(max=100)])
    language = SelectField(_l("Language"), choices=list(LANGUAGES.items()))
    timezone = SelectField(_l("Time zone"), description=_l("Times on all pages are shown in it."))
    theme = RadioField(
        _l("Colours"),
        choices=[
            (Theme.SYSTEM.value, _l("As my system says")),
            (Theme.LIGHT.value, _l("Light")),
            (Theme.DARK.value, _l("Dark")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timezone.choices = [(zone, zone.replace("_", " ")) for zone in time_zones()]


class PersonForm(FlaskForm):
    """A person as an administrator writes them."""

    email = EmailField(_l("E-mail"), [DataRequired(_l("Write an e-mail address."))])
    first_name = StringField(_l("First name"), [Length(max=100)])
    last_name = StringField(_l("Last name"), [Length(max=100)])


class NewPersonForm(PersonForm):
    """Somebody new, perhaps as an administrator."""

    is_administrator = BooleanField(
        _l("Administrator"), description=_l("May do everything on this site, and name others.")
    )


class ReasonForm(FlaskForm):
    """A typed reason for what others will ask about."""

    reason = TextAreaField(
        _l("Reason"), [DataRequired(_l("Write why, so that others understand it later.")), Length(max=500)]
    )
