"""Who may do what with accounts."""

from __future__ import annotations

from app.accounts.models import Person
from app.platform.permissions import SIGNED_IN, Role, declare

PUBLIC = "page.public"
OWN = declare("page.own", *SIGNED_IN)
ADMINISTER = declare("site.administer", Role.ADMINISTRATOR)


def can_be_invited(person: Person) -> bool:
    """Whether an invitation would be of use: no password yet, and the account is not disabled."""
    return person.password_hash is None and not person.is_disabled
