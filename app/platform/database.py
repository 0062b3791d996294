"""The database: one SQLAlchemy object, the base of all models, and the rules of transactions on both engines."""

from __future__ import annotations

import enum
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Engine, Enum, MetaData, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

_writing: ContextVar[bool] = ContextVar("writing_transaction", default=False)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC; refuses naive values, since SQLite would silently drop the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs its zone; use clock.now() or an aware datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all models; one naming convention so that Alembic can name every constraint on both engines."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(column_0_N_label)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={datetime: UtcDateTime()},
    )


db = SQLAlchemy(
    model_class=Base,
    # create_savepoint: where a session is bound to a connection that holds a transaction (as in tests), its commits
    # and rollbacks stay inside a savepoint.
    session_options={"expire_on_commit": False, "join_transaction_mode": "create_savepoint"},
)

if TYPE_CHECKING:

    class Model(Base):
        """What models derive from, as the type checker sees it."""

        __abstract__ = True
        __tablename__: str

        def __init__(self, **values: Any) -> None: ...
else:
    Model = db.Model


def enum_column(states: type[enum.StrEnum], name: str) -> Enum:
    """A text column that holds only the values of ``states``, kept so by a check constraint on both engines."""
    return Enum(
        states,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )


@contextmanager
def writing() -> Iterator[None]:
    """Transactions begun inside take SQLite's write lock at once.

    A transaction that reads first and writes later would otherwise fail, or act on rows that changed meanwhile.
    """
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def begin_writing() -> None:
    """As ``writing()`` for the rest of this request; ends the read transaction that may be open."""
    if not _writing.get():
        db.session.rollback()
        _writing.set(True)


def set_request_intent(method: str) -> None:
    """Reading requests stay deferred (they wait for nobody); others take the write lock when they begin."""
    _writing.set(method not in {"GET", "HEAD", "OPTIONS"})


def after_commit(action: Callable[[], None]) -> None:
    """Run ``action`` once the present transaction is committed; dropped on rollback. For doorbells, never for truth."""
    db.session.info.setdefault("after_commit", []).append(action)


@event.listens_for(Session, "after_commit")
def _run_after_commit(session: Session) -> None:
    for action in session.info.pop("after_commit", []):
        action()


@event.listens_for(Session, "after_rollback")
def _drop_after_rollback(session: Session) -> None:
    session.info.pop("after_commit", None)


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


@event.listens_for(Engine, "connect")
def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    if not isinstance(dbapi_connection, sqlite3.Connection):
        return
    # The driver must not begin transactions by itself: _begin below decides how they begin.
    dbapi_connection.isolation_level = None
    # SQLite's own knows only ASCII: who searches for "öman" must find "Öman".
    dbapi_connection.create_function("lower", 1, _lower, deterministic=True)
    cursor = dbapi_connection.cursor()
    for pragma in ("foreign_keys=ON", "busy_timeout=15000", "journal_mode=WAL", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
