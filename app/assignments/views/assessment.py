"""Staff pages of one release: its rules, its extensions, its feedback."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from flask_login import current_user

from app.assignments.assessment_models import Extension
from app.assignments.forms.assessment import ExtensionForm, ReasonForm, RulesForm, show_refusal
from app.assignments.models import Release, Submission
from app.assignments.queries.extensions import extension_by_id, extensions_of_release
from app.assignments.queries.feedback import feedback_changes, feedback_state
from app.assignments.queries.receivers import receivers_of
from app.assignments.queries.releases import release_by_id
from app.assignments.queries.submissions import submission_by_id
from app.assignments.rules import EXTENSION_GIVE, FEEDBACK_RELEASE, RELEASE_EDIT
from app.assignments.services import deadlines, extensions, feedback
from app.assignments.views import blueprint
from app.platform.errors import Refusal
from app.platform.i18n import aware, ngettext
from app.platform.i18n import gettext as _
from app.platform.permissions import requires


@blueprint.route("/assignments/<int:release_id>/rules", methods=["GET", "POST"], endpoint="release_rules")
@requires(RELEASE_EDIT, load=release_by_id)
def release_rules(release: Release) -> Any:
    """Grace, lateness, attempts, weight."""
    form = RulesForm()
    if not form.is_submitted():
        form.show(release)
    elif form.validate():
        try:
            changed = deadlines.change_rules(release, by=current_user, **form.values())
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            flash(
                _("The rules are saved. Marks follow from them at once.") if changed else _("Nothing changed."), "good"
            )
            return redirect(url_for(".release_rules", release_id=release.id))
    return render_template("assignments/release_rules.html", release=release, form=form), 400 if form.errors else 200


@blueprint.route("/assignments/<int:release_id>/extensions", methods=["GET", "POST"])
@requires(EXTENSION_GIVE, load=release_by_id)
def release_extensions(release: Release) -> Any:
    """Extensions of a release: the history, and a form for a new one."""
    form, receivers = ExtensionForm(), receivers_of(release.cohort_id)
    form.receiver.choices = receivers.choices(_("The whole cohort"))
    zone = ZoneInfo(release.cohort.timezone)
    if form.validate_on_submit():
        enrolment, team = receivers.find(form.receiver.data)
        try:
            extensions.give_extension(
                release,
                by=current_user,
                reason=form.reason.data,
                enrolment=enrolment,
                team=team,
                due_at=aware(form.due_at.data, zone) if form.due_at.data else None,
                extra_attempts=form.extra_attempts.data or 0,
                is_excused=form.is_excused.data,
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("The extension is given."), "good")
            return redirect(url_for(".release_extensions", release_id=release.id))
    return render_template(
        "assignments/release_extensions.html",
        release=release,
        form=form,
        rows=extensions_of_release(release.id),
        reason=ReasonForm(formdata=None),
    ), 400 if form.errors else 200


@blueprint.post("/extensions/<int:extension_id>/revoke")
@requires(EXTENSION_GIVE, load=extension_by_id)
def revoke_extension(extension: Extension) -> Any:
    """Take an extension back."""
    form = ReasonForm()
    try:
        extensions.revoke_extension(extension, by=current_user, reason=form.reason.data or "")
        flash(_("The extension is taken back."), "good")
    except Refusal as refusal:
        flash(refusal.message, "fault")
    return redirect(url_for(".release_extensions", release_id=extension.release_id))


@blueprint.get("/assignments/<int:release_id>/feedback")
@requires(FEEDBACK_RELEASE, load=release_by_id)
def release_feedback(release: Release) -> Any:
    """How far the feedback is, and its history."""
    return _feedback_page(release, ReasonForm())


@blueprint.post("/assignments/<int:release_id>/feedback")
@requires(FEEDBACK_RELEASE, load=release_by_id)
def give_feedback(release: Release) -> Any:
    """Give back all graded attempts."""
    try:
        given = feedback.release_feedback(release, by=current_user)
        flash(ngettext("%(num)s hand-in is given back.", "%(num)s hand-ins are given back.", given), "good")
    except Refusal as refusal:
        flash(refusal.message, "fault")
    return redirect(url_for(".release_feedback", release_id=release.id))


@blueprint.post("/assignments/<int:release_id>/feedback/take-back")
@requires(FEEDBACK_RELEASE, load=release_by_id)
def take_feedback_back(release: Release) -> Any:
    """Hide points and comments again, with a reason."""
    form = ReasonForm()
    if form.validate():
        try:
            count = feedback.take_back(release, reason=form.reason.data, by=current_user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            flash(ngettext("%(num)s hand-in is hidden again.", "%(num)s hand-ins are hidden again.", count), "good")
            return redirect(url_for(".release_feedback", release_id=release.id))
    return _feedback_page(release, form), 400


@blueprint.post("/submissions/<int:submission_id>/feedback")
@requires(FEEDBACK_RELEASE, load=submission_by_id)
def give_feedback_of(submission: Submission) -> Any:
    """Give back one attempt, from its grading page; or take it back with a reason."""
    form = ReasonForm()
    try:
        if submission.feedback_released_at is None:
            feedback.release_feedback_of(submission, by=current_user)
            flash(_("The trainee sees the points and comments now."), "good")
        else:
            feedback.take_back(
                submission.release, reason=form.reason.data or "", by=current_user, submission=submission
            )
            flash(_("The points and comments are hidden again."), "good")
    except Refusal as refusal:
        flash(refusal.message, "fault")
    return redirect(url_for(".grade", submission_id=submission.id))


def _feedback_page(release: Release, form: ReasonForm) -> str:
    return render_template(
        "assignments/release_feedback.html",
        release=release,
        state=feedback_state(release),
        changes=feedback_changes(release),
        form=form,
    )
