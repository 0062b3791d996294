"""The audit log: who did what to what, and when; written in the transaction of the act itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import g, has_request_context
from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.clock import now
from app.platform.database import Model, db


class AuditEntry(Model):
    """One act of a person (or of the system, where person_id is empty)."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_type", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    action: Mapped[str] = mapped_column(String(80), doc="verb in the past, such as 'cohort.created'")
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None]
    cohort_id: Mapped[int | None] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    request_id: Mapped[str] = mapped_column(String(36), default="")


def record(
    action: str,
    subject: Any,
    *,
    by: Any = None,
    cohort_id: int | None = None,
    **detail: Any,
) -> None:
    """Write one line of the audit log.

    Args:
        action: feature and verb, such as ``roster.imported``.
        subject: the row acted on (its table name and id are kept), or a plain word.
        by: the acting person, or None for the system.
        detail: JSON-able facts; never secrets or more personal data than the reader needs.
    """
    db.session.flush()
    db.session.add(
        AuditEntry(
            person_id=getattr(by, "id", None),
            action=action,
            subject_type=getattr(subject, "__tablename__", str(subject)),
            subject_id=getattr(subject, "id", None),
            cohort_id=cohort_id,
            detail=detail,
            request_id=g.get("request_id", "") if has_request_context() else "",
        )
    )
