"""Logs: one line an event, with the request's id; the id goes back in a header so that a person can quote it."""

from __future__ import annotations

import logging
import re
import sys
import time
import uuid

from flask import Flask, Response, g, has_request_context, request

_ID = re.compile(r"[A-Za-z0-9-]{8,36}")


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        message = super().format(record).replace("\n", " ⏎ ")
        request_id = g.get("request_id", "-") if has_request_context() else "-"
        return f"{message} request={request_id}"


def setup(level: int = logging.INFO) -> None:
    """Send all logs as single lines to standard error; safe to call twice."""
    root = logging.getLogger()
    if any(isinstance(handler.formatter, _Line) for handler in root.handlers):
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root.addHandler(handler)
    root.setLevel(level)
    for chatty in ("werkzeug", "alembic.runtime.plugins", "alembic.autogenerate"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def install(app: Flask) -> None:
    """Give each request an id and write one line when it ends."""
    log = logging.getLogger("app.request")

    @app.before_request
    def begin() -> None:
        offered = request.headers.get("X-Request-ID", "")
        g.request_id = offered if _ID.fullmatch(offered) else uuid.uuid4().hex[:16]
        g.started = time.monotonic()

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.get("request_id", "")
        if request.endpoint not in ("static", "platform.health"):
            spent = (time.monotonic() - g.get("started", time.monotonic())) * 1000
            # The path only: a query may hold names that people searched for, a link its secret.
            rule = request.url_rule.rule if request.url_rule else request.path
            log.info("method=%s route=%s status=%s ms=%.1f", request.method, rule, response.status_code, spent)
        return response
