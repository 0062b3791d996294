"""Pages of the staff's schedule: a cohort's calendar, laying a course over it, moving one item, undoing a laying."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.assignments import rules
from app.assignments.forms.schedules import LayForm, MoveForm
from app.assignments.free_days import country_of, public_holidays
from app.assignments.models import Release
from app.assignments.months import Month, month_of, read_month
from app.assignments.queries import calendar as reads
from app.assignments.queries import schedules
from app.assignments.queries.schedules import CourseToLay
from app.assignments.schedule_models import Schedule
from app.assignments.services import schedules as services
from app.assignments.views import blueprint, loading
from app.cohorts.models import Cohort
from app.platform.clock import now
from app.platform.errors import Refusal
from app.platform.i18n import get_locale, ngettext
from app.platform.i18n import gettext as _
from app.platform.permissions import can, requires


def load_course(slug: str, course_slug: str) -> CourseToLay | None:
    """The course and cohort of /cohorts/<slug>/schedule/<course_slug>."""
    cohort = loading.cohort(slug)
    return schedules.course_to_lay(cohort, course_slug, lock=request.method == "POST") if cohort else None


def load_schedule(schedule_id: int) -> Schedule | None:
    """The laying of /schedules/<schedule_id>…"""
    return schedules.schedule_by_id(schedule_id)


def month_page(entries: list[reads.Entry], zone: ZoneInfo) -> Month:
    """The month that the address asks for, with the public holidays of the zone's country."""
    today = now().astimezone(zone).date()
    first = read_month(request.args.get("month"), today)
    years = {first.year, (first.replace(day=1)).year + 1, first.year - 1}
    free = public_holidays(country_of(str(zone)), years, str(get_locale() or "en"))
    return month_of(first, entries, zone, today, free)


@blueprint.get("/cohorts/<slug>/schedule", endpoint="schedule")
@requires(rules.SCHEDULE_VIEW, load=loading.cohort)
def show_schedule(cohort: Cohort) -> str:
    """The cohort's calendar: a month, what it holds by day, courses to lay, what was laid."""
    may_lay = can(current_user, rules.SCHEDULE_LAY, cohort)
    entries = reads.entries_of(reads.items_of_cohort(cohort.id))
    return render_template(
        "assignments/schedule.html",
        cohort=cohort,
        month=month_page(entries, ZoneInfo(cohort.timezone)),
        has_entries=bool(entries),
        courses=schedules.courses_to_lay(cohort) if may_lay else [],
        laid=schedules.laid_schedules(cohort.id) if may_lay else [],
    )


@blueprint.route("/cohorts/<slug>/schedule/<course_slug>", methods=["GET", "POST"], endpoint="schedule_lay")
@requires(rules.SCHEDULE_LAY, load=load_course)
def lay(course: CourseToLay) -> str | Response:
    """Lay a course: say how, look at every module's times, lay it."""
    form = LayForm()
    form.offer(course)
    seen: services.Preview | None = None
    names: dict[date, str] = {}
    if form.validate_on_submit():
        try:
            names = form.named_holidays()
            pattern = form.pattern(ZoneInfo(course.cohort.timezone), names)
            seen = services.preview(course, pattern, form.first.data)
            if request.form.get("step") == "lay":
                services.lay_course(course, pattern, form.first.data, digest=form.digest.data, by=current_user)
                flash(_laid_words(course, seen), "good")
                month = seen.steps[0].slot.first_day.strftime("%Y-%m")
                return redirect(url_for("assignments.schedule", slug=course.cohort.slug, month=month))
        except Refusal as refusal:
            loading.show_refusal(form, refusal)
        # What is laid next is what is shown now.
        form.digest.data = seen.digest if seen else ""
    return render_template(
        "assignments/schedule_lay.html", course=course, cohort=course.cohort, form=form, seen=seen, names=names
    )


def _laid_words(course: CourseToLay, seen: services.Preview) -> str:
    words = ngettext(
        "%(num)s assignment of “%(course)s” is laid over the calendar.",
        "%(num)s assignments of “%(course)s” are laid over the calendar.",
        seen.count,
        course=course.version.title,
    )
    if not seen.kept:
        return str(words)
    kept = ngettext(
        "%(num)s was released before and keeps its times.",
        "%(num)s were released before and keep their times.",
        seen.kept,
    )
    return f"{words} {kept}"


@blueprint.post("/schedules/<int:schedule_id>/undo", endpoint="schedule_undo")
@requires(rules.SCHEDULE_LAY, load=load_schedule)
def undo(schedule: Schedule) -> Any:
    """Withdraw what a laying released and nobody has handed in to."""
    withdrawn, stay = services.undo_schedule(schedule, by=current_user)
    words = ngettext("%(num)s assignment is withdrawn.", "%(num)s assignments are withdrawn.", withdrawn)
    if stay:
        words += " " + ngettext(
            "%(num)s stays, since somebody has handed in to it.",
            "%(num)s stay, since somebody has handed in to them.",
            stay,
        )
    flash(words, "info")
    cohort = loading.cohort_by_id(schedule.cohort_id)
    return redirect(url_for("assignments.schedule", slug=cohort.slug))


@blueprint.route("/assignments/<int:release_id>/move", methods=["GET", "POST"], endpoint="schedule_move")
@requires(rules.RELEASE_EDIT, load=loading.release)
def move(release: Release) -> str | Response:
    """New times for one item of the schedule."""
    form = MoveForm()
    zone = ZoneInfo(release.cohort.timezone)
    if not form.is_submitted():
        form.show(release, zone)
    elif form.validate():
        try:
            services.move_item(release, by=current_user, **form.times(zone))
        except Refusal as refusal:
            loading.show_refusal(form, refusal)
        else:
            flash(_("“%(title)s” is moved.", title=release.title), "good")
            month = release.due_at.astimezone(zone).strftime("%Y-%m")
            return redirect(url_for("assignments.schedule", slug=release.cohort.slug, month=month))
    return render_template("assignments/schedule_move.html", release=release, form=form)
