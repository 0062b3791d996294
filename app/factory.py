"""Builds the application: settings, extensions, features, error pages."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask, Response, url_for
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from app import platform
from app.platform import errors, i18n, logging, navigation, security, settings
from app.platform.database import db

# Lower features first: a feature may use those before it and none after it (see docs/architecture.md).
FEATURES = ("accounts", "curriculum", "cohorts", "teams", "assignments", "home")


def create_app(overrides: dict[str, Any] | None = None) -> Flask:
    """The application.

    Args:
        overrides: configuration that counts before the environment's, as tests give it.
    """
    configuration = settings.load()
    configuration.update(overrides or {})
    app = Flask("app", instance_path=str(configuration["INSTANCE"]))
    app.config.from_mapping(configuration)
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(app.config["SQLALCHEMY_DATABASE_URI"])
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.globals["static_url"] = static_url
    if app.config["PROXY_HOPS"]:
        hops = app.config["PROXY_HOPS"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    logging.setup()
    logging.install(app)
    db.init_app(app)
    security.install(app)
    i18n.install(app)
    navigation.install(app)
    errors.install(app)
    install_commit(app)
    import_module(f"{platform.__name__}.views").install(app)
    for feature in FEATURES:
        import_module(f"app.{feature}").install(app)
    import_module("app.worker").install(app)
    import_module("app.cli").install(app)
    return app


def engine_options(url: str) -> dict[str, Any]:
    """SQLAlchemy's engine options for a database address."""
    return {"pool_pre_ping": True, "pool_size": 10} if url.startswith("postgresql") else {}


def install_commit(app: Flask) -> None:
    """The request commits what its services wrote, and only where it ended well."""

    @app.after_request
    def commit(response: Response) -> Response:
        if response.status_code < 400:
            db.session.commit()
        else:
            db.session.rollback()
        return response


@lru_cache(maxsize=256)
def _fingerprint(path: str) -> str:
    file = Path(__file__).parent / "static" / path
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else "0"


def static_url(path: str) -> str:
    """The address of a static file, with its content's hash so that browsers may keep it for ever."""
    return url_for("static", filename=path, v=_fingerprint(path))
