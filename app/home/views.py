"""The home page: for each part that a person has in the present cohort, what to do next first."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template
from flask_login import current_user

from app.cohorts.current import current_cohort, current_roles
from app.home import queries
from app.platform.clock import now
from app.platform.i18n import person_zone
from app.platform.permissions import Role, requires

blueprint = Blueprint("home", __name__, template_folder="templates")


@blueprint.get("/")
@requires("page.own")
def index() -> str:
    """Trainee, coach, coordinator, administrator, or nothing yet."""
    cohort = current_cohort()
    roles = current_roles()
    facts: dict[str, Any] = {"cohort": cohort, "part_of_day": part_of_day()}
    if cohort is not None and Role.TRAINEE in roles:
        enrolment = queries.enrolment_in(current_user, cohort.id)
        if enrolment is not None and not roles & {Role.COACH, Role.COORDINATOR}:
            return render_template("home/trainee.html", home=queries.trainee_home(cohort, enrolment), **facts)
    if cohort is not None and roles & {Role.COACH, Role.COORDINATOR}:
        week = queries.week_of(cohort, now().astimezone(ZoneInfo(cohort.timezone)))
        template = "home/coordinator.html" if Role.COORDINATOR in roles else "home/coach.html"
        return render_template(template, home=queries.staff_home(cohort), week=week, **facts)
    if current_user.is_administrator:
        return render_template("home/administrator.html", home=queries.site_home(), **facts)
    return render_template("home/nobody.html", **facts)


def part_of_day() -> str:
    """morning, day or evening, by the person's own clock."""
    hour = now().astimezone(person_zone(current_user)).hour
    return "morning" if 4 <= hour < 11 else "evening" if hour >= 17 or hour < 4 else "day"
