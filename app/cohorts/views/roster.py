"""The roster: list, one trainee, bring in by hand, withdraw, take back, export."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for

from app.accounts.queries import open_invitation
from app.accounts.rules import can_be_invited
from app.cohorts import queries, roster_csv, rules, services, words
from app.cohorts.forms import ReasonForm, TraineeForm
from app.cohorts.models import Cohort, Enrolment
from app.cohorts.roster_csv import RosterLine
from app.cohorts.rules import ROSTER_EDIT, ROSTER_VIEW
from app.cohorts.states import ENROLMENT_TRANSITIONS, EnrolmentState
from app.cohorts.views import blueprint
from app.cohorts.views.common import load_cohort, load_enrolment, me, refuse
from app.platform import audit
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _
from app.platform.pagination import paginate
from app.platform.permissions import can, requires


@blueprint.get("/cohorts/<slug>/roster")
@requires(ROSTER_VIEW, load=load_cohort)
def roster(subject: Cohort) -> str:
    """Who learns in the cohort."""
    search, state = request.args.get("q", "").strip(), request.args.get("state", "")
    sort = request.args.get("sort", "name")
    sort = sort if sort in queries.ROSTER_SORTS else "name"
    page = paginate(queries.roster(subject.id, search, state, sort))
    return render_template(
        "cohorts/roster.html",
        cohort=subject,
        page=page,
        search=search,
        state=state,
        sort=sort,
        taken=queries.trainee_counts([subject.id]).get(subject.id, 0),
        may_edit=can(me(), ROSTER_EDIT, subject),
        sort_url=lambda order: url_for("cohorts.roster", slug=subject.slug, q=search, state=state, sort=order),
    )


@blueprint.get("/cohorts/<slug>/roster.csv")
@requires(ROSTER_EDIT, load=load_cohort)
def export_roster(subject: Cohort) -> Response:
    """The roster as a file that an import takes and nbgrader reads."""
    rows = queries.roster_for_export(subject.id)
    content = roster_csv.write(
        RosterLine(0, row.student_id, row.person.first_name, row.person.last_name, row.person.email) for row in rows
    )
    audit.record("roster.exported", subject, by=me(), cohort_id=subject.id, people=len(rows))
    headers = {"Content-Disposition": f'attachment; filename="{subject.slug}-roster.csv"'}
    return Response(content, mimetype="text/csv", headers=headers)


@blueprint.route("/cohorts/<slug>/roster/new", methods=["GET", "POST"])
@requires(ROSTER_EDIT, load=load_cohort)
def new_trainee(subject: Cohort) -> Any:
    """Bring one person in by hand."""
    form = TraineeForm()
    status = 200
    if form.validate_on_submit():
        try:
            enrolment, link = services.enrol(
                subject,
                form.email.data or "",
                form.first_name.data or "",
                form.last_name.data or "",
                form.student_id.data or "",
                by=me(),
            )
        except Refusal as refusal:
            db.session.rollback()
            refuse(form, refusal)
            status = 422
        else:
            return _trainee_page(enrolment, subject, link=link, is_new=True)
    elif form.is_submitted():
        status = 422
    return render_template("cohorts/new_trainee.html", cohort=subject, form=form), status


@blueprint.route("/cohorts/<slug>/roster/<int:enrolment_id>", methods=["GET", "POST"])
@requires(ROSTER_VIEW, load=load_enrolment)
def trainee(subject: Enrolment) -> Any:
    """One trainee's place in the cohort; coordinators can change it."""
    if request.method != "POST":
        return _trainee_page(subject, subject.cohort)
    if not can(me(), ROSTER_EDIT, subject):
        abort(403)
    form, person = TraineeForm(), subject.person
    is_editable = rules.can_hold_link(me(), person)
    if not is_editable:
        # The fields are shown as text then and not sent.
        form.email.data, form.first_name.data, form.last_name.data = person.email, person.first_name, person.last_name
        form.email.raw_data = [person.email]
    if form.validate():
        given = (form.email.data or "", form.first_name.data or "", form.last_name.data or "")
        try:
            was_invited = services.edit_trainee(subject, form.student_id.data or "", *given, by=me())
        except Refusal as refusal:
            subject = _reloaded(subject)
            refuse(form, refusal)
        else:
            flash(_("%(name)s is saved.", name=person.full_name), "good")
            if was_invited:
                flash(_("A new invitation is on its way to %(email)s.", email=person.email), "info")
            return redirect(url_for("cohorts.trainee", slug=subject.cohort.slug, enrolment_id=subject.id))
    return _trainee_page(subject, subject.cohort, form=form), 422


def _reloaded(subject: Enrolment) -> Enrolment:
    """Take back what a refused act wrote, and read the row anew."""
    cohort_id, enrolment_id = subject.cohort_id, subject.id
    db.session.rollback()
    return queries.enrolment_in(cohort_id, enrolment_id) or abort(404)


def _trainee_page(
    subject: Enrolment,
    cohort: Cohort,
    *,
    form: TraineeForm | None = None,
    failed: tuple[EnrolmentState, ReasonForm] | None = None,
    link: str | None = None,
    is_new: bool = False,
) -> str:
    person = subject.person
    may_edit = can(me(), ROSTER_EDIT, subject)
    steps = [
        (state, failed[1] if failed and failed[0] is state else ReasonForm(formdata=None, prefix=state.value))
        for state in EnrolmentState
        if may_edit and state in ENROLMENT_TRANSITIONS[subject.state]
    ]
    if form is None:
        form = TraineeForm(formdata=None, obj=person, student_id=subject.student_id)
        form.student_id.data = subject.student_id
    return render_template(
        "cohorts/trainee.html",
        cohort=cohort,
        enrolment=subject,
        person=person,
        form=form,
        steps=steps,
        changes=queries.enrolment_changes(subject.id),
        may_edit=may_edit,
        is_editable=may_edit and rules.can_hold_link(me(), person),
        may_invite=may_edit and can_be_invited(person),
        invitation=open_invitation(person),
        link=link,
        is_new=is_new,
    )


@blueprint.post("/cohorts/<slug>/roster/<int:enrolment_id>/invite")
@requires(ROSTER_EDIT, load=load_enrolment)
def invite_trainee(subject: Enrolment) -> str:
    """Mail the invitation again; the link is shown once to who may hold it."""
    link = services.invite_again(subject, by=me())
    if link is None:
        flash(_("The invitation is on its way to %(email)s.", email=subject.person.email), "good")
    return _trainee_page(subject, subject.cohort, link=link)


@blueprint.post("/cohorts/<slug>/roster/<int:enrolment_id>/state/<to_state>")
@requires(ROSTER_EDIT, load=load_enrolment)
def move_trainee(subject: Enrolment, to_state: str) -> Any:
    """Withdraw a trainee, take one back, or note that the programme was completed."""
    try:
        state = EnrolmentState(to_state)
    except ValueError:
        abort(404)
    form = ReasonForm(prefix=state.value)
    if form.validate():
        try:
            services.move_enrolment(subject, state, form.reason.data or "", by=me())
        except Refusal as refusal:
            subject = _reloaded(subject)
            refuse(form, refusal)
            if state not in ENROLMENT_TRANSITIONS[subject.state]:
                raise
        else:
            said = str(words.ENROLMENT_STATES[state]).lower()
            flash(_("%(name)s: %(state)s.", name=subject.person.full_name, state=said), "good")
            return redirect(url_for("cohorts.trainee", slug=subject.cohort.slug, enrolment_id=subject.id))
    return _trainee_page(subject, subject.cohort, failed=(state, form)), 422
