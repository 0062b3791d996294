"""Alembic's environment: the models' metadata, batch mode for SQLite, one transaction for all steps."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from app.platform.database import db

config = context.config


def render(kind: str, item: object, autogen_context: object) -> str | bool:
    """Write our own column type by its database type, so that old steps never import the application."""
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    return False


def migrate(connection: Connection) -> None:
    """Run the steps on ``connection``."""
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("migrations run against a database; offline mode is not supported")
migrate(config.attributes["connection"])
