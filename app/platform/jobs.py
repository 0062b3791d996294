"""The leased ledger of all background work: a job's row is written in the transaction of what needs it and is the truth."""

from __future__ import annotations

import enum
import logging
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Index, String, Text, and_, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.clock import now
from app.platform.database import Model, after_commit, db, enum_column, writing

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
MAX_LOST = 3


class JobState(enum.StrEnum):
    """Queued → running → done or failed; a lost lease makes a running job claimable again."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Model):
    """One piece of background work."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_next", "lane", "state", "priority", "id"),
        Index("ix_job_kind_subject", "kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    lane: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[int | None] = mapped_column(doc="id of the row the work is about")
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    priority: Mapped[int] = mapped_column(default=0, doc="higher first")
    state: Mapped[JobState] = mapped_column(enum_column(JobState, "job_state"), default=JobState.QUEUED)
    run_after: Mapped[datetime] = mapped_column(default=now)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_by: Mapped[str | None] = mapped_column(String(120))
    lease_until: Mapped[datetime | None]
    progress: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Lease:
    """A claimed job as its holder sees it; ``attempt`` tells this claim from earlier ones of the same job."""

    job_id: int
    kind: str
    subject_id: int | None
    payload: dict[str, Any]
    holder: str
    attempt: int


class LeaseLost(Exception):
    """Somebody else holds the job now; what was computed must not be written."""


class Retry(Exception):
    """The work could not be done now, by no fault of its input; it is queued again after ``seconds``."""

    def __init__(self, reason: str, seconds: float = 5.0) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Wait(Retry):
    """Something outside is missing, such as a sandbox: the job stays queued however long that takes."""


@dataclass(frozen=True)
class JobKind:
    """How one kind of work is done, in three steps so that no transaction is open while it works.

    ``read(lease)`` fetches what is needed (None: nothing to do any more), ``work(input, handle)`` does it without the
    database, ``write(lease, result)`` records it in the transaction that also ends the job. ``gave_up(lease, reason)``
    makes the failure visible where a person looks for the result.
    """

    name: str
    lane: str
    read: Callable[[Lease], Any]
    work: Callable[[Any, Handle], Any]
    write: Callable[[Lease, Any], None]
    gave_up: Callable[[Lease, str], None]


@dataclass
class Handle:
    """What running work may say of itself, from any thread."""

    lease: Lease
    lost: threading.Event = field(default_factory=threading.Event)

    def progress(self, done: int, total: int, words: str = "") -> None:
        """Show how far the work is; a short transaction of its own."""
        with writing():
            db.session.execute(
                update(Job)
                .where(Job.id == self.lease.job_id, Job.leased_by == self.lease.holder)
                .values(progress={"done": done, "total": total, "words": words})
            )
            db.session.commit()

    def is_cancelled(self) -> bool:
        """Whether a person asked to stop this job, or its lease was lost."""
        state = db.session.scalar(select(Job.state).where(Job.id == self.lease.job_id))
        db.session.rollback()
        return self.lost.is_set() or state is not JobState.RUNNING


KINDS: dict[str, JobKind] = {}
_doorbells: list[Callable[[str], None]] = []


def register(kind: JobKind) -> JobKind:
    """Make a kind of work known to the workers."""
    KINDS[kind.name] = kind
    return kind


def on_enqueue(ring: Callable[[str], None]) -> None:
    """Register a doorbell, called with the lane after the commit that brought a job (a broker's "look now")."""
    if ring not in _doorbells:
        _doorbells.append(ring)


def enqueue(
    kind: str,
    *,
    subject_id: int | None = None,
    payload: dict[str, Any] | None = None,
    priority: int = 0,
    run_after: datetime | None = None,
) -> Job:
    """Queue work in the present transaction.

    Raises:
        KeyError: no such kind.
    """
    lane = KINDS[kind].lane
    job = Job(
        kind=kind,
        lane=lane,
        subject_id=subject_id,
        payload=payload or {},
        priority=priority,
        run_after=run_after or now(),
    )
    db.session.add(job)
    db.session.flush()
    for ring in _doorbells:
        after_commit(lambda ring=ring: ring(lane))  # type: ignore[misc]
    return job


def holder_name() -> str:
    """A name for this worker that no other process has."""
    return f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}:{os.urandom(4).hex()}"


def claim_next(lanes: list[str], holder: str, lease: timedelta = LEASE) -> Lease | None:
    """Take the next queued or abandoned job of the lanes for ``holder``, in a transaction of its own."""
    while True:
        moment = now()
        claimable = and_(
            Job.lane.in_(lanes),
            Job.run_after <= moment,
            or_(
                Job.state == JobState.QUEUED,
                and_(Job.state == JobState.RUNNING, Job.lease_until < moment),
            ),
        )
        # A look without the write lock first: an idle worker must not make writers wait.
        waiting = db.session.scalar(select(Job.id).where(claimable).limit(1))
        db.session.rollback()
        if waiting is None:
            return None
        with writing():
            pick = select(Job.id).where(claimable).order_by(Job.priority.desc(), Job.id).limit(1)
            if db.engine.dialect.name == "postgresql":
                pick = pick.with_for_update(skip_locked=True)
            row = db.session.execute(
                update(Job)
                .where(Job.id == pick.scalar_subquery())
                .values(
                    state=JobState.RUNNING,
                    leased_by=holder,
                    lease_until=moment + lease,
                    attempts=Job.attempts + 1,
                    started_at=func.coalesce(Job.started_at, moment),
                )
                .returning(Job.id, Job.kind, Job.subject_id, Job.payload, Job.attempts)
                .execution_options(synchronize_session=False)
            ).one_or_none()
            if row is None:
                db.session.rollback()
                return None
            db.session.commit()
        claimed = Lease(row.id, row.kind, row.subject_id, row.payload, holder, row.attempts)
        if claimed.attempt <= MAX_LOST:
            return claimed
        give_up(claimed, "its worker ended three times while working on it")


def renew(lease: Lease, span: timedelta = LEASE) -> bool:
    """Hold the job longer; False when it is no longer ours."""
    with writing():
        result = db.session.execute(
            update(Job)
            .where(_held(lease))
            .values(lease_until=now() + span)
            .execution_options(synchronize_session=False)
        )
        db.session.commit()
    return bool(result.rowcount)  # type: ignore[attr-defined]


def _held(lease: Lease) -> Any:
    return and_(
        Job.id == lease.job_id,
        Job.leased_by == lease.holder,
        Job.attempts == lease.attempt,
        Job.state == JobState.RUNNING,
    )


def finish(lease: Lease, state: JobState = JobState.DONE, error: str = "") -> None:
    """End the job in the present transaction.

    Raises:
        LeaseLost: somebody else holds it; the caller's transaction must be rolled back.
    """
    result = db.session.execute(
        update(Job)
        .where(_held(lease))
        .values(state=state, finished_at=now(), error=error[:4000], lease_until=None)
        .execution_options(synchronize_session=False)
    )
    if not result.rowcount:  # type: ignore[attr-defined]
        raise LeaseLost(f"job {lease.job_id}")


def give_up(lease: Lease, reason: str) -> None:
    """End the job as failed and let its kind show that to people; one transaction."""
    with writing():
        try:
            KINDS[lease.kind].gave_up(lease, reason)
            finish(lease, JobState.FAILED, reason)
            db.session.commit()
        except LeaseLost:
            db.session.rollback()


def release(lease: Lease, reason: str, seconds: float, *, counts: bool = True) -> None:
    """Put the job back in its queue for a later try; ``counts`` False: this try is not one of those it may have."""
    with writing():
        db.session.execute(
            update(Job)
            .where(_held(lease))
            .values(
                state=JobState.QUEUED,
                leased_by=None,
                lease_until=None,
                error=reason[:4000],
                run_after=now() + timedelta(seconds=seconds),
                attempts=Job.attempts if counts else Job.attempts - 1,
            )
            .execution_options(synchronize_session=False)
        )
        db.session.commit()


def cancel(job: Job) -> None:
    """A person stops a job; work under way sees it through ``Handle.is_cancelled``."""
    if job.state in (JobState.QUEUED, JobState.RUNNING):
        job.state = JobState.CANCELLED
        job.finished_at = now()
        db.session.flush()


def counts() -> dict[str, int]:
    """Jobs by state, for the health page."""
    rows = db.session.execute(select(Job.state, func.count()).group_by(Job.state))
    return {state.value: count for state, count in rows}
