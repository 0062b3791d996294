"""Cohorts: list, one, make, edit, and the steps of their lives."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from app.cohorts import queries, rules, services, words
from app.cohorts.forms import CohortForm, ReasonForm
from app.cohorts.models import Cohort
from app.cohorts.rules import COHORT_CREATE, COHORT_EDIT, COHORT_VIEW, ROSTER_VIEW
from app.cohorts.states import COHORT_TRANSITIONS, CohortState
from app.cohorts.views import blueprint
from app.cohorts.views.common import load_cohort, me, refuse
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _
from app.platform.pagination import paginate
from app.platform.permissions import can, requires


@blueprint.get("/cohorts")
@requires("page.own")
def cohorts() -> str:
    """Cohorts that this person has a part in."""
    search, state = request.args.get("q", "").strip(), request.args.get("state", "")
    page = paginate(queries.cohort_list(me(), search, state))
    return render_template(
        "cohorts/cohorts.html",
        page=page,
        counts=queries.trainee_counts(row.id for row in page.rows),
        search=search,
        state=state,
        may_create=can(me(), COHORT_CREATE, rules.by_grant()),
        sees_programmes=can(me(), rules.PROGRAMME_VIEW, rules.anywhere()),
    )


@blueprint.route("/cohorts/new", methods=["GET", "POST"])
@requires(COHORT_CREATE, load=rules.by_grant)
def new_cohort(_subject: Any) -> Any:
    """Make a cohort, at a site or in a programme that this person coordinates."""
    programmes, sites, needs_site = _places()
    form = CohortForm(programmes=programmes, sites=sites, needs_site=needs_site)
    if not form.is_submitted():
        form.timezone.data, form.language.data = me().timezone, me().language
        form.programme_id.data = request.args.get("programme", type=int)
    status = 200
    if form.validate_on_submit():
        try:
            programme = next(row for row in programmes if row.id == form.programme_id.data)
            row = services.create_cohort(programme, form.details(), by=me())
        except Refusal as refusal:
            db.session.rollback()
            refuse(form, refusal)
            status = 422
        else:
            flash(_("%(title)s is made. Now bring in its trainees and name its coaches.", title=row.title), "good")
            return redirect(url_for("cohorts.cohort", slug=row.slug))
    elif form.is_submitted():
        status = 422
    return render_template("cohorts/cohort_form.html", form=form, cohort=None, has_programmes=bool(programmes)), status


def _places() -> tuple[list[Any], list[Any], bool]:
    """Programmes and sites that this person may choose, and whether a site must be chosen."""
    programmes, sites = queries.programmes(), queries.sites()
    if me().is_administrator:
        return programmes, sites, False
    grants = rules.grants_of(me().id)
    own_sites = {grant.site_id for grant in grants if grant.site_id}
    own_programmes = {grant.programme_id for grant in grants if grant.programme_id}
    if own_sites and not own_programmes:
        return programmes, [site for site in sites if site.id in own_sites], True
    if own_programmes and not own_sites:
        return [row for row in programmes if row.id in own_programmes], sites, False
    return programmes, sites, False


@blueprint.get("/cohorts/<slug>")
@requires(COHORT_VIEW, load=load_cohort)
def cohort(subject: Cohort) -> str:
    """One cohort: what to do next, its facts, who works in it, its history."""
    return _cohort_page(subject, None)


def _cohort_page(subject: Cohort, failed: tuple[CohortState, ReasonForm] | None) -> str:
    may_edit = can(me(), COHORT_EDIT, subject)
    is_staff = can(me(), ROSTER_VIEW, subject)
    steps = []
    for to_state in CohortState:
        if may_edit and to_state in COHORT_TRANSITIONS[subject.state]:
            form = failed[1] if failed and failed[0] is to_state else ReasonForm(formdata=None, prefix=to_state.value)
            steps.append((to_state, form, services.needs_reason(subject.state, to_state)))
    return render_template(
        "cohorts/cohort.html",
        cohort=subject,
        steps=steps,
        taken=queries.trainee_counts([subject.id]).get(subject.id, 0),
        invited=queries.invited_count(subject.id) if is_staff else 0,
        staff=queries.present_staff(subject.id),
        changes=queries.state_changes(subject.id) if is_staff else [],
        may_edit=may_edit,
        is_staff=is_staff,
    )


@blueprint.post("/cohorts/<slug>/state/<to_state>")
@requires(COHORT_EDIT, load=load_cohort)
def move_cohort(subject: Cohort, to_state: str) -> Any:
    """One step in the life of a cohort."""
    try:
        state = CohortState(to_state)
    except ValueError:
        abort(404)
    form = ReasonForm(prefix=state.value)
    if form.validate():
        try:
            services.move_cohort(subject, state, form.reason.data or "", by=me())
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            flash(
                _("%(title)s: %(state)s.", title=subject.title, state=str(words.COHORT_STATES[state]).lower()), "good"
            )
            return redirect(url_for("cohorts.cohort", slug=subject.slug))
    if state not in COHORT_TRANSITIONS[subject.state]:
        raise Refusal(_("This cohort cannot go there from its present state. Load the page again."))
    return _cohort_page(subject, (state, form)), 422


@blueprint.route("/cohorts/<slug>/edit", methods=["GET", "POST"])
@requires(COHORT_EDIT, load=load_cohort)
def edit_cohort(subject: Cohort) -> Any:
    """Change a cohort's details."""
    form = CohortForm(obj=subject, programmes=None, sites=queries.sites(), needs_site=False)
    if not form.is_submitted():
        form.site_id.data = subject.site_id or 0
    status = 200
    if form.validate_on_submit():
        version = int(form.version.data) if (form.version.data or "").isdecimal() else None
        try:
            services.update_cohort(subject, form.details(), by=me(), version=version)
        except Refusal as refusal:
            db.session.rollback()
            refuse(form, refusal)
            form.version.raw_data = None
            form.version.data = subject.version
            status = 422
        else:
            flash(_("%(title)s is saved.", title=subject.title), "good")
            return redirect(url_for("cohorts.cohort", slug=subject.slug))
    elif form.is_submitted():
        status = 422
    return render_template("cohorts/cohort_form.html", form=form, cohort=subject, has_programmes=True), status
