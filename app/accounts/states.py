"""States of accounts and purposes of one-time links."""

from __future__ import annotations

import enum


class LinkPurpose(enum.StrEnum):
    """What a one-time link lets its holder do."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"


class Theme(enum.StrEnum):
    """Light, dark, or as the person's system says."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
