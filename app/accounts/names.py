"""Names of people as they are stored: one line, single spaces, nothing invisible."""

from __future__ import annotations

import unicodedata

LONGEST = 100


def clean(text: str) -> str:
    """``text`` in composed form, without control and direction signs, with single spaces; not shortened."""
    composed = unicodedata.normalize("NFC", text)
    kept = [" " if sign.isspace() else sign for sign in composed if sign.isspace() or not _is_hidden(sign)]
    return " ".join("".join(kept).split())


def _is_hidden(sign: str) -> bool:
    # Zero-width joiners belong to the spelling of some scripts' names.
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn") and sign not in "\u200c\u200d"


def from_address(email: str) -> str:
    """A first name to begin with where only an address is known: 'aino.lehtinen@…' is 'Aino Lehtinen'."""
    local = email.partition("@")[0].partition("+")[0]
    return (
        " ".join(part.capitalize() for part in local.replace("_", ".").split(".") if part)[:LONGEST] or email[:LONGEST]
    )
