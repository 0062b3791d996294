"""Pages of teams: the cohort's teams, one team, joining and leaving."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_login import current_user

from app.cohorts.models import Cohort
from app.cohorts.queries import cohort_by_slug
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _
from app.platform.permissions import can, requires
from app.teams import queries, services
from app.teams.forms import MemberForm, TeamForm
from app.teams.models import Team
from app.teams.rules import TEAM_VIEW, TEAMS_EDIT, TEAMS_VIEW, can_see_team

blueprint = Blueprint("teams", __name__, template_folder="templates")


@blueprint.get("/cohorts/<slug>/teams")
@requires(TEAMS_VIEW, load=cohort_by_slug)
def index(cohort: Cohort) -> str:
    """All teams of a cohort, and who is in none."""
    return render_template(
        "teams/index.html",
        cohort=cohort,
        teams=queries.teams_of_cohort(cohort),
        unplaced=queries.people_without_team(cohort),
        may_edit=can(current_user, TEAMS_EDIT, cohort),
    )


@blueprint.route("/cohorts/<slug>/teams/new", methods=["GET", "POST"])
@requires(TEAMS_EDIT, load=cohort_by_slug)
def new(cohort: Cohort) -> Any:
    """Make a team by hand."""
    form = TeamForm()
    if form.validate_on_submit():
        try:
            team = services.create_team(
                cohort, form.name.data or "", description=form.description.data or "", by=current_user
            )
        except Refusal as refusal:
            form.name.errors = [str(refusal.message)]
        else:
            flash(_("Team %(name)s is made. Add its members now.", name=team.name), "good")
            return redirect(url_for("teams.show", team_id=team.id))
    return render_template("teams/form.html", form=form, cohort=cohort, team=None)


@blueprint.get("/teams/<int:team_id>")
@requires(TEAM_VIEW, load=queries.team_by_id, rule=can_see_team)
def show(team: Team) -> str:
    """A team: what it works on, its members now and before."""
    may_edit = can(current_user, TEAMS_EDIT, team)
    return render_template(
        "teams/show.html", team=team, may_edit=may_edit, form=_member_form(team) if may_edit else None
    )


@blueprint.route("/teams/<int:team_id>/edit", methods=["GET", "POST"])
@requires(TEAMS_EDIT, load=queries.team_by_id)
def edit(team: Team) -> Any:
    """Another name or description."""
    form = TeamForm(obj=team)
    if form.validate_on_submit():
        try:
            services.change_team(team, form.name.data or "", form.description.data or "", by=current_user)
        except Refusal as refusal:
            form.name.errors = [str(refusal.message)]
        else:
            flash(_("Saved."), "good")
            return redirect(url_for("teams.show", team_id=team.id))
    return render_template("teams/form.html", form=form, cohort=team.cohort, team=team)


@blueprint.post("/teams/<int:team_id>/members")
@requires(TEAMS_EDIT, load=queries.team_by_id)
def add_member(team: Team) -> Any:
    """Somebody joins."""
    form = _member_form(team)
    if not form.validate_on_submit():
        flash(_("Choose a trainee who is in no other team, then add again."), "fault")
        return redirect(url_for("teams.show", team_id=team.id))
    enrolment = next(row for row in queries.people_without_team(team.cohort) if row.id == form.enrolment_id.data)
    services.add_member(team, enrolment, role=form.role.data or "", by=current_user)
    flash(_("%(person)s is in %(team)s now.", person=enrolment.person.full_name, team=team.name), "good")
    return redirect(url_for("teams.show", team_id=team.id))


@blueprint.post("/teams/<int:team_id>/members/<int:membership_id>/end")
@requires(TEAMS_EDIT, load=queries.team_by_id)
def end_membership(team: Team, membership_id: int) -> Any:
    """Somebody leaves."""
    membership = next((row for row in team.memberships if row.id == membership_id), None)
    if membership is None:
        abort(404)
    services.end_membership(membership, by=current_user)
    flash(_("%(person)s has left %(team)s.", person=membership.enrolment.person.full_name, team=team.name), "good")
    return redirect(url_for("teams.show", team_id=team.id))


@blueprint.post("/teams/<int:team_id>/end")
@requires(TEAMS_EDIT, load=queries.team_by_id)
def end(team: Team) -> Any:
    """The team's work is over."""
    services.end_team(team, by=current_user)
    flash(_("%(team)s has ended. It stays in the list of past teams.", team=team.name), "good")
    return redirect(url_for("teams.index", slug=team.cohort.slug))


def _member_form(team: Team) -> MemberForm:
    form = MemberForm()
    form.enrolment_id.choices = [
        (enrolment.id, enrolment.person.full_name) for enrolment in queries.people_without_team(team.cohort)
    ]
    return form
