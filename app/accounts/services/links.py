"""One-time links: made, mailed, looked at, used. Only a hash of the secret is stored, and the address is signed."""

from __future__ import annotations

import enum
from datetime import timedelta

from flask import current_app, render_template
from flask_babel import force_locale
from itsdangerous import BadSignature, Signer
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from app.accounts import queries
from app.accounts.models import OneTimeLink, Person
from app.accounts.states import LinkPurpose
from app.platform import audit, jobs, mail
from app.platform.addresses import absolute
from app.platform.clock import now
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _
from app.platform.jobs import Lease
from app.platform.tokens import hash_secret, new_secret

LIVES = {LinkPurpose.INVITATION: timedelta(days=14), LinkPurpose.PASSWORD_RESET: timedelta(hours=2)}
_PAGES = {LinkPurpose.INVITATION: "accounts.invitation", LinkPurpose.PASSWORD_RESET: "accounts.reset"}


class LinkTrouble(enum.StrEnum):
    """Why a link does not open."""

    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"


def make_link(person: Person, purpose: LinkPurpose) -> str:
    """A new link for a person; its full address, which cannot be had again. Earlier ones stay good until one is used,
    so that the mail under way is not made useless.
    """
    secret, stored = new_secret()
    moment = now()
    link = OneTimeLink(
        person_id=person.id,
        purpose=purpose,
        secret_hash=stored,
        created_at=moment,
        expires_at=moment + LIVES[purpose],
    )
    db.session.add(link)
    db.session.flush()
    return absolute(_PAGES[purpose], token=_signer(purpose).sign(secret).decode())


def find_link(token: str, purpose: LinkPurpose) -> OneTimeLink | LinkTrouble:
    """The open link of a token with its person, or why there is none."""
    try:
        secret = _signer(purpose).unsign(token).decode()
    except (BadSignature, UnicodeError):
        return LinkTrouble.UNKNOWN
    link = db.session.scalar(
        select(OneTimeLink)
        .options(joinedload(OneTimeLink.person))
        .where(OneTimeLink.secret_hash == hash_secret(secret), OneTimeLink.purpose == purpose)
    )
    if link is None or link.person.is_disabled:
        return LinkTrouble.UNKNOWN
    if link.used_at is not None:
        return LinkTrouble.USED
    return LinkTrouble.EXPIRED if link.expires_at <= now() else link


def spend(link: OneTimeLink) -> None:
    """Use a link up, once: of two browsers that come at the same moment one is refused.

    Raises:
        Refusal: somebody used it meanwhile.
    """
    taken = db.session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None))
        .values(used_at=now())
        .execution_options(synchronize_session=False)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise Refusal(_("This link was used just now. Sign in with the password that was chosen."))
    db.session.refresh(link)


def spend_all(person: Person) -> None:
    """End all open links of a person."""
    db.session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.person_id == person.id, OneTimeLink.used_at.is_(None))
        .values(used_at=now())
        .execution_options(synchronize_session=False)
    )


def invite(person: Person, by: Person | None, about: str = "") -> str:
    """Mail a person an invitation to choose a password, and return its link for showing once.

    Whoever holds the link can become that person: show it to those only who may (cohorts.rules.may_hold_link).

    Args:
        about: what the person is invited to, such as a cohort's title.

    Raises:
        Refusal: the person has chosen a password already, or the account is disabled.
    """
    if person.is_disabled:
        raise Refusal(_("The account of %(name)s is disabled. An administrator can enable it.", name=person.full_name))
    if person.password_hash is not None:
        raise Refusal(
            _("%(name)s has a password already and can choose a new one on the sign-in page.", name=person.full_name)
        )
    link = make_link(person, LinkPurpose.INVITATION)
    with force_locale(person.language):
        subject = (
            _("You are invited to %(what)s", what=about)
            if about
            else _("You are invited to %(site)s", site=current_app.config["SITE_NAME"])
        )
        days = LIVES[LinkPurpose.INVITATION].days
        text = render_mail("invitation", person, link=link, by=by, about=about, days=days)
    mail.send(person.email, subject, text)
    audit.record("account.invited", person, by=by)
    return link


def render_mail(name: str, person: Person, **values: object) -> str:
    """The text of a mail to a person, from ``accounts/mail/<name>.txt``; the caller sets the language."""
    site = current_app.config["SITE_URL"]
    return render_template(f"accounts/mail/{name}.txt", person=person, site_address=site, **values)


def ask_for_reset(email: str) -> None:
    """Somebody forgot a password. All that depends on whether the address is known happens later, in a job, so that
    neither the answer nor its time tells.
    """
    jobs.enqueue("accounts.forgotten", payload={"email": email})


def _mail_reset(lease: Lease, _result: object) -> None:
    person = queries.find_person(str(lease.payload["email"]))
    if person is None or person.is_disabled:
        return
    link = make_link(person, LinkPurpose.PASSWORD_RESET)
    with force_locale(person.language):
        hours = int(LIVES[LinkPurpose.PASSWORD_RESET].total_seconds() // 3600)
        text = render_mail("reset", person, link=link, hours=hours)
        mail.send(person.email, _("Choose a new password"), text)
    audit.record("account.reset_mailed", person)


def _signer(purpose: LinkPurpose) -> Signer:
    return Signer(current_app.config["SECRET_KEY"], salt=f"accounts.link.{purpose.value}", key_derivation="hmac")


jobs.register(
    jobs.JobKind(
        name="accounts.forgotten",
        lane="mail",
        read=lambda lease: lease.payload,
        work=lambda given, _handle: given,
        write=_mail_reset,
        gave_up=lambda lease, reason: None,
    )
)
