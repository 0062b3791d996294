"""Passwords: argon2 hashes, and the rules a new password keeps."""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.platform.errors import Refusal
from app.platform.i18n import gettext as _

SHORTEST = 10
# Longer ones would only make the server work; the limit is far above what people or their managers use.
LONGEST = 256

# Above the least that OWASP's Password Storage Cheat Sheet asks for (19 MiB, 2 passes, 1 lane).
_hasher = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
_NOBODY = _hasher.hash("the password of no account")

_KNOWN = frozenset(
    [
        "password",
        "password1",
        "password12",
        "password123",
        "password1234",
        "passw0rd123",
        "qwerty12345",
        "qwertyuiop",
        "qwerty123456",
        "1q2w3e4r5t",
        "1234567890",
        "12345678910",
        "123456789a",
        "0123456789",
        "0987654321",
        "9876543210",
        "1111111111",
        "abcdefghij",
        "abcd123456",
        "iloveyou123",
        "letmein123",
        "welcome123",
        "administrator",
        "changeme123",
        "salasana12",
        "salasana123",
        "salasana1234",
        "qwertyuiopå",
        "perkele123",
        "kisalli123",
        "football123",
        "superman123",
        "princess123",
        "sunshine123",
    ]
)


def normal(password: str) -> str:
    """One form for what keyboards write differently, such as ä as one sign or as two."""
    return unicodedata.normalize("NFKC", password)


def hashed(password: str) -> str:
    """The argon2id hash to store."""
    return _hasher.hash(normal(password))


def fits(stored: str | None, password: str) -> bool:
    """Whether ``password`` belongs to the stored hash. Takes as long where there is no hash, so that the time an
    answer takes does not tell whether an account exists.
    """
    if len(password) > LONGEST:
        password = ""
    try:
        return _hasher.verify(stored or _NOBODY, normal(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether a hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(stored)


def check_new(password: str, email: str, *names: str) -> None:
    """Check a new password.

    Raises:
        Refusal: too short, too long, or easily guessed; says what to do. Its field is ``password``.
    """
    plain = normal(password)
    if len(plain) < SHORTEST:
        message = _("Use at least %(count)s characters. A few words in a row are easy to remember.", count=SHORTEST)
        raise Refusal(message, field="password")
    if len(plain) > LONGEST:
        raise Refusal(_("Use at most %(count)s characters.", count=LONGEST), field="password")
    low = plain.casefold()
    own = {email.casefold(), email.partition("@")[0].casefold(), " ".join(names).strip().casefold()}
    if low in _KNOWN or len(set(low)) < 4 or low in own or low.strip("0123456789!.?") in own - {""}:
        message = _("This password is among the first that others would guess. Choose another one.")
        raise Refusal(message, field="password")
