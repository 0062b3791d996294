"""Runs Alembic on the application's own database; one process at a time."""

from __future__ import annotations

import fcntl
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import Connection

from app.platform.database import db, writing
from app.platform.settings import ROOT

LOCK_KEY = 0x4B6973  # "Kis": any number that nothing else on this PostgreSQL server uses


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(revision: str = "head") -> tuple[str | None, str | None]:
    """Bring the database up to ``revision``; returns the revision before and after.

    Two servers that start at once must not both migrate: SQLite waits on a lock file, PostgreSQL on an advisory lock.
    """
    lock = Path(current_app.config["INSTANCE"]) / "migrate.lock"
    lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with lock.open("w") as file, writing():
        fcntl.flock(file, fcntl.LOCK_EX)
        with db.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK_KEY})")
            before = MigrationContext.configure(connection).get_current_revision()
            command.upgrade(_config(connection), revision)
            after = MigrationContext.configure(connection).get_current_revision()
    return before, after


def downgrade(revision: str) -> None:
    """Take steps back down to ``revision``; data of what they added is lost."""
    with writing(), db.engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def is_current() -> bool:
    """Whether the database has every step that the program knows."""
    with db.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    return present == ScriptDirectory.from_config(_config()).get_current_head()


def differences() -> list[object]:
    """What the models say and the migrated database does not; empty when they agree."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, db.metadata))


def new_step(message: str) -> None:
    """Write a migration from the difference between models and database (for developers); steps are numbered."""
    number = len(list((ROOT / "migrations" / "versions").glob("*.py"))) + 1
    with db.engine.begin() as connection:
        command.revision(_config(connection), message=message, autogenerate=True, rev_id=f"{number:04d}")
