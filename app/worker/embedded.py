"""The poll loop: takes jobs of its lanes from the ledger until told to stop. One process works on one job at a time."""

from __future__ import annotations

import logging
import os
import signal
import threading
from types import FrameType

from flask import Flask

from app.platform.jobs import holder_name
from app.platform.running import run_next

log = logging.getLogger(__name__)

GRADING = ("grading",)
# Every lane but grading: a slow mail server must never take grading's place, nor the other way round.
IDLE_SECONDS = 0.25


def run(app: Flask, lanes: list[str], parent: int | None = None) -> None:
    """Work until SIGTERM or SIGINT (a job under way is finished), or until the supervisor ``parent`` has ended."""
    stop = threading.Event()

    def halt(signum: int, _frame: FrameType | None) -> None:
        log.info("worker stops after the present job signal=%s", signal.Signals(signum).name)
        stop.set()

    signal.signal(signal.SIGTERM, halt)
    signal.signal(signal.SIGINT, halt)
    holder = holder_name()
    log.info("worker starts lanes=%s holder=%s", ",".join(lanes), holder)
    faults = 0
    while not stop.is_set():
        try:
            worked = run_next(app, lanes, holder)
            faults = 0
        except Exception:
            # The database may be away for a while; the ledger keeps the work, so wait and look again.
            log.exception("worker could not reach the ledger")
            worked = False
            faults += 1
        if parent is not None and os.getppid() != parent:
            log.info("worker stops: its supervisor has ended")
            return
        if not worked:
            stop.wait(min(IDLE_SECONDS * 2**faults, 15))
    log.info("worker stopped lanes=%s", ",".join(lanes))
