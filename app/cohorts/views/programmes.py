"""Programmes: list, one, make, edit."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for

from app.cohorts import queries, rules, services
from app.cohorts.forms import ProgrammeForm
from app.cohorts.models import Programme
from app.cohorts.rules import PROGRAMME_CREATE, PROGRAMME_EDIT, PROGRAMME_VIEW
from app.cohorts.views import blueprint
from app.cohorts.views.common import load_programme, me, refuse
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _
from app.platform.pagination import paginate
from app.platform.permissions import can, requires


@blueprint.get("/programmes")
@requires(PROGRAMME_VIEW, load=rules.anywhere)
def programmes(_subject: Any) -> str:
    """Programmes that this person has a part in."""
    page = paginate(queries.programmes_seen_by(me()))
    counts = queries.cohort_counts_by_programme(row.id for row in page.rows)
    return render_template(
        "cohorts/programmes.html", page=page, counts=counts, may_create=rules.can_make_programme(me())
    )


@blueprint.route("/programmes/new", methods=["GET", "POST"])
@requires(PROGRAMME_CREATE, load=rules.by_grant, rule=lambda person, _subject: rules.can_make_programme(person))
def new_programme(_subject: Any) -> Any:
    """Make a programme."""
    form = ProgrammeForm()
    status = 200
    if form.validate_on_submit():
        try:
            row = services.create_programme(form.title.data or "", form.description.data or "", by=me())
        except Refusal as refusal:
            refuse(form, refusal)
            status = 422
        else:
            flash(_("%(title)s is made. Now make its first cohort.", title=row.title), "good")
            return redirect(url_for("cohorts.programme", slug=row.slug))
    elif form.is_submitted():
        status = 422
    return render_template("cohorts/programme_form.html", form=form, programme=None), status


@blueprint.get("/programmes/<slug>")
@requires(PROGRAMME_VIEW, load=load_programme)
def programme(subject: Programme) -> str:
    """One programme with the cohorts of it that this person has a part in."""
    page = paginate(queries.cohort_list(me(), programme_id=subject.id))
    return render_template(
        "cohorts/programme.html",
        programme=subject,
        page=page,
        counts=queries.trainee_counts(row.id for row in page.rows),
        may_edit=can(me(), PROGRAMME_EDIT, subject),
        may_create=can(me(), rules.COHORT_CREATE, rules.by_grant()),
    )


@blueprint.route("/programmes/<slug>/edit", methods=["GET", "POST"])
@requires(PROGRAMME_EDIT, load=load_programme)
def edit_programme(subject: Programme) -> Any:
    """Change a programme's words."""
    form = ProgrammeForm(obj=subject)
    status = 200
    if form.validate_on_submit():
        try:
            services.update_programme(subject, form.title.data or "", form.description.data or "", by=me())
        except Refusal as refusal:
            refuse(form, refusal)
            status = 422
        else:
            flash(_("%(title)s is saved.", title=subject.title), "good")
            return redirect(url_for("cohorts.programme", slug=subject.slug))
    elif form.is_submitted():
        status = 422
    return render_template("cohorts/programme_form.html", form=form, programme=subject), status
