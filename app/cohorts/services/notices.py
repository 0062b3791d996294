"""What people are mailed when they become part of a cohort: an invitation, or for who has a password a notice."""

from __future__ import annotations

from flask import current_app, render_template
from flask_babel import force_locale

from app.accounts import services as accounts
from app.accounts.models import Person
from app.accounts.rules import can_be_invited
from app.cohorts.models import Cohort
from app.platform import mail
from app.platform.addresses import absolute
from app.platform.i18n import gettext as _


def notify_of_role(person: Person, cohort: Cohort, by: Person | None) -> str | None:
    """Tell a person of a new part in a cohort.

    Returns:
        The link of the invitation, where one was sent; it must be shown only to who may hold it.
    """
    if can_be_invited(person):
        return accounts.invite(person, by, cohort.title)
    with force_locale(person.language):
        text = render_template(
            "cohorts/mail/added.txt",
            person=person,
            cohort=cohort,
            by=by,
            link=absolute("cohorts.cohort", slug=cohort.slug),
            site_address=current_app.config["SITE_URL"],
        )
        mail.send(person.email, _("You are now part of %(what)s", what=cohort.title), text)
    return None
