"""The result of an attempt: its state by itself, the total, task by task; download; run again."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_login import current_user

from app.assignments import lateness, rules
from app.assignments.costs import cost_lines
from app.assignments.models import Release, Submission
from app.assignments.names import submitter_name
from app.assignments.queries import releases as reads
from app.assignments.queries import submissions
from app.assignments.queries.changes import changes_since_last
from app.assignments.queries.results import visible
from app.assignments.queries.statistics import class_summary
from app.assignments.queries.task_results import result_of
from app.assignments.queries.terms import terms_of_enrolment
from app.assignments.services.runs import queue_run
from app.assignments.states import SubmissionState
from app.assignments.views import blueprint, loading
from app.curriculum.queries import zip_of
from app.platform import files
from app.platform.downloads import attachment
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _
from app.platform.permissions import can, requires

# Seconds until the page asks again: quick at first, since most runs take a few seconds.
BACK_OFF = (1, 1, 2, 2, 3, 4, 6, 8, 10, 15, 20, 30)


@blueprint.get("/submissions/<int:submission_id>", endpoint="submission")
@requires(rules.SUBMISSION_VIEW, load=loading.submission, rule=rules.can_see_submission)
def show(submission: Submission) -> Any:
    """The result page."""
    number = request.args.get("attempt", type=int)
    if number is not None and number != submission.number:
        other = next((each for each in submissions.attempts_of(submission) if each.number == number), None)
        if other is not None:
            return redirect(url_for("assignments.submission", submission_id=other.id))
    return render_template("assignments/result.html", **_facts(submission))


@blueprint.get("/submissions/<int:submission_id>/status", endpoint="submission_status")
@requires(rules.SUBMISSION_VIEW, load=loading.submission, rule=rules.can_see_submission)
def status(submission: Submission) -> Any:
    """The changing part of the page: it asks for itself again while the attempt is being graded."""
    asked = request.args.get("n", default=0, type=int)
    if not request.headers.get("HX-Request"):
        return redirect(url_for("assignments.submission", submission_id=submission.id))
    response = make_response(render_template("assignments/_result.html", **_facts(submission, max(0, asked) + 1)))
    response.headers["Vary"] = "HX-Request"
    return response


@blueprint.get("/submissions/<int:submission_id>/changes", endpoint="submission_changes")
@requires(rules.SUBMISSION_VIEW, load=loading.submission, rule=rules.can_see_submission)
def changes(submission: Submission) -> Any:
    """What changed in the answers since the attempt before."""
    return render_template(
        "assignments/changes.html", submission=submission, found=changes_since_last(submission) or abort(404)
    )


@blueprint.get("/submissions/<int:submission_id>/download", endpoint="submission_download")
@requires(rules.SUBMISSION_VIEW, load=loading.submission, rule=rules.can_see_submission)
def download(submission: Submission) -> Response:
    """What was handed in, as it was handed in: one notebook, or an archive of several."""
    contents = files.load_many({row.sha256 for row in submission.notebooks})
    named = [(f"{row.notebook.name}.ipynb", contents[row.sha256]) for row in submission.notebooks]
    if len(named) == 1:
        return attachment(named[0][1], named[0][0], loading.NOTEBOOK)
    return attachment(zip_of(dict(named)), f"attempt-{submission.number}.zip", "application/zip")


@blueprint.post("/submissions/<int:submission_id>/run-again", endpoint="run_again")
@requires(rules.RUN_AGAIN, load=loading.submission)
def run_again(submission: Submission) -> Any:
    """Grade the attempt again with the tests; points that a coach gave stay."""
    reason = " ".join(request.form.get("reason", "").split())[:200]
    if submission.state is not SubmissionState.NOT_GRADABLE and not reason:
        raise Refusal(_("Write why the tests should run again, so that the trainee can read it in the history."))
    queue_run(submission, reason=reason or _("could not be graded before"), by=current_user)
    flash(_("The tests run again. Points that a coach gave stay as they are."), "good")
    return redirect(url_for("assignments.submission", submission_id=submission.id))


def _facts(submission: Submission, asked: int = 0) -> dict[str, Any]:
    release: Release | None = reads.release_by_id(submission.release_id)
    assert release is not None
    as_staff = can(current_user, rules.SUBMISSION_VIEW_ANY, submission)
    attempts = submissions.attempts_of(submission)
    enrolment_id = submission.enrolment_id or submission.members[0].enrolment_id
    terms = terms_of_enrolment([release], enrolment_id)[release.id]
    result = result_of(submission, as_staff=as_staff)
    return {
        "submission": submission,
        "release": release,
        "result": result,
        "shown": result.shown,
        "attempts": attempts,
        "attempt_results": visible(attempts),
        "as_staff": as_staff,
        "submitter": submitter_name(submission),
        "is_own": rules.is_own(current_user, submission),
        "terms": terms,
        "late": lateness.lateness(terms, submission.received_at),
        "costs": cost_lines(terms),
        "left": lateness.attempts_left(terms, len(attempts)),
        "phase": rules.phase_of(release, terms=terms),
        "class_summary": class_summary(release) if release.shows_statistics and not result.shown.is_running else None,
        "asked": asked,
        "wait": BACK_OFF[min(asked, len(BACK_OFF) - 1)],
    }
