"""What cohorts add to the shell: the switcher, and the tabs of who works in a cohort."""

from __future__ import annotations

from typing import Any

from flask import Flask, url_for

from app.accounts.shell import administration_page
from app.cohorts import roster_words, words
from app.cohorts.current import MOST_IN_SWITCHER, current_cohort, current_roles, own_cohorts
from app.platform.i18n import lazy_gettext as _l
from app.platform.navigation import MenuItem, Shell, Tab, shell_part
from app.platform.permissions import Role


@shell_part
def cohort_shell(shell: Shell, person: Any) -> None:
    """The switcher, the present cohort, and the tabs of coaches and coordinators."""
    if person is None:
        return
    cohort, cohorts, roles = current_cohort(), own_cohorts(), current_roles()
    is_staff = bool(roles & {Role.COACH, Role.COORDINATOR, Role.ADMINISTRATOR})
    shell.is_trainee = Role.TRAINEE in roles and not is_staff
    if cohort is None:
        if is_staff or person.is_administrator:
            shell.tabs.append(Tab(_l("Cohorts"), url_for("cohorts.cohorts"), "team", 20, prefix="/cohorts"))
        return
    shell.cohort_label = cohort.title
    if len(cohorts) > 1 or is_staff:
        for row in cohorts:
            url = url_for("cohorts.cohort", slug=row.slug)
            shell.cohorts.append(MenuItem(row.title, url, current=row.id == cohort.id))
        label = _l("All cohorts") if len(cohorts) >= MOST_IN_SWITCHER else _l("Cohorts and programmes")
        shell.cohorts.append(MenuItem(label, url_for("cohorts.cohorts")))
    address = url_for("cohorts.cohort", slug=cohort.slug)
    if roles & {Role.COORDINATOR, Role.ADMINISTRATOR}:
        shell.tabs.append(Tab(_l("Cohort"), address, "team", 20, prefix=address))
    elif Role.COACH in roles:
        roster = url_for("cohorts.roster", slug=cohort.slug)
        shell.tabs.append(Tab(_l("Trainees"), roster, "team", 30, prefix=address))


def cohort_tabs(cohort: Any, current: str) -> list[tuple[Any, str, bool]]:
    """The tabs within a cohort's pages, for who works in it."""
    pages = (
        ("cohort", _l("Overview"), "cohorts.cohort"),
        ("roster", _l("Trainees"), "cohorts.roster"),
        ("staff", _l("Staff"), "cohorts.staff"),
    )
    return [(label, url_for(endpoint, slug=cohort.slug), name == current) for name, label, endpoint in pages]


def install(app: Flask) -> None:
    """Give templates the tabs and words, and the administration its pages."""
    app.jinja_env.globals.update(cohort_tabs=cohort_tabs, cohort_words=words, roster_sentence=roster_words.say)
    administration_page("coordinators", _l("Coordinators"), "cohorts.coordinators")
    administration_page("sites", _l("Sites"), "cohorts.sites")
