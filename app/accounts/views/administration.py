"""Administration of people, and the audit log."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.accounts import queries, services
from app.accounts.forms import NewPersonForm, PersonForm, ReasonForm, refuse
from app.accounts.models import Person
from app.accounts.rules import ADMINISTER, can_be_invited
from app.accounts.views import blueprint
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _
from app.platform.pagination import paginate
from app.platform.permissions import requires


def load_person(person_id: int) -> Person | None:
    """The person of an address."""
    return db.session.get(Person, person_id)


def _me() -> Person:
    return current_user._get_current_object()  # type: ignore[no-any-return]


@blueprint.get("/admin")
@requires(ADMINISTER)
def people() -> str:
    """Everybody, to be found by name or address."""
    search, kind = request.args.get("q", "").strip(), request.args.get("kind", "")
    page = paginate(queries.people(search, kind if kind in queries.PEOPLE_FILTERS else ""))
    return render_template("accounts/people.html", page=page, search=search, kind=kind)


@blueprint.route("/admin/people/new", methods=["GET", "POST"])
@requires(ADMINISTER)
def new_person() -> Any:
    """Invite somebody, perhaps as an administrator."""
    form = NewPersonForm()
    status = 200
    if form.validate_on_submit():
        try:
            person = services.create_person(
                form.email.data or "", form.first_name.data or "", form.last_name.data or "", by=_me()
            )
            if form.is_administrator.data:
                services.make_administrator(person, by=_me())
            link = services.invite(person, _me())
        except Refusal as refusal:
            db.session.rollback()
            refuse(form, refusal)
            status = 422
        else:
            return render_template("accounts/invited.html", person=person, link=link)
    elif form.is_submitted():
        status = 422
    return render_template("accounts/new_person.html", form=form), status


@blueprint.route("/admin/people/<int:person_id>", methods=["GET", "POST"])
@requires(ADMINISTER, load=load_person)
def person(subject: Person) -> Any:
    """One person: names and address, and what may be done with the account."""
    form = PersonForm(obj=subject)
    status = 200
    if form.validate_on_submit():
        try:
            services.change_address(subject, form.email.data or "", by=_me())
            names = {"first_name": form.first_name.data or "", "last_name": form.last_name.data or ""}
            services.update_profile(subject, names, by=_me())
        except Refusal as refusal:
            db.session.rollback()
            refuse(form, refusal)
            status = 422
        else:
            flash(_("%(name)s is saved.", name=subject.full_name), "good")
            return redirect(url_for("accounts.person", person_id=subject.id))
    elif form.is_submitted():
        status = 422
    return _person_page(subject, form, ReasonForm(formdata=None)), status


def _person_page(subject: Person, form: PersonForm, reason_form: ReasonForm) -> str:
    return render_template(
        "accounts/person.html",
        person=subject,
        form=form,
        reason_form=reason_form,
        invitation=queries.open_invitation(subject) if can_be_invited(subject) else None,
        is_self=subject.id == current_user.id,
    )


@blueprint.post("/admin/people/<int:person_id>/disable")
@requires(ADMINISTER, load=load_person)
def disable_person(subject: Person) -> Any:
    """Shut a person out, with a reason."""
    form = ReasonForm()
    try:
        if form.validate():
            services.disable(subject, form.reason.data or "", by=_me())
            flash(_("The account of %(name)s is disabled.", name=subject.full_name), "good")
            return redirect(url_for("accounts.person", person_id=subject.id))
    except Refusal as refusal:
        refuse(form, refusal)
    return _person_page(subject, PersonForm(formdata=None, obj=subject), form), 422


@blueprint.post("/admin/people/<int:person_id>/enable")
@requires(ADMINISTER, load=load_person)
def enable_person(subject: Person) -> Any:
    """Let a disabled person in again."""
    services.enable(subject, by=_me())
    flash(_("The account of %(name)s is enabled.", name=subject.full_name), "good")
    return redirect(url_for("accounts.person", person_id=subject.id))


@blueprint.post("/admin/people/<int:person_id>/administrator")
@requires(ADMINISTER, load=load_person)
def set_administrator(subject: Person) -> Any:
    """Make a person an administrator, or end that."""
    if request.form.get("make") == "yes":
        services.make_administrator(subject, by=_me())
        flash(_("%(name)s is an administrator now.", name=subject.full_name), "good")
    else:
        services.end_administrator(subject, by=_me())
        flash(_("%(name)s is no longer an administrator.", name=subject.full_name), "good")
    if not current_user.is_administrator:
        return redirect(url_for("accounts.profile"))
    return redirect(url_for("accounts.person", person_id=subject.id))


@blueprint.post("/admin/people/<int:person_id>/invite")
@requires(ADMINISTER, load=load_person)
def invite_person(subject: Person) -> str:
    """Mail the invitation again and show its link once."""
    link = services.invite(subject, _me())
    return render_template("accounts/invited.html", person=subject, link=link)


@blueprint.get("/admin/audit")
@requires(ADMINISTER)
def audit_log() -> str:
    """Who did what, latest first."""
    action = request.args.get("action", "").strip()[:80]
    email = request.args.get("person", "").strip()
    actor = queries.find_person(email) if email else None
    page = paginate(queries.audit_entries(action, (actor.id if actor else 0) if email else None))
    people = queries.people_by_id({entry.person_id for entry in page.rows if entry.person_id})
    return render_template("accounts/audit.html", page=page, people=people, action=action, person_filter=email)
