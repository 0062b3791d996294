"""The coach's queue: what waits, the oldest first, by hand-in and by task."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.assignments.models import Release
from app.assignments.names import anonymous_name
from app.assignments.queries.by_task import answers_to, task_of_release
from app.assignments.queries.queue import Waiting, count_waiting, queue, waiting_by_task
from app.assignments.queries.regrades import count_open
from app.assignments.queries.releases import cohort_by_slug, release_by_id
from app.assignments.rules import GRADE, QUEUE_VIEW
from app.assignments.services import marks
from app.assignments.views import blueprint
from app.cohorts.models import Cohort
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _
from app.platform.i18n import ngettext
from app.platform.pagination import PER_PAGE, Page, page_number
from app.platform.permissions import requires


@blueprint.get("/cohorts/<slug>/to-grade")
@requires(QUEUE_VIEW, load=cohort_by_slug)
def to_grade(cohort: Cohort) -> Any:
    """The queue of a cohort."""
    total = count_waiting(cohort.id)
    number = min(page_number(), max(1, -(-total // PER_PAGE)))
    rows = queue(cohort.id, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    return render_template(
        "assignments/to_grade.html",
        cohort=cohort,
        page=Page(rows, number, total),
        by_task=waiting_by_task(cohort.id) if request.args.get("by") == "task" else None,
        requests=count_open(cohort.id),
        name_of=name_of,
        me=current_user,
    )


@blueprint.get("/assignments/<int:release_id>/tasks/<int:task_id>/grade")
@requires(GRADE, load=release_by_id)
def grade_task(release: Release, task_id: int) -> Any:
    """All answers to one task, equal ones together."""
    return _task_page(release, task_id)


@blueprint.post("/assignments/<int:release_id>/tasks/<int:task_id>/grade")
@requires(GRADE, load=release_by_id)
def mark_task(release: Release, task_id: int) -> Any:
    """Points and comment for one group of equal answers."""
    task = task_of_release(release, task_id) or abort(404)
    form = request.form
    try:
        points = marks.parse_points(form.get("points", ""))
        if points is None:
            raise Refusal(_("Write how many points this answer gets."), field="points")
        with db.session.begin_nested():
            given = marks.mark_group(
                release, task.id, form.get("answer", ""), points, form.get("comment", ""), by=current_user
            )
    except Refusal as refusal:
        return _task_page(release, task_id, refusal=refusal), 400
    if given:
        flash(ngettext("%(num)s answer has its points.", "%(num)s answers have their points.", given), "good")
    else:
        flash(_("This answer got its points from another coach meanwhile; nothing was changed."), "due")
    return redirect(url_for(".grade_task", release_id=release.id, task_id=task.id))


def _task_page(release: Release, task_id: int, *, refusal: Refusal | None = None) -> Any:
    task = task_of_release(release, task_id) or abort(404)
    return render_template(
        "assignments/grade_task.html",
        release=release,
        cohort=release.cohort,
        answers=answers_to(release, task),
        refusal=refusal,
        typed=request.form,
        named=lambda name, enrolment_id: anonymous_name(release.id, enrolment_id) if release.is_anonymous else name,
    )


def name_of(row: Waiting) -> str:
    """The submitter's name in the queue, or the code that stands for it."""
    if row.is_anonymous:
        return anonymous_name(row.release_id, row.enrolment_id)
    return row.team or f"{row.first_name or ''} {row.last_name or ''}".strip()
