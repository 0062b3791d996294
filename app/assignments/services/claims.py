"""Several coaches share one queue: who opens an attempt from it holds it for a while, and the next coach gets the next one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_

from app.assignments.assessment_models import GradingClaim
from app.assignments.models import Submission
from app.assignments.queries.queue import waiting_ids
from app.platform.clock import now
from app.platform.database import db

HELD_FOR = timedelta(minutes=20)


def claim(submission_id: int, *, by: Any, at: datetime | None = None) -> bool:
    """Hold an attempt for 20 minutes (again); False where another coach holds it. One statement, so that two cannot both."""
    at = at or now()
    insert = _insert()(GradingClaim).values(
        submission_id=submission_id, person_id=by.id, claimed_at=at, expires_at=at + HELD_FOR
    )
    held = db.session.execute(
        insert.on_conflict_do_update(
            index_elements=[GradingClaim.submission_id],
            set_={"person_id": by.id, "claimed_at": at, "expires_at": at + HELD_FOR},
            where=or_(GradingClaim.expires_at <= at, GradingClaim.person_id == by.id),
        ).returning(GradingClaim.person_id)
    ).first()
    return held is not None


def claim_next(
    cohort_id: int, *, by: Any, after: Submission | None = None, release_id: int | None = None
) -> int | None:
    """Let go of ``after`` and hold the next attempt that waits and nobody else holds: those after it first, oldest first.

    Returns:
        The attempt's id, or None where nothing is left.
    """
    if after is not None:
        let_go(after.id, by=by)
    for submission_id in _round(waiting_ids(cohort_id, release_id=release_id), after):
        if claim(submission_id, by=by):
            return submission_id
    return None


def let_go(submission_id: int, *, by: Any) -> None:
    """Give an attempt back to the queue; nothing happens where somebody else holds it."""
    db.session.execute(
        delete(GradingClaim).where(GradingClaim.submission_id == submission_id, GradingClaim.person_id == by.id)
    )


def _round(waiting: Iterable[tuple[datetime, int]], after: Submission | None) -> list[int]:
    """The ids in order, beginning behind ``after`` and leaving it out."""
    ordered = sorted(waiting)
    if after is None:
        return [each for _at, each in ordered]
    here = (after.received_at, after.id)
    later = [each for at, each in ordered if (at, each) > here]
    return later + [each for at, each in ordered if (at, each) < here]


def _insert() -> Any:
    if db.engine.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgresql_insert

        return postgresql_insert
    from sqlalchemy.dialects.sqlite import insert as sqlite_insert

    return sqlite_insert
