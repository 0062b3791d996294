"""Sites, programmes, cohorts, who learns in them and who works in them; memberships have dates and are never overwritten."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.cohorts.states import CohortState, EnrolmentState, StaffRole
from app.platform.clock import now
from app.platform.database import Model, enum_column


class Site(Model):
    """A place that runs cohorts: a city's office, a school, a company."""

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    city: Mapped[str] = mapped_column(String(120), default="")


class Programme(Model):
    """What is repeated by its cohorts, such as "Digipoint"."""

    __tablename__ = "programme"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(160))
    description: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    cohorts: Mapped[list[Cohort]] = relationship(back_populates="programme", lazy="raise")


class CoordinatorGrant(Model):
    """An administrator's word that a person coordinates every cohort of a site or of a programme (just one of both)."""

    __tablename__ = "coordinator_grant"
    __table_args__ = (
        CheckConstraint("(site_id IS NULL) <> (programme_id IS NULL)", name="one_scope"),
        Index("ix_coordinator_grant_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    granted_at: Mapped[datetime] = mapped_column(default=now)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")
    site: Mapped[Site | None] = relationship(lazy="raise")
    programme: Mapped[Programme | None] = relationship(lazy="raise")


class Cohort(Model):
    """A group that learns together from one date to another."""

    __tablename__ = "cohort"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="dates_in_order"),
        CheckConstraint("capacity > 0", name="capacity_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), index=True)
    title: Mapped[str] = mapped_column(String(160))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    timezone: Mapped[str] = mapped_column(String(64), default="Europe/Helsinki")
    language: Mapped[str] = mapped_column(String(8), default="en")
    capacity: Mapped[int] = mapped_column(default=24)
    state: Mapped[CohortState] = mapped_column(enum_column(CohortState, "cohort_state"), default=CohortState.PLANNED)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    programme: Mapped[Programme] = relationship(back_populates="cohorts", lazy="raise")
    site: Mapped[Site | None] = relationship(lazy="raise")
    enrolments: Mapped[list[Enrolment]] = relationship(back_populates="cohort", lazy="raise")
    staff: Mapped[list[StaffMembership]] = relationship(back_populates="cohort", lazy="raise")

    __mapper_args__ = {"version_id_col": version}

    @property
    def cohort_id(self) -> int:
        """Its own id: permissions look for a ``cohort_id`` on every row."""
        return self.id


class CohortStateChange(Model):
    """One step in the life of a cohort: who, when, from what to what, why."""

    __tablename__ = "cohort_state_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    from_state: Mapped[CohortState | None] = mapped_column(enum_column(CohortState, "from_state"))
    to_state: Mapped[CohortState] = mapped_column(enum_column(CohortState, "to_state"))
    reason: Mapped[str] = mapped_column(Text, default="")

    by: Mapped[Person | None] = relationship(lazy="raise")


class Enrolment(Model):
    """A trainee's place in a cohort; ``student_id`` is nbgrader's key and unique in the cohort."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("cohort_id", "person_id"),
        UniqueConstraint("cohort_id", "student_id"),
        Index("ix_enrolment_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    student_id: Mapped[str] = mapped_column(String(80))
    state: Mapped[EnrolmentState] = mapped_column(
        enum_column(EnrolmentState, "enrolment_state"), default=EnrolmentState.ACTIVE
    )
    enrolled_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(Text, default="")

    cohort: Mapped[Cohort] = relationship(back_populates="enrolments", lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")


class EnrolmentChange(Model):
    """One step of a trainee's place in a cohort: who, when, from what to what, why."""

    __tablename__ = "enrolment_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    from_state: Mapped[EnrolmentState | None] = mapped_column(enum_column(EnrolmentState, "enrolment_from_state"))
    to_state: Mapped[EnrolmentState] = mapped_column(enum_column(EnrolmentState, "enrolment_to_state"))
    reason: Mapped[str] = mapped_column(Text, default="")

    by: Mapped[Person | None] = relationship(lazy="raise")


class RosterImport(Model):
    """A roster file between its preview and its application; the content is dropped as soon as it is not needed."""

    __tablename__ = "roster_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    file_name: Mapped[str] = mapped_column(String(260), default="")
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, doc="zlib-compressed; empty afterwards")
    plan_digest: Mapped[str] = mapped_column(String(64), doc="of what the preview showed")
    applied_at: Mapped[datetime | None]
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict, doc="lines by what became of them")


class StaffMembership(Model):
    """A coach or coordinator of a cohort, from one moment to another."""

    __tablename__ = "staff_membership"
    __table_args__ = (
        Index("ix_staff_membership_person_id", "person_id"),
        Index(
            "uq_staff_membership_present",
            "cohort_id",
            "person_id",
            "role",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[StaffRole] = mapped_column(enum_column(StaffRole, "staff_role"))
    started_at: Mapped[datetime] = mapped_column(default=now)
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    cohort: Mapped[Cohort] = relationship(back_populates="staff", lazy="raise")
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")
