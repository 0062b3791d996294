"""People, their sign-in attempts and the one-time links sent to them."""

from __future__ import annotations

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.states import AttemptKind, LinkPurpose, Theme
from app.platform.clock import now
from app.platform.database import Model, enum_column


class Person(UserMixin, Model):
    """Anybody who can sign in. The address is stored in lower case and is unique."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    first_name: Mapped[str] = mapped_column(String(100))
    last_name: Mapped[str] = mapped_column(String(100), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200), doc="argon2; empty until the invitation is used")
    language: Mapped[str] = mapped_column(String(8), default="en")
    timezone: Mapped[str] = mapped_column(String(64), default="Europe/Helsinki")
    theme: Mapped[Theme] = mapped_column(enum_column(Theme, "theme"), default=Theme.SYSTEM)
    is_administrator: Mapped[bool] = mapped_column(default=False)
    is_disabled: Mapped[bool] = mapped_column(default=False)
    session_epoch: Mapped[int] = mapped_column(default=0, doc="raised to end all sessions, as after a password change")
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime | None]

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def initials(self) -> str:
        """One or two letters for the face beside the name."""
        return (self.first_name[:1] + self.last_name[:1]).upper() or "?"

    @property
    def is_active(self) -> bool:
        """Flask-Login's word for "may sign in"."""
        return not self.is_disabled

    def get_id(self) -> str:
        """Flask-Login's session value; carries the epoch so that old sessions end."""
        return f"{self.id}.{self.session_epoch}"


class SignInAttempt(Model):
    """One try to sign in (or to have a link mailed), counted per account and per network address."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_email_at", "email", "at"),
        Index("ix_sign_in_attempt_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AttemptKind] = mapped_column(enum_column(AttemptKind, "attempt_kind"), default=AttemptKind.SIGN_IN)
    email: Mapped[str] = mapped_column(String(254), doc="as typed, in its normal form; it need not belong to anybody")
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(default=now)
    succeeded: Mapped[bool] = mapped_column(default=False)


class OneTimeLink(Model):
    """A link that works once, until it expires; only its hash is stored."""

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(enum_column(LinkPurpose, "link_purpose"))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")
