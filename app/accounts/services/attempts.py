"""Counting tries in the database, per account and per network address."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select

from app.accounts.models import SignInAttempt
from app.accounts.states import AttemptKind
from app.platform import limits
from app.platform.clock import now
from app.platform.database import db

WINDOW = timedelta(minutes=limits.SIGN_IN_WINDOW_MINUTES)
KEPT = timedelta(days=1)
FORGOTTEN_TRIES = 4


class TooManyTries(Exception):
    """No more tries now. ``minutes`` says how long until the next one is looked at."""

    def __init__(self, minutes: int) -> None:
        super().__init__(f"too many tries, {minutes} min")
        self.minutes = minutes


def network_of(address: str | None) -> str:
    """What counts as one place of the network: an IPv4 address, or an IPv6 /64, since one line owns a whole /64."""
    try:
        parsed = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def begin(kind: AttemptKind, email: str, address: str | None) -> SignInAttempt:
    """Count a try before it is looked at, and commit: the count must survive a refusal, and tries sent at the same
    moment must see each other.

    Raises:
        TooManyTries: the account or the network address has no tries left. This try is not counted then, so that the
            wait ends.
    """
    network = network_of(address)
    attempt = SignInAttempt(kind=kind, email=email, address=network, at=now())
    db.session.add(attempt)
    db.session.commit()
    of_account = limits.SIGN_IN_TRIES if kind is AttemptKind.SIGN_IN else FORGOTTEN_TRIES
    oldest = _oldest_that_blocks(attempt, SignInAttempt.email == email, of_account)
    if oldest is None:
        oldest = _oldest_that_blocks(attempt, SignInAttempt.address == network, limits.SIGN_IN_TRIES_PER_ADDRESS)
    if oldest is None:
        return attempt
    db.session.delete(attempt)
    db.session.commit()
    left = (oldest + WINDOW - now()).total_seconds()
    raise TooManyTries(max(1, -int(-left // 60)))


def _oldest_that_blocks(attempt: SignInAttempt, scope: ColumnElement[bool], most: int) -> datetime | None:
    """When the try was made whose ageing gives back the next one; None while there are tries left."""
    since = now() - WINDOW
    tries = select(SignInAttempt.at).where(
        SignInAttempt.kind == attempt.kind,
        scope,
        SignInAttempt.at > since,
        SignInAttempt.succeeded.is_(False),
        SignInAttempt.id != attempt.id,
    )
    return db.session.scalar(tries.order_by(SignInAttempt.at.desc()).offset(most - 1).limit(1))


def succeeded(attempt: SignInAttempt) -> None:
    """The try was good: it and the account's failed tries before it no longer count. Those of the network address do,
    or one own account would give tries against all others.
    """
    attempt.succeeded = True
    forget_account(attempt.email)
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < now() - KEPT))
    db.session.flush()


def forget_account(email: str) -> None:
    """Give an account all its tries back, as after a new password by a mailed link."""
    db.session.flush()
    db.session.execute(
        SignInAttempt.__table__.update()  # type: ignore[attr-defined]
        .where(SignInAttempt.email == email, SignInAttempt.succeeded.is_(False))
        .values(email="")
    )


def count_left(email: str) -> int:
    """How many tries an account has left now, whether it exists or not."""
    failed = db.session.scalar(
        select(func.count()).where(
            SignInAttempt.kind == AttemptKind.SIGN_IN,
            SignInAttempt.email == email,
            SignInAttempt.at > now() - WINDOW,
            SignInAttempt.succeeded.is_(False),
        )
    )
    return max(0, limits.SIGN_IN_TRIES - (failed or 0))
