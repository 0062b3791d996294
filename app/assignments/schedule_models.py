"""Courses laid over a cohort's calendar in one go, and the secret addresses of people's calendar feeds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.assignments.models import Release
from app.curriculum.models import CourseVersion
from app.platform.clock import now
from app.platform.database import Model


class Schedule(Model):
    """One laying of a course: who, when, by which wishes; undone as a whole or not."""

    __tablename__ = "schedule"

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    course_version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    laid_at: Mapped[datetime] = mapped_column(default=now)
    laid_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    wishes: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, doc="start, weekdays, pace and times as asked for"
    )
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    course_version: Mapped[CourseVersion] = relationship(lazy="raise")
    laid_by: Mapped[Person | None] = relationship(foreign_keys=[laid_by_id], lazy="raise")
    items: Mapped[list[ScheduleItem]] = relationship(lazy="raise")


class ScheduleItem(Model):
    """A release that a laying made, or brought back from withdrawal."""

    __tablename__ = "schedule_item"
    __table_args__ = (Index("ix_schedule_item_release_id", "release_id"),)

    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"), primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), primary_key=True)

    release: Mapped[Release] = relationship(lazy="raise")


class CalendarFeed(Model):
    """The secret of a person's calendar address, as a hash; making it anew ends the old one."""

    __tablename__ = "calendar_feed"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(default=now)

    person: Mapped[Person] = relationship(lazy="raise")
