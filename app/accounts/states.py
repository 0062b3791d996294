"""States of accounts, purposes of one-time links and kinds of counted attempts."""

from __future__ import annotations

import enum


class LinkPurpose(enum.StrEnum):
    """What a one-time link lets its holder do."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"


class AttemptKind(enum.StrEnum):
    """What is counted, so that nobody can try without end."""

    SIGN_IN = "sign_in"
    FORGOTTEN = "forgotten"


class Theme(enum.StrEnum):
    """Light, dark, or as the person's system says."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
