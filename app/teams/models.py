"""Teams of a cohort and their members with dates."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cohorts.models import Cohort, Enrolment
from app.platform.clock import now
from app.platform.database import Model, enum_column
from app.teams.states import TeamState


class Team(Model):
    """People of one cohort who work together."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("cohort_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    slug: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[TeamState] = mapped_column(enum_column(TeamState, "team_state"), default=TeamState.ACTIVE)
    created_at: Mapped[datetime] = mapped_column(default=now)

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    memberships: Mapped[list[TeamMembership]] = relationship(back_populates="team", lazy="raise")


class TeamMembership(Model):
    """A trainee in a team from one moment to another; ended, never deleted."""

    __tablename__ = "team_membership"
    __table_args__ = (
        Index("ix_team_membership_team_id", "team_id"),
        Index(
            "uq_team_membership_present",
            "team_id",
            "enrolment_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_team_membership_enrolment_id", "enrolment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    role: Mapped[str] = mapped_column(String(80), default="")
    started_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]

    team: Mapped[Team] = relationship(back_populates="memberships", lazy="raise")
    enrolment: Mapped[Enrolment] = relationship(lazy="raise")
