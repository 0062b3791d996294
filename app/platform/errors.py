"""Refusals that a person can read, and the error pages; a traceback goes to the log, never to a page."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.platform.i18n import lazy_gettext as _l


class Refusal(Exception):
    """A rule said no. ``message`` is for the person: what is wrong, where, what to do. Nothing was changed.

    ``field`` names the form field it belongs to, when there is one.
    """

    def __init__(self, message: Any, *, field: str = "") -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field


WORDS: dict[int, tuple[Any, Any]] = {
    400: (_l("This request could not be read"), _l("Go back, load the page again and repeat what you did.")),
    401: (_l("You are not signed in"), _l("Sign in, then repeat what you did.")),
    403: (_l("You cannot open this page"), _l("Your role does not include it. Ask your coordinator if you need it.")),
    404: (_l("This page does not exist"), _l("Check the address, or start from your home page.")),
    405: (_l("This address cannot be used that way"), _l("Go back and use the buttons of the page.")),
    413: (
        _l("The file is too large"),
        _l(
            "Nothing was stored. Make the file smaller (clear the outputs of a notebook and save it) and send it again."
        ),
    ),
    429: (_l("Too many tries"), _l("Wait a few minutes and try again.")),
    500: (
        _l("Something went wrong on our side"),
        _l("It is not your fault and has been written down. What you had saved before is safe. Try again in a moment."),
    ),
}


def wants_json() -> bool:
    """Whether the client asked for JSON rather than a page."""
    return request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"


def error_page(status: int, *, message: Any = None) -> tuple[Response | str, int]:
    """The page (or JSON) of an error status."""
    title, advice = WORDS.get(status, WORDS[500 if status >= 500 else 400])
    if wants_json():
        return jsonify(error=str(message or title), advice=str(advice)), status
    template = f"errors/{status if status in (400, 403, 404, 413, 429, 500) else (500 if status >= 500 else 400)}.html"
    # The number that finds the fault in the log; only where a person may have to ask for help.
    request_id = g.get("request_id", "") if status >= 500 else ""
    values = {"status": status, "title": title, "advice": message or advice, "request_id": request_id}
    try:
        return render_template(template, **values), status
    except Exception:
        if status < 500:
            raise
        # The database may be what failed: then the page asks nobody for language and zone.
        g.asks_nobody = True
        return render_template(template, **values), status


def install(app: Flask) -> None:
    """Register the error pages."""

    def on_http(error: HTTPException) -> Any:
        if error.code is None or error.code < 400:
            return error
        return error_page(error.code)

    def on_csrf(_error: CSRFError) -> Any:
        return error_page(
            400, message=_l("The form was open too long or came from another page. Load the page again and repeat it.")
        )

    def on_refusal(error: Refusal) -> Any:
        return error_page(400, message=error.message)

    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(CSRFError, on_csrf)
    app.register_error_handler(Refusal, on_refusal)
