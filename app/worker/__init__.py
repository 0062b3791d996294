"""Runs the ledger's jobs: beside the web server, or on machines of their own."""

from __future__ import annotations

from functools import partial

from flask import Flask


def install(app: Flask) -> None:
    """Where a broker is set, ring its doorbell after each commit that queued work."""
    if app.config["BROKER_URL"]:
        from app.platform import jobs
        from app.worker import celery_app

        jobs.on_enqueue(partial(celery_app.ring, celery_app.doorbell(app.config["BROKER_URL"])))
