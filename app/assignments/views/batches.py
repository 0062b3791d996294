"""Regrade all attempts of a release: a dry run with its progress, who would move, then apply, drop or undo."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_login import current_user

from app.assignments.assessment_models import BatchRegrade
from app.assignments.forms.assessment import BatchForm, show_refusal
from app.assignments.models import Release
from app.assignments.names import submitter_name
from app.assignments.queries.batches import batch_by_id, batches_of_release, moves_of, versions_of
from app.assignments.queries.releases import release_by_id
from app.assignments.rules import BATCH_REGRADE
from app.assignments.services import batches as services
from app.assignments.states import BatchState
from app.assignments.views import blueprint
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _
from app.platform.i18n import ngettext
from app.platform.permissions import requires


@blueprint.get("/assignments/<int:release_id>/regrade", endpoint="batches")
@requires(BATCH_REGRADE, load=release_by_id)
def show_batches(release: Release) -> Any:
    """The present batch and the history."""
    return _page(release, _form(release))


@blueprint.post("/assignments/<int:release_id>/regrade")
@requires(BATCH_REGRADE, load=release_by_id)
def batch_start(release: Release) -> Any:
    """Start a dry run."""
    form = _form(release)
    if form.validate():
        target = next((each for each, _version in versions_of(release) if each.id == form.version.data), None)
        try:
            services.start(release, target or abort(404), reason=form.reason.data, by=current_user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("The dry run begins. No points change before you apply it."), "good")
            return redirect(url_for(".batches", release_id=release.id))
    return _page(release, form), 400


@blueprint.get("/batches/<int:batch_id>/status")
@requires(BATCH_REGRADE, load=batch_by_id)
def batch_status(batch: BatchRegrade) -> Any:
    """The part of the page that changes while the dry run goes on."""
    if not request.headers.get("HX-Request"):
        return redirect(url_for(".batches", release_id=batch.release_id))
    response = make_response(render_template("assignments/_batch.html", **_facts(batch)))
    response.headers["Vary"] = "HX-Request"
    return response


@blueprint.post("/batches/<int:batch_id>")
@requires(BATCH_REGRADE, load=batch_by_id)
def batch_act(batch: BatchRegrade) -> Any:
    """``action``: apply, undo or drop."""
    release_id, action = batch.release_id, request.form.get("action", "")
    try:
        if action == "apply":
            moved = services.apply(batch, by=current_user)
            flash(
                ngettext(
                    "Applied: %(num)s attempt has other points.", "Applied: %(num)s attempts have other points.", moved
                ),
                "good",
            )
        elif action == "undo":
            moved = services.undo(batch, by=current_user)
            flash(
                ngettext(
                    "Undone: %(num)s attempt has its points of before.",
                    "Undone: %(num)s attempts have their points of before.",
                    moved,
                ),
                "good",
            )
        elif action == "drop":
            services.drop(batch, by=current_user)
            flash(_("The dry run is thrown away. No points were changed."), "good")
        else:
            abort(400)
    except Refusal as refusal:
        flash(refusal.message, "fault")
    return redirect(url_for(".batches", release_id=release_id))


def _form(release: Release) -> BatchForm:
    form = BatchForm()
    form.version.choices = [
        (
            each.id,
            _("Version %(number)s, the present one", number=version.number)
            if each.id == release.assignment_id
            else _("Version %(number)s", number=version.number),
        )
        for each, version in versions_of(release)
    ]
    return form


def _facts(batch: BatchRegrade) -> dict[str, Any]:
    return {"batch": batch, "moves": moves_of(batch), "name_of": submitter_name, "release": batch.release}


def _page(release: Release, form: BatchForm) -> str:
    rows = batches_of_release(release.id)
    open_one = next((each for each in rows if each.state in (BatchState.TRYING, BatchState.TRIED)), None)
    shown = open_one or next((each for each in rows if each.state is BatchState.APPLIED), None)
    batch = batch_by_id(shown.id) if shown else None
    facts = _facts(batch) if batch else {"batch": None, "moves": [], "name_of": submitter_name}
    return render_template(
        "assignments/batches.html", form=form, rows=rows, can_start=open_one is None, **(facts | {"release": release})
    )
