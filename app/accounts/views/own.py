"""One's own account: profile and password."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import refresh
from flask_login import current_user

from app.accounts import services
from app.accounts.forms import ChangePasswordForm, ProfileForm, refuse
from app.accounts.rules import OWN
from app.accounts.services import TooManyTries
from app.accounts.views import blueprint
from app.accounts.views.door import begin_session, too_many
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _
from app.platform.permissions import requires

FIELDS = ("first_name", "last_name", "language", "timezone", "theme")


@blueprint.route("/profile", methods=["GET", "POST"])
@requires(OWN)
def profile() -> Any:
    """Own names, language, time zone and colours."""
    person = current_user._get_current_object()
    form = ProfileForm(obj=person)
    if not form.is_submitted():
        form.theme.data = person.theme.value
    status = 200
    if form.validate_on_submit():
        try:
            services.update_profile(person, {name: form[name].data for name in FIELDS}, by=person)
        except Refusal as refusal:
            refuse(form, refusal)
            status = 422
        else:
            refresh()
            flash(_("Your profile is saved."), "good")
            return redirect(url_for("accounts.profile"))
    elif form.is_submitted():
        status = 422
    return render_template("accounts/profile.html", form=form), status


@blueprint.route("/profile/password", methods=["GET", "POST"])
@requires(OWN)
def password() -> Any:
    """Choose another password; other browsers are signed out."""
    form = ChangePasswordForm()
    person = current_user._get_current_object()
    status = 200
    if form.validate_on_submit():
        try:
            services.change_password(person, form.present.data or "", form.password.data or "", request.remote_addr)
        except Refusal as refusal:
            refuse(form, refusal)
            status = 422
        except TooManyTries as error:
            refuse(form, Refusal(too_many(error), field="present"))
            status = 429
        else:
            begin_session(person)
            flash(_("Your password is changed. You are signed out everywhere else."), "good")
            return redirect(url_for("accounts.profile"))
    elif form.is_submitted():
        status = 422
    return render_template("accounts/password.html", form=form), status


@blueprint.post("/profile/sign-out-everywhere")
@requires(OWN)
def sign_out_everywhere() -> Any:
    """End one's sessions in all other browsers."""
    person = current_user._get_current_object()
    services.end_sessions(person, by=person)
    begin_session(person)
    flash(_("You are signed out everywhere else."), "good")
    return redirect(url_for("accounts.profile"))
