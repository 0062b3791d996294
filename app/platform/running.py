"""Runs one job of the ledger: claim, keep the lease alive, do the three steps, record the end."""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta

from flask import Flask

from app.platform.database import db, writing
from app.platform.jobs import (
    KINDS,
    LEASE,
    MAX_LOST,
    Handle,
    Lease,
    LeaseLost,
    Retry,
    Wait,
    claim_next,
    finish,
    give_up,
    release,
    renew,
)

log = logging.getLogger(__name__)


def run_next(app: Flask, lanes: list[str], holder: str, lease_span: timedelta = LEASE) -> bool:
    """Run the next job of ``lanes``; False when none waits. Never raises for a fault of the job itself."""
    with app.app_context():
        lease = claim_next(lanes, holder, lease_span)
        db.session.remove()
        if lease is None:
            return False
        run(app, lease, lease_span)
        return True


def run(app: Flask, lease: Lease, lease_span: timedelta = LEASE) -> None:
    """Do a claimed job and record how it ended."""
    kind = KINDS.get(lease.kind)
    started = time.monotonic()
    if kind is None:
        give_up_unknown(lease)
        return
    handle = Handle(lease)
    stop = threading.Event()
    keeper = threading.Thread(target=_keep, args=(app, handle, stop, lease_span), daemon=True)
    keeper.start()
    outcome = "done"
    try:
        given = kind.read(lease)
        db.session.rollback()
        result = kind.work(given, handle) if given is not None else None
        if handle.lost.is_set():
            raise LeaseLost(f"job {lease.job_id}")
        with writing():
            db.session.rollback()
            if given is not None:
                kind.write(lease, result)
            finish(lease)
            db.session.commit()
    except LeaseLost:
        db.session.rollback()
        outcome = "lease lost"
    except Retry as reason:
        db.session.rollback()
        outcome = "retry"
        waits = isinstance(reason, Wait)
        if lease.attempt >= MAX_LOST and not waits:
            give_up(lease, str(reason))
        else:
            release(lease, str(reason), reason.seconds, counts=not waits)
    except Exception as error:
        db.session.rollback()
        outcome = "failed"
        log.exception("job %s (%s) failed", lease.job_id, lease.kind)
        if lease.attempt >= MAX_LOST:
            give_up(lease, f"{type(error).__name__}: {error}")
        else:
            release(lease, f"{type(error).__name__}: {error}", 2.0 * lease.attempt)
    finally:
        stop.set()
        keeper.join()
        db.session.remove()
    log.info(
        "job %s kind=%s attempt=%s outcome=%s seconds=%.3f",
        lease.job_id,
        lease.kind,
        lease.attempt,
        outcome,
        time.monotonic() - started,
    )


def give_up_unknown(lease: Lease) -> None:
    """A kind this program does not know (an older worker beside a newer web process): leave it for others."""
    release(lease, f"unknown kind of job {lease.kind}", 30)


def _keep(app: Flask, handle: Handle, stop: threading.Event, span: timedelta) -> None:
    """Renew the lease at a third of its span until told to stop; note when it is lost."""
    while not stop.wait(span.total_seconds() / 3):
        with app.app_context():
            try:
                if not renew(handle.lease, span):
                    handle.lost.set()
                    return
            except Exception:
                log.exception("lease of job %s could not be renewed", handle.lease.job_id)
            finally:
                db.session.remove()


__all__ = ["give_up", "run", "run_next"]
