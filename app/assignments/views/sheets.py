"""Pages beside the gradebook: one assignment's statistics, one trainee's marks, rules of passing, exports."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.assignments import exports
from app.assignments.forms.assessment import PassRuleForm, show_refusal
from app.assignments.queries.gradebook import Book, courses_of_cohort, gradebook
from app.assignments.queries.releases import cohort_by_slug
from app.assignments.queries.risk import at_risk
from app.assignments.queries.statistics import cells_of, column_of, percents_of, summary, task_summaries
from app.assignments.rules import GRADEBOOK_VIEW, PASS_RULE_EDIT
from app.assignments.services.pass_rules import parse_shares, set_pass_rule
from app.assignments.totals import Rule
from app.assignments.views import blueprint
from app.cohorts.models import Cohort
from app.platform import audit
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _
from app.platform.permissions import requires

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/cohorts/<slug>/gradebook/assignments/<int:release_id>")
@requires(GRADEBOOK_VIEW, load=cohort_by_slug)
def gradebook_assignment(cohort: Cohort, release_id: int) -> Any:
    """How the class did on one assignment."""
    book = gradebook(cohort.id)
    column = column_of(book, release_id) or abort(404)
    kinds = [cell.kind for cell in cells_of(book, release_id)]
    return render_template(
        "assignments/gradebook_assignment.html",
        cohort=cohort,
        column=column,
        summary=summary(percents_of(book, release_id)),
        kinds={kind: kinds.count(kind) for kind in dict.fromkeys(kinds)},
        tasks=task_summaries(book, release_id),
        total=len(kinds),
    )


@blueprint.get("/cohorts/<slug>/gradebook/trainees/<int:enrolment_id>")
@requires(GRADEBOOK_VIEW, load=cohort_by_slug)
def gradebook_trainee(cohort: Cohort, enrolment_id: int) -> Any:
    """One trainee's marks, by course, with what each course still asks for."""
    book = gradebook(cohort.id)
    row = next((each for each in book.rows if each.enrolment_id == enrolment_id), None) or abort(404)
    courses = {column.course_slug: column.course_title for column in book.columns}
    lines = list(zip(book.columns, row.cells, strict=True))
    known = [
        (column.title, round(100 * (cell.points or 0) / cell.max_score))
        for column, cell in lines
        if cell.kind in ("ok", "low", "late") and cell.max_score
    ]
    return render_template(
        "assignments/gradebook_trainee.html",
        cohort=cohort,
        row=row,
        lines=lines,
        courses=[
            (slug, title, book.verdict(row, slug), book.rules.get(slug, Rule())) for slug, title in courses.items()
        ],
        trend=[(str(number), value) for number, (_title, value) in enumerate(known, 1)],
        names=known,
    )


@blueprint.route("/cohorts/<slug>/gradebook/courses/<course_slug>", methods=["GET", "POST"])
@requires(PASS_RULE_EDIT, load=cohort_by_slug)
def pass_rule(cohort: Cohort, course_slug: str) -> Any:
    """What the course asks for, and who reaches it."""
    title = dict(courses_of_cohort(cohort.id)).get(course_slug) or abort(404)
    book, form = gradebook(cohort.id, course_slug=course_slug), PassRuleForm()
    rule = book.rules.get(course_slug, Rule())
    if not form.is_submitted():
        form.pass_percent.data, form.needs_hand_graded.data = rule.pass_percent, rule.needs_hand_graded
        form.needs_all_handed_in.data = rule.needs_all_handed_in
        form.category_weights.data = "\n".join(
            f"{name} {share:g}" for name, share in (rule.category_weights or {}).items()
        )
    elif form.validate():
        try:
            set_pass_rule(
                cohort,
                course_slug,
                by=current_user,
                pass_percent=form.pass_percent.data,
                needs_hand_graded=form.needs_hand_graded.data,
                needs_all_handed_in=form.needs_all_handed_in.data,
                category_weights=parse_shares(form.category_weights.data or ""),
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("The rule is saved."), "good")
            return redirect(url_for(".pass_rule", slug=cohort.slug, course_slug=course_slug))
    verdicts = sorted(
        ((row, book.verdict(row, course_slug)) for row in book.rows), key=lambda pair: pair[0].name.casefold()
    )
    return render_template(
        "assignments/pass_rule.html",
        cohort=cohort,
        title=title,
        form=form,
        verdicts=verdicts,
        categories=sorted({column.category for column in book.columns if column.category}),
    ), 400 if form.errors else 200


@blueprint.get("/cohorts/<slug>/at-risk")
@requires(GRADEBOOK_VIEW, load=cohort_by_slug)
def at_risk_list(cohort: Cohort) -> Any:
    """Who may need a talk, with the facts that say so."""
    return render_template("assignments/at_risk.html", cohort=cohort, rows=at_risk(cohort.id))


@blueprint.get("/cohorts/<slug>/gradebook/export/<kind>")
@requires(GRADEBOOK_VIEW, load=cohort_by_slug)
def gradebook_export(cohort: Cohort, kind: str) -> Any:
    """The sheet as a file: nbgrader, moodle or canvas (CSV), or xlsx."""
    book = gradebook(cohort.id, course_slug=request.args.get("course", ""))
    book.rows = exports.rows_by_name(book.rows)
    made = _made(book, kind)
    if made is None:
        abort(404)
    audit.record("gradebook.exported", cohort, by=current_user, cohort_id=cohort.id, kind=kind)
    ending, mimetype = ("xlsx", XLSX) if kind == "xlsx" else ("csv", "text/csv; charset=utf-8")
    name = f"{cohort.slug}-{'gradebook' if kind == 'xlsx' else kind}.{ending}"
    return Response(made, headers={"Content-Type": mimetype, "Content-Disposition": f'attachment; filename="{name}"'})


def _made(book: Book, kind: str) -> bytes | None:
    if kind == "xlsx":
        words = _words()
        return exports.xlsx(book, lambda word: words[word])
    made = {"nbgrader": exports.nbgrader_csv, "moodle": exports.moodle_csv, "canvas": exports.canvas_csv}.get(kind)
    return made(book) if made else None


def _words() -> dict[str, str]:
    return {
        "points": _("Points"),
        "facts": _("Facts"),
        "trainee": _("Trainee"),
        "student_id": _("Student id"),
        "email": _("E-mail"),
        "total": _("Total in percent"),
        "assignment": _("Assignment"),
        "state": _("State"),
        "raw": _("Points before penalty"),
        "late_days": _("Late days"),
        "penalty": _("Penalty"),
        "score": _("Points"),
        "max_score": _("Of"),
        "handed_in": _("Handed in (UTC)"),
        "due": _("Due (UTC)"),
        "ok": _("Graded"),
        "low": _("Below pass"),
        "late": _("Late"),
        "wait": _("Waits for a coach"),
        "run": _("Being graded"),
        "fault": _("Could not be graded"),
        "none": _("Not handed in"),
        "exc": _("Excused"),
        "open": _("Not due yet"),
    }
