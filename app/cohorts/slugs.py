"""Words of addresses made from titles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

# Words that addresses beside a slug use for pages of their own.
RESERVED = frozenset({"new"})


def slugged(title: str, is_taken: Callable[[str], bool], fallback: str) -> str:
    """A slug of at most 60 signs from a title, numbered where another has it."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or fallback
    found, number = base, 1
    while found in RESERVED or is_taken(found):
        number += 1
        found = f"{base}-{number}"
    return found
