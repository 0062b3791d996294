"""Distributed workers: Celery carries only a doorbell ("look at this lane"); the ledger in the database stays the truth.

Start on each machine ``celery --app app.worker.celery_app worker --queues grading --concurrency 2`` and, once in the
whole installation, ``celery --app app.worker.celery_app beat``, which sweeps for what a lost doorbell left behind.
"""

from __future__ import annotations

import logging
from typing import Any

from celery import Celery
from flask import Flask

from app.platform.jobs import KINDS, holder_name
from app.platform.running import run_next

log = logging.getLogger(__name__)

SWEEP_SECONDS = 10.0
JOBS_A_RING = 50
LOOK = "kisalli.look"


def lanes() -> list[str]:
    """Every lane of the registered kinds of jobs; each is a queue of the same name."""
    return sorted({kind.lane for kind in KINDS.values()})


def ring(broker: Any, lane: str) -> None:
    """Tell the workers of ``lane`` to look; a broker that does not answer is no fault of the person's request."""
    try:
        broker.send_task(LOOK, args=[lane], queue=lane, ignore_result=True, retry=False)
    except Exception as error:
        log.warning("doorbell of lane %s not rung, the sweep will find the job: %s", lane, error)


def doorbell(url: str) -> Any:
    """A Celery client that can only ring; for the web processes."""
    return Celery("kisalli", broker=url, set_as_current=False)


def make(app: Flask) -> Celery:
    """The Celery application of workers and beat.

    Raises:
        RuntimeError: no broker is set.
    """
    if not app.config["BROKER_URL"]:
        raise RuntimeError("Set KISALLI_BROKER_URL (redis://… or amqp://…) to run Celery workers.")
    celery = Celery("kisalli", broker=app.config["BROKER_URL"])
    celery.conf.update(
        task_ignore_result=True,
        # A lost message loses nothing (the row stays), so acknowledge early and never hold one unacknowledged.
        task_acks_late=False,
        worker_prefetch_multiplier=1,
        broker_connection_retry_on_startup=True,
        worker_hijack_root_logger=False,
        beat_schedule={
            f"sweep {lane}": {
                "task": LOOK,
                "schedule": SWEEP_SECONDS,
                "args": [lane],
                "options": {"queue": lane, "expires": SWEEP_SECONDS},
            }
            for lane in lanes()
        },
    )

    @celery.task(name=LOOK)
    def look(lane: str) -> int:
        """Run what waits in the lane; returns how many jobs were run."""
        holder = holder_name()
        done = 0
        while done < JOBS_A_RING and run_next(app, [lane], holder):
            done += 1
        if done == JOBS_A_RING:
            ring(celery, lane)
        return done

    return celery


def __getattr__(name: str) -> Any:
    """``celery --app app.worker.celery_app`` looks for ``app``: made when asked for, since web processes only ring."""
    if name in ("app", "celery"):
        from app.factory import create_app

        globals()[name] = make(create_app())
        return globals()[name]
    raise AttributeError(name)
