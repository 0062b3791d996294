"""A roster by file: choose, look at every line, then bring in just that."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app.cohorts import queries, services
from app.cohorts.forms import RosterFileForm
from app.cohorts.models import Cohort, RosterImport
from app.cohorts.roster_plan import Outcome
from app.cohorts.rules import ROSTER_EDIT
from app.cohorts.services import PlanChanged
from app.cohorts.views import blueprint
from app.cohorts.views.common import load_cohort, load_import, me, refuse
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _
from app.platform.i18n import ngettext
from app.platform.permissions import requires


@blueprint.route("/cohorts/<slug>/roster/import", methods=["GET", "POST"])
@requires(ROSTER_EDIT, load=load_cohort)
def import_roster(subject: Cohort) -> Any:
    """Choose a file; nothing is written to the roster."""
    form = RosterFileForm()
    status = 200
    if form.validate_on_submit():
        upload = form.file.data
        try:
            row = services.begin_import(subject, upload.read(), upload.filename or "", by=me())
        except Refusal as refusal:
            refuse(form, refusal)
            status = 422
        else:
            return redirect(url_for("cohorts.import_preview", slug=subject.slug, import_id=row.id))
    elif form.is_submitted():
        status = 422
    return render_template("cohorts/import.html", cohort=subject, form=form), status


@blueprint.get("/cohorts/<slug>/roster/import/<int:import_id>")
@requires(ROSTER_EDIT, load=load_import, rule=lambda person, row: row.by_id == person.id)
def import_preview(subject: RosterImport) -> Any:
    """Line by line what the file would do now."""
    return _preview(subject)


def _preview(subject: RosterImport, *, has_changed: bool = False) -> Any:
    cohort = queries.cohort_by_slug(queries.slug_of(subject.cohort_id))
    assert cohort is not None
    table = services.table_of(subject) if subject.applied_at is None else None
    if table is None:
        return render_template("cohorts/import_over.html", cohort=cohort, row=subject)
    plan = services.plan_roster(cohort, table.lines, me())
    # What needs a look stands first.
    order = (Outcome.REFUSE, Outcome.CHANGE, Outcome.ADD, Outcome.SAME)
    lines = sorted(plan.lines, key=lambda line: (order.index(line.outcome), line.line))
    return render_template(
        "cohorts/import_preview.html",
        cohort=cohort,
        row=subject,
        plan=plan,
        lines=lines,
        ignored=table.ignored,
        has_changed=has_changed,
    )


@blueprint.post("/cohorts/<slug>/roster/import/<int:import_id>")
@requires(ROSTER_EDIT, load=load_import, rule=lambda person, row: row.by_id == person.id)
def apply_import(subject: RosterImport) -> Any:
    """Bring in what the preview showed."""
    slug = queries.slug_of(subject.cohort_id)
    cohort = queries.cohort_by_slug(slug)
    assert cohort is not None
    try:
        plan = services.apply_import(cohort, subject, by=me(), shown=request.form.get("shown", ""))
    except PlanChanged:
        db.session.rollback()
        return _preview(subject, has_changed=True), 409
    added, changed = len(plan.of(Outcome.ADD)), len(plan.of(Outcome.CHANGE))
    said = ngettext("%(num)s person was brought in", "%(num)s people were brought in", added)
    if changed:
        said += ", " + ngettext("%(num)s was changed", "%(num)s were changed", changed)
    flash(said + ". " + (_("Invitations are on their way.") if added else ""), "good")
    return redirect(url_for("cohorts.roster", slug=slug))
