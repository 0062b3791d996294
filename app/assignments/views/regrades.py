"""Regrade requests: a trainee asks about a task, both write in the thread, a coach answers."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.assignments import rules
from app.assignments.assessment_models import RegradeRequest
from app.assignments.models import Submission
from app.assignments.queries.regrades import (
    request_by_id,
    requests_of_cohort,
    requests_of_submission,
    score_of,
    task_of_submission,
)
from app.assignments.queries.releases import cohort_by_slug
from app.assignments.queries.results import points_shown
from app.assignments.queries.submissions import submission_by_id
from app.assignments.services import marks, regrades
from app.assignments.states import RegradeState
from app.assignments.views import blueprint
from app.cohorts.models import Cohort
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _
from app.platform.permissions import can, requires


@blueprint.route("/submissions/<int:submission_id>/tasks/<int:task_id>/ask", methods=["GET", "POST"])
@requires(rules.REGRADE_ASK, load=submission_by_id, rule=rules.is_own)
def regrade_ask(submission: Submission, task_id: int) -> Any:
    """Ask for another look at the mark of one task."""
    task = task_of_submission(submission, task_id) or abort(404)
    held = requests_of_submission(submission.id).get(task_id)
    if held is not None and held.state is not RegradeState.WITHDRAWN:
        return redirect(url_for(".regrade", request_id=held.id))
    row = score_of(submission.id, task_id)
    points = points_shown(row, rules.feedback_is_visible(submission)) if row is not None else None
    refusal = None
    if request.method == "POST":
        try:
            made = regrades.ask(
                submission, task_id, request.form.get("text", ""), by=current_user, is_known=points is not None
            )
        except Refusal as error:
            refusal = error
        else:
            flash(_("Your coaches have your request. The answer comes here."), "good")
            return redirect(url_for(".regrade", request_id=made.id))
    return render_template(
        "assignments/regrade_ask.html",
        submission=submission,
        task=task,
        points=points,
        refusal=refusal,
        typed=request.form.get("text", ""),
    ), 400 if refusal else 200


@blueprint.get("/regrades/<int:request_id>")
@requires(rules.REGRADE_VIEW, load=request_by_id, rule=rules.can_see_regrade)
def regrade(row: RegradeRequest) -> Any:
    """The thread of a request."""
    return _thread(row)


@blueprint.post("/regrades/<int:request_id>")
@requires(rules.REGRADE_VIEW, load=request_by_id, rule=rules.can_see_regrade)
def regrade_write(row: RegradeRequest) -> Any:
    """``action``: reply, withdraw (the trainee's own), or answer (a coach's, with points where given)."""
    action, text = request.form.get("action", "reply"), request.form.get("text", "")
    is_staff = can(current_user, rules.REGRADE_ANSWER, row)
    if (action == "answer" and not is_staff) or (action == "withdraw" and row.asked_by_id != current_user.id):
        abort(403)
    try:
        with db.session.begin_nested():
            if action == "answer":
                points = marks.parse_points(request.form.get("points", ""))
                version = request.form.get("version", default=0, type=int)
                regrades.answer(row, text, by=current_user, points=points, version=version)
            elif action == "withdraw":
                regrades.withdraw(row, by=current_user)
            else:
                regrades.reply(row, text, by=current_user)
    except Refusal as refusal:
        return _thread(request_by_id(row.id) or row, refusal=refusal), 400
    flash(_("It is sent.") if action != "withdraw" else _("The request is withdrawn."), "good")
    return redirect(url_for(".regrade", request_id=row.id))


@blueprint.get("/cohorts/<slug>/regrades")
@requires(rules.REGRADE_ANSWER, load=cohort_by_slug)
def regrade_list(cohort: Cohort) -> Any:
    """All requests of a cohort, the open ones first."""
    return render_template("assignments/regrade_list.html", cohort=cohort, rows=requests_of_cohort(cohort))


def _thread(row: RegradeRequest, *, refusal: Refusal | None = None) -> str:
    score = score_of(row.submission_id, row.task_id)
    is_staff = can(current_user, rules.REGRADE_ANSWER, row)
    shown = score.score if is_staff and score else None
    if not is_staff and score is not None:
        shown = points_shown(score, rules.feedback_is_visible(row.submission))
    return render_template(
        "assignments/regrade.html",
        row=row,
        score=score,
        shown=shown,
        is_staff=is_staff,
        refusal=refusal,
        typed={name: request.form.get(name, "") if refusal else "" for name in ("text", "points")},
    )
