"""E-mail addresses: one normal form, in which they are stored, compared and mailed to."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email


def normal(address: str) -> str | None:
    """The normal form (lower case, domain in ASCII), or None where ``address`` cannot receive mail."""
    try:
        valid = validate_email(address.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    found = (valid.ascii_email or valid.normalized).lower()
    return found if len(found) <= 254 else None


def loose(address: str) -> str:
    """The normal form, or the text in lower case where it is no address: for looking up and counting what was typed."""
    return normal(address) or address.strip().lower()[:254]
