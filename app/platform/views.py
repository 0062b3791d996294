"""Pages of the platform itself: health, choice of language, styleguide."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, jsonify, redirect, render_template, request
from sqlalchemy import text

from app.platform import jobs
from app.platform.addresses import safe_path
from app.platform.database import db
from app.platform.i18n import LANGUAGES, remember_language
from app.platform.permissions import requires

blueprint = Blueprint("platform", __name__)


@blueprint.get("/healthz")
@requires("page.public")
def health() -> Any:
    """Whether the database and the queue answer: 200 with counts, or 503 with what does not."""
    try:
        db.session.execute(text("SELECT 1"))
        counts = jobs.counts()
    except Exception as error:
        current_app.logger.error("health: %s", error)
        return jsonify(status="failing", database="no answer", queue="unknown"), 503
    return jsonify(status="ok", database="ok", queue=counts)


@blueprint.get("/language/<code>")
@requires("page.public")
def language(code: str) -> Response:
    """Remember a visitor's language in a cookie; signed-in people have it in their profile."""
    if code not in LANGUAGES:
        abort(404)
    response = redirect(safe_path(request.args.get("next")))
    remember_language(response, code)
    return response  # type: ignore[return-value]


@blueprint.get("/styleguide")
@requires("page.public")
def styleguide() -> str:
    """Every component in its states; in development and tests only."""
    if not (current_app.config["DEVELOPMENT"] or current_app.testing):
        abort(404)
    from app.platform.styleguide import samples

    return render_template("styleguide.html", samples=samples())


def install(app: Flask) -> None:
    """Register the blueprint."""
    app.register_blueprint(blueprint)
    # Models and kinds of jobs of the platform register when their modules are loaded.
    from app.platform import audit, files, mail  # noqa: F401
