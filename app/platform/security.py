"""Security headers, CSRF and the intent of each request's transaction."""

from __future__ import annotations

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect

from app.platform.database import set_request_intent

csrf = CSRFProtect()

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


def install(app: Flask) -> None:
    """Register CSRF protection and headers."""
    # Before CSRF and sign-in: those read the whole body and the database, in this order, so that no transaction is
    # open while a slow upload arrives.
    app.before_request(lambda: set_request_intent(request.method))
    csrf.init_app(app)
    secure = app.config["SESSION_COOKIE_SECURE"]

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "private, no-cache")
        elif response.status_code in (200, 304):
            # An address with the hash of its content never changes; what a stylesheet names (fonts) has none.
            lasting = "max-age=31536000, immutable" if "v" in request.args else "max-age=86400"
            response.headers["Cache-Control"] = f"public, {lasting}"
        return response
