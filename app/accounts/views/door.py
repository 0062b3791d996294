"""The door: sign in, sign out, a forgotten password, an invitation."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user

from app.accounts import email as addresses
from app.accounts import services
from app.accounts.forms import ForgottenForm, InvitationForm, NewPasswordForm, SignInForm, refuse
from app.accounts.models import OneTimeLink, Person
from app.accounts.rules import PUBLIC
from app.accounts.services import LinkTrouble, TooManyTries, attempts
from app.accounts.states import AttemptKind, LinkPurpose
from app.accounts.views import blueprint
from app.platform.addresses import safe_path
from app.platform.errors import Refusal
from app.platform.i18n import LANGUAGES, force_locale, ngettext, remember_language
from app.platform.i18n import gettext as _
from app.platform.permissions import requires


def begin_session(person: Person, *, remember: bool = False) -> None:
    """Sign a person in, in a session that holds nothing of who used this browser before."""
    session.clear()
    login_user(person)
    session.permanent = remember


def too_many(error: TooManyTries) -> str:
    """What to do when there are no tries left."""
    words: str = ngettext(
        "Too many tries. Wait %(num)s minute and try again, or choose a new password.",
        "Too many tries. Wait %(num)s minutes and try again, or choose a new password.",
        error.minutes,
    )
    return words


@blueprint.route("/sign-in", methods=["GET", "POST"])
@requires(PUBLIC)
def sign_in() -> Any:
    """Sign in, then go where the person wanted to go."""
    target = safe_path(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(target)
    form = SignInForm()
    fault, status, left = "", 200, None
    if form.validate_on_submit():
        email = form.email.data or ""
        try:
            person = services.sign_in(email, form.password.data or "", request.remote_addr)
        except TooManyTries as error:
            fault, status = too_many(error), 429
        else:
            if person is not None:
                begin_session(person, remember=bool(form.remember.data))
                return redirect(target)
            fault = _("The e-mail or the password is wrong. Check both, or choose a new password.")
            status, left = 422, services.count_left(addresses.loose(email))
    elif form.is_submitted():
        status = 422
    return render_template("accounts/sign_in.html", form=form, fault=fault, left=left), status


@blueprint.post("/sign-out")
@requires(PUBLIC)
def sign_out() -> Any:
    """End this browser's session."""
    language = current_user.language if current_user.is_authenticated else None
    said = _("You are signed out.")
    logout_user()
    session.clear()
    flash(said, "info")
    answer = redirect(url_for("accounts.sign_in"))
    if language in LANGUAGES:
        remember_language(answer, language)
    return answer


@blueprint.route("/forgot-password", methods=["GET", "POST"])
@requires(PUBLIC)
def forgotten() -> Any:
    """Have a link mailed; the answer is the same whether the address is known or not."""
    form = ForgottenForm()
    status = 200
    if form.validate_on_submit():
        email = addresses.normal(form.email.data or "")
        try:
            if email is None:
                raise Refusal(_("Write an e-mail address such as name@example.org."), field="email")
            attempts.begin(AttemptKind.FORGOTTEN, email, request.remote_addr)
        except Refusal as refusal:
            refuse(form, refusal)
            status = 422
        except TooManyTries as error:
            wait = ngettext(
                "A link was asked for too often. Look into your mail, or wait %(num)s minute and try again.",
                "A link was asked for too often. Look into your mail, or wait %(num)s minutes and try again.",
                error.minutes,
            )
            refuse(form, Refusal(wait, field="email"))
            status = 429
        else:
            services.ask_for_reset(email)
            return render_template("accounts/forgotten_sent.html", email=email)
    elif form.is_submitted():
        status = 422
    return render_template("accounts/forgotten.html", form=form), status


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
@requires(PUBLIC)
def reset(token: str) -> Any:
    """Choose a new password by a mailed link."""
    return _by_link(token, LinkPurpose.PASSWORD_RESET, NewPasswordForm())


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@requires(PUBLIC)
def invitation(token: str) -> Any:
    """Choose a first password by the link of an invitation."""
    return _by_link(token, LinkPurpose.INVITATION, InvitationForm())


def _by_link(token: str, purpose: LinkPurpose, form: NewPasswordForm) -> Any:
    link = services.find_link(token, purpose)
    if isinstance(link, LinkTrouble):
        return render_template("accounts/link_trouble.html", trouble=link.value, purpose=purpose.value), 410
    # The page speaks the language of the mail that led here, unless the visitor chose another.
    chosen = request.cookies.get("language", "")
    with force_locale(chosen if chosen in LANGUAGES else link.person.language):
        return _choose_password(link, purpose, form)


def _choose_password(link: OneTimeLink, purpose: LinkPurpose, form: NewPasswordForm) -> Any:
    person = link.person
    if isinstance(form, InvitationForm) and not form.is_submitted():
        form.first_name.data, form.last_name.data = person.first_name, person.last_name
    status = 200
    if form.validate_on_submit():
        try:
            names = (form.first_name.data, form.last_name.data) if isinstance(form, InvitationForm) else (None, None)
            services.use_link(link, form.password.data or "", *names)
        except Refusal as refusal:
            refuse(form, refusal)
            status = 422
        else:
            begin_session(person)
            flash(_("Your password is set and you are signed in."), "good")
            return redirect("/")
    elif form.is_submitted():
        status = 422
    page = render_template("accounts/link.html", form=form, person=person, purpose=purpose.value)
    # The secret in the address must not travel to other pages.
    return page, status, {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
