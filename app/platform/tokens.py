"""Secrets that are shown once and kept only as hashes: links in mails, access tokens, calendar addresses."""

from __future__ import annotations

import hashlib
import hmac
import secrets


def new_secret(prefix: str = "") -> tuple[str, str]:
    """A new random secret and the hash to store: ``(plain, sha256 hex)``; 256 bits, safe in an address."""
    plain = prefix + secrets.token_urlsafe(32)
    return plain, hash_secret(plain)


def hash_secret(plain: str) -> str:
    """The stored form. A plain SHA-256 is enough, since the secret itself is random and long."""
    return hashlib.sha256(plain.encode()).hexdigest()


def same(first: str, second: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(first.encode(), second.encode())
