"""The grading page of one attempt: points, comments, next and previous; works with and without script."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_login import current_user

from app.assignments.grade_models import TaskScore
from app.assignments.models import Submission
from app.assignments.names import submitter_name
from app.assignments.queries.grading import Bench, bench, task_lines
from app.assignments.queries.queue import count_waiting
from app.assignments.queries.releases import cohort_by_slug
from app.assignments.queries.submissions import attempts_of, submission_by_id
from app.assignments.rules import GRADE, feedback_is_visible
from app.assignments.services import claims, comments, marks
from app.assignments.views import blueprint
from app.cohorts.models import Cohort
from app.platform.clock import now
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import format_points
from app.platform.i18n import gettext as _
from app.platform.permissions import requires

MOST_KEYS = 10


@blueprint.get("/submissions/<int:submission_id>/grade")
@requires(GRADE, load=submission_by_id)
def grade(submission: Submission) -> Any:
    """The page at one task: ``?task=ID``, else the first that waits."""
    return _page(submission, request.args.get("task", type=int))


@blueprint.post("/submissions/<int:submission_id>/tasks/<int:task_id>/mark")
@requires(GRADE, load=submission_by_id)
def mark(submission: Submission, task_id: int) -> Any:
    """Save points and comment of one task; ``action``: save, next, take_back, keep, or forget-ID."""
    action = request.form.get("action", "save")
    try:
        # All or nothing: where the comment is refused the points are not kept either, and the page says so.
        with db.session.begin_nested():
            row = _save(submission, task_id, action)
    except Refusal as refusal:
        return _refused(submission, task_id, refusal)
    if _by_script():
        return jsonify(
            version=row.version,
            score=format_points(row.score),
            total=format_points(submission.score),
            waits=row.needs_manual and row.manual_score is None,
        )
    if action == "next":
        return _onward(submission, task_id)
    return redirect(_address(submission, task_id))


def _save(submission: Submission, task_id: int, action: str) -> TaskScore:
    points, extra = _points(), marks.parse_points(request.form.get("extra", ""), field="extra")
    row = marks.locked_row(submission, task_id)
    if action == "take_back":
        points = None
    elif points is None:
        points = row.manual_score
    row = marks.give_points(submission, task_id, points, by=current_user, version=_version(), extra_credit=extra or 0.0)
    text = request.form.get("comment", "")
    comments.save_comment(submission, text, by=current_user, task_id=task_id)
    if action == "keep":
        comments.keep_comment(text, by=current_user)
    elif action.startswith("forget-") and action[7:].isdecimal():
        comments.forget_comment(int(action[7:]), by=current_user)
    claims.claim(submission.id, by=current_user)
    return row


@blueprint.post("/cohorts/<slug>/to-grade/next")
@requires(GRADE, load=cohort_by_slug)
def grade_next(cohort: Cohort) -> Any:
    """Take the next attempt that waits and nobody holds, and open it."""
    after = submission_by_id(request.form.get("after", 0, type=int))
    if after is not None and after.cohort_id != cohort.id:
        after = None
    return _take_next(cohort.id, cohort.slug, after)


@blueprint.post("/submissions/<int:submission_id>/comment")
@requires(GRADE, load=submission_by_id)
def comment_on_all(submission: Submission) -> Any:
    """The coach's comment on the attempt as a whole."""
    try:
        comments.save_comment(submission, request.form.get("comment", ""), by=current_user)
        flash(_("Your comment on the whole hand-in is saved."), "good")
    except Refusal as refusal:
        flash(refusal.message, "fault")
    return redirect(_address(submission, request.form.get("task", type=int)))


@blueprint.post("/submissions/<int:submission_id>/claim")
@requires(GRADE, load=submission_by_id)
def take(submission: Submission) -> Any:
    """Open an attempt from the queue; where another coach holds it, the page says so."""
    claims.claim(submission.id, by=current_user)
    return redirect(_address(submission, None))


@blueprint.post("/submissions/<int:submission_id>/put-back")
@requires(GRADE, load=submission_by_id)
def put_back(submission: Submission) -> Any:
    """Give an attempt back to the queue."""
    claims.let_go(submission.id, by=current_user)
    flash(_("It is back in the queue. Points and comments that you saved are kept."), "good")
    return redirect(url_for(".to_grade", slug=request.form.get("slug", "")))


def _page(submission: Submission, task_id: int | None, *, refusal: Refusal | None = None) -> Any:
    page = bench(submission, current_user, task_id=task_id, whole=request.args.get("view") == "notebook")
    back = request.args.get("back", type=int)
    version = page.current.score.version if page.current and page.current.score else 1
    if isinstance(refusal, marks.Conflict):
        version = refusal.version
    return render_template(
        "assignments/grade.html",
        bench=page,
        submission=submission,
        cohort=page.cohort,
        name=submitter_name(submission),
        attempts=attempts_of(submission),
        waiting=count_waiting(submission.cohort_id),
        back=back,
        whole=request.args.get("view") == "notebook",
        refusal=refusal,
        version=version,
        typed=_typed(page, refusal),
        keys=keys_of(page),
        is_visible=feedback_is_visible(submission),
        moment=now(),
    )


def _typed(page: Bench, refusal: Refusal | None) -> dict[str, str]:
    """What the fields hold: what was typed where it was refused, else what is stored."""
    row = page.current.score if page.current else None
    if refusal is not None:
        form = request.form
        return {name: form.get(name, "") for name in ("points", "exact", "extra", "comment")}
    given = row.manual_score if row is not None else None
    keyed = given is not None and given in keys_of(page)
    return {
        "points": f"{given:g}" if keyed and given is not None else "",
        "exact": format_points(given) if given is not None and not keyed else "",
        "extra": format_points(row.extra_credit) if row is not None and row.extra_credit else "",
        "comment": page.own_comment(current_user, page.current.task.id) if page.current else "",
    }


def keys_of(page: Bench) -> list[int]:
    """The whole points that number keys give; none where the task has too many of them."""
    most = page.current.task.max_score if page.current else 0
    return list(range(int(most) + 1)) if 0 < most < MOST_KEYS else []


def _points() -> float | None:
    exact = marks.parse_points(request.form.get("exact", ""))
    return exact if exact is not None else marks.parse_points(request.form.get("points", ""))


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _by_script() -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _refused(submission: Submission, task_id: int, refusal: Refusal) -> Any:
    """Say why nothing was saved, with all that was typed still in its field."""
    status = 409 if isinstance(refusal, marks.Conflict) else 400
    if _by_script():
        version = refusal.version if isinstance(refusal, marks.Conflict) else None
        return jsonify(error=str(refusal.message), field=refusal.field, version=version), status
    fresh = submission_by_id(submission.id)
    return _page(fresh or submission, task_id, refusal=refusal), status


def _address(submission: Submission, task_id: int | None, **more: Any) -> str:
    back = request.form.get("back", type=int) or None
    return url_for(".grade", submission_id=submission.id, **({"task": task_id, "back": back} | more))


def _onward(submission: Submission, task_id: int) -> Response:
    """The next task of this attempt that waits, else the next attempt."""
    page = Bench(submission=submission, lines=task_lines(submission), current=None)
    page.current = next((line for line in page.lines if line.task.id == task_id), None)
    following = page.next_waiting()
    if following is not None:
        return redirect(_address(submission, following.task.id))  # type: ignore[return-value]
    return _take_next(submission.cohort_id, page.cohort.slug, submission)


def _take_next(cohort_id: int, slug: str, after: Submission | None) -> Response:
    found = claims.claim_next(cohort_id, by=current_user, after=after)
    if found is None:
        flash(_("Nothing else waits for you. Well done."), "good")
        return redirect(url_for(".to_grade", slug=slug))  # type: ignore[return-value]
    back = after.id if after is not None else None
    return redirect(url_for(".grade", submission_id=found, back=back))  # type: ignore[return-value]
