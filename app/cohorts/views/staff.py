"""Who works in a cohort: list, name, end."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for

from app.cohorts import queries, services
from app.cohorts.forms import StaffForm
from app.cohorts.models import Cohort, StaffMembership
from app.cohorts.rules import ROSTER_VIEW, STAFF_EDIT
from app.cohorts.states import StaffRole
from app.cohorts.views import blueprint
from app.cohorts.views.common import load_cohort, load_membership, me, refuse
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _
from app.platform.permissions import can, requires


@blueprint.get("/cohorts/<slug>/staff")
@requires(ROSTER_VIEW, load=load_cohort)
def staff(subject: Cohort) -> str:
    """Coaches and coordinators, now and before."""
    return _staff_page(subject, StaffForm(formdata=None))


def _staff_page(subject: Cohort, form: StaffForm, link: str | None = None, named: Any = None) -> str:
    return render_template(
        "cohorts/staff.html",
        cohort=subject,
        form=form,
        present=queries.present_staff(subject.id),
        past=queries.past_staff(subject.id),
        may_edit=can(me(), STAFF_EDIT, subject),
        link=link,
        named=named,
    )


@blueprint.post("/cohorts/<slug>/staff")
@requires(STAFF_EDIT, load=load_cohort)
def add_staff(subject: Cohort) -> Any:
    """Name a coach or coordinator."""
    form = StaffForm()
    if not form.validate():
        return _staff_page(subject, form), 422
    try:
        person, link = services.add_staff(
            subject,
            form.email.data or "",
            StaffRole(form.role.data),
            by=me(),
            first_name=form.first_name.data or "",
            last_name=form.last_name.data or "",
        )
    except Refusal as refusal:
        db.session.rollback()
        refuse(form, refusal)
        return _staff_page(subject, form), 422
    if link is not None:
        return _staff_page(subject, StaffForm(formdata=None), link, person)
    flash(_("%(name)s is in and was told by mail.", name=person.full_name), "good")
    return redirect(url_for("cohorts.staff", slug=subject.slug))


@blueprint.post("/cohorts/<slug>/staff/<int:membership_id>/end")
@requires(STAFF_EDIT, load=load_membership)
def end_staff(subject: StaffMembership) -> Any:
    """End a person's work in a cohort."""
    slug = queries.slug_of(subject.cohort_id)
    try:
        services.end_staff(subject, by=me())
    except Refusal as refusal:
        db.session.rollback()
        flash(str(refusal.message), "fault")
    else:
        flash(_("%(name)s no longer works in this cohort.", name=subject.person.full_name), "good")
    # Who ended their own work may have no part left.
    return redirect(url_for("cohorts.staff", slug=slug) if subject.person_id != me().id else url_for("cohorts.cohorts"))
