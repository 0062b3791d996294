"""Pages of the staff: what is released to a cohort, a new release, its times, who has handed in."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.assignments import rules
from app.assignments.forms.releases import ReleaseForm, TimesForm
from app.assignments.models import Release
from app.assignments.queries import releases as reads
from app.assignments.queries.results import own_rows
from app.assignments.services import releases as services
from app.assignments.views import blueprint, loading
from app.cohorts.models import Cohort
from app.curriculum.models import Assignment
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _
from app.platform.permissions import can, requires


@blueprint.get("/cohorts/<slug>/assignments", endpoint="releases")
@requires(rules.RELEASES_VIEW, load=loading.cohort)
def list_releases(cohort: Cohort) -> str:
    """The cohort's assignments: with counts for staff, with one's own results for a trainee."""
    if can(current_user, rules.RELEASE_EDIT, cohort):
        rows = reads.release_rows(cohort)
        return render_template(
            "assignments/releases.html", cohort=cohort, rows=rows, trainees=reads.active_trainees(cohort.id)
        )
    enrolment = reads.enrolment_of(current_user, cohort.id)
    rows_of_trainee = own_rows(enrolment) if enrolment else []
    return render_template("assignments/own_releases.html", cohort=cohort, rows=rows_of_trainee)


@blueprint.route("/cohorts/<slug>/assignments/new", methods=["GET", "POST"], endpoint="release_new")
@requires(rules.RELEASE_EDIT, load=loading.cohort)
def new_release(cohort: Cohort) -> str | Response:
    """Release an assignment to the cohort."""
    groups = reads.assignments_to_release(cohort)
    form = ReleaseForm()
    form.offer(groups, cohort)
    zone = ZoneInfo(cohort.timezone)
    if form.validate_on_submit():
        assignment = db.session.get(Assignment, form.assignment_id.data)
        try:
            if assignment is None:
                raise Refusal(_("Choose an assignment."), field="assignment_id")
            release = services.release_assignment(cohort, assignment, by=current_user, **form.times(zone))
        except Refusal as refusal:
            loading.show_refusal(form, refusal)
        else:
            flash(_("“%(title)s” is released to %(cohort)s.", title=release.title, cohort=cohort.title), "good")
            return redirect(url_for("assignments.release_manage", release_id=release.id))
    return render_template("assignments/release_new.html", cohort=cohort, form=form, groups=groups)


@blueprint.get("/assignments/<int:release_id>/manage", endpoint="release_manage")
@requires(rules.RELEASE_EDIT, load=loading.release)
def manage(release: Release) -> str:
    """Who handed in, who did not, and how it stands."""
    return render_template(
        "assignments/release_manage.html",
        release=release,
        phase=rules.phase_of(release),
        rows=reads.trainee_rows(release),
    )


@blueprint.route("/assignments/<int:release_id>/edit", methods=["GET", "POST"], endpoint="release_edit")
@requires(rules.RELEASE_EDIT, load=loading.release)
def edit(release: Release) -> str | Response:
    """Change times and policy."""
    form = TimesForm()
    zone = ZoneInfo(release.cohort.timezone)
    if not form.is_submitted():
        form.show(release, zone)
    elif form.validate():
        try:
            services.change_release(release, by=current_user, **form.times(zone))
        except Refusal as refusal:
            loading.show_refusal(form, refusal)
        else:
            flash(_("The times of “%(title)s” are saved.", title=release.title), "good")
            return _to_manage(release)
    return render_template("assignments/release_edit.html", release=release, form=form)


@blueprint.post("/assignments/<int:release_id>/withdraw", endpoint="release_withdraw")
@requires(rules.RELEASE_EDIT, load=loading.release)
def withdraw(release: Release) -> Any:
    """Take the release back; can be undone on the same page."""
    services.withdraw_release(release, by=current_user)
    flash(_("“%(title)s” is withdrawn. Attempts made so far are kept.", title=release.title), "info")
    return _to_manage(release)


@blueprint.post("/assignments/<int:release_id>/bring-back", endpoint="release_bring_back")
@requires(rules.RELEASE_EDIT, load=loading.release)
def bring_back(release: Release) -> Any:
    """Undo a withdrawal."""
    services.bring_back(release, by=current_user)
    flash(_("“%(title)s” is released again.", title=release.title), "good")
    return _to_manage(release)


def _to_manage(release: Release) -> Response:
    return redirect(url_for("assignments.release_manage", release_id=release.id))
