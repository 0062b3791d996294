"""Stored files: content-addressed and compressed in the database, so that a row and its file are one transaction and one backup."""

from __future__ import annotations

import hashlib
import zlib
from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.clock import now
from app.platform.database import Model, db


class Blob(Model):
    """One content, once, however often it is handed in."""

    __tablename__ = "blob"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(doc="bytes before compression")
    data: Mapped[bytes] = mapped_column(LargeBinary, doc="zlib-compressed content", deferred=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


def digest(content: bytes) -> str:
    """The address of a content: its SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def store(content: bytes) -> str:
    """Keep ``content`` and return its address (64 hex digits). Keeping the same content twice stores it once."""
    address = digest(content)
    known = db.session.scalar(select(Blob.sha256).where(Blob.sha256 == address))
    if known is None:
        insert = _insert_ignoring_twins()
        db.session.execute(
            insert, {"sha256": address, "size": len(content), "data": zlib.compress(content, 6), "created_at": now()}
        )
    return address


def load(address: str) -> bytes:
    """The content at ``address``.

    Raises:
        KeyError: nothing is stored there.
    """
    data = db.session.scalar(select(Blob.data).where(Blob.sha256 == address))
    if data is None:
        raise KeyError(address)
    return zlib.decompress(data)


def load_many(addresses: set[str]) -> dict[str, bytes]:
    """Contents by address, in one query; what is not stored is left out."""
    rows = db.session.execute(select(Blob.sha256, Blob.data).where(Blob.sha256.in_(addresses)))
    return {address: zlib.decompress(data) for address, data in rows}


def _insert_ignoring_twins() -> Any:
    """INSERT … ON CONFLICT DO NOTHING: two hand-ins of one content at the same moment must not fail each other."""
    if db.engine.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as pg_insert

        return pg_insert(Blob).on_conflict_do_nothing()
    from sqlalchemy.dialects.sqlite import insert as sqlite_insert

    return sqlite_insert(Blob).on_conflict_do_nothing()
