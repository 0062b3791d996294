"""Extensions, claims of the grading queue, releases of feedback, regrade requests, batch regrades, rules of passing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.assignments.models import Release, Submission
from app.assignments.states import BatchState, RegradeState
from app.cohorts.models import Enrolment
from app.curriculum.models import Task
from app.platform.clock import now
from app.platform.database import Model, enum_column
from app.teams.models import Team


class Extension(Model):
    """More time, more attempts or an excuse, for a trainee, a team, or (where both are empty) the whole cohort.

    Never changed once given: it is taken back with a reason, and another is given.
    """

    __tablename__ = "extension"
    __table_args__ = (
        CheckConstraint("enrolment_id IS NULL OR team_id IS NULL", name="one_receiver"),
        CheckConstraint("extra_attempts >= 0", name="extra_attempts_not_negative"),
        Index("ix_extension_release_id", "release_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolment.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    due_at: Mapped[datetime | None]
    extra_attempts: Mapped[int] = mapped_column(default=0)
    is_excused: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(default=now)
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoke_reason: Mapped[str] = mapped_column(Text, default="")

    release: Mapped[Release] = relationship(lazy="raise")
    enrolment: Mapped[Enrolment | None] = relationship(lazy="raise")
    team: Mapped[Team | None] = relationship(lazy="raise")
    given_by: Mapped[Person | None] = relationship(foreign_keys=[given_by_id], lazy="raise")
    revoked_by: Mapped[Person | None] = relationship(foreign_keys=[revoked_by_id], lazy="raise")


class GradingClaim(Model):
    """A coach has this attempt open for grading until ``expires_at``; another coach is sent to the next one."""

    __tablename__ = "grading_claim"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    claimed_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="raise")


class ReusableComment(Model):
    """A coach's comment kept to be used again."""

    __tablename__ = "reusable_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)


class FeedbackChange(Model):
    """Feedback released or taken back: of one attempt, or (where submission_id is empty) of a whole release."""

    __tablename__ = "feedback_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), index=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    is_released: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text, default="")

    by: Mapped[Person | None] = relationship(lazy="raise")


class RegradeRequest(Model):
    """A trainee asks for another look at the mark of a task, with the reason; answered in a thread."""

    __tablename__ = "regrade_request"
    __table_args__ = (Index("ix_regrade_request_cohort_state", "cohort_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[RegradeState] = mapped_column(enum_column(RegradeState, "regrade_state"), default=RegradeState.OPEN)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    submission: Mapped[Submission] = relationship(lazy="raise")
    task: Mapped[Task] = relationship(lazy="raise")
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id], lazy="raise")
    messages: Mapped[list[RegradeMessage]] = relationship(order_by="RegradeMessage.id", lazy="raise")

    __mapper_args__ = {"version_id_col": version}


class RegradeMessage(Model):
    """One message of a regrade request's thread."""

    __tablename__ = "regrade_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("regrade_request.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    text: Mapped[str] = mapped_column(Text)

    author: Mapped[Person] = relationship(lazy="raise")


class BatchRegrade(Model):
    """All attempts of a release graded again after a repair: a dry run first, then applied, and it can be undone."""

    __tablename__ = "batch_regrade"

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), index=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    from_assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), doc="what the release was before")
    to_assignment_id: Mapped[int] = mapped_column(
        ForeignKey("assignment.id"), doc="whose tests are used: the same, or the repaired one of a newer version"
    )
    state: Mapped[BatchState] = mapped_column(enum_column(BatchState, "batch_state"), default=BatchState.TRYING)
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    applied_at: Mapped[datetime | None]
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    release: Mapped[Release] = relationship(lazy="raise")
    items: Mapped[list[BatchRegradeItem]] = relationship(
        back_populates="batch", order_by="BatchRegradeItem.id", lazy="raise"
    )

    __mapper_args__ = {"version_id_col": version}


class BatchRegradeItem(Model):
    """One attempt of a batch: its points by task before and after; ``after`` is empty until it was tried."""

    __tablename__ = "batch_regrade_item"
    __table_args__ = (UniqueConstraint("batch_id", "submission_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch_regrade.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    before: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, doc="notebook/grade id -> points by tests and what they said"
    )
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    fault: Mapped[str] = mapped_column(Text, default="", doc="why it could not be tried, in words")

    batch: Mapped[BatchRegrade] = relationship(back_populates="items", lazy="raise")
    submission: Mapped[Submission] = relationship(lazy="raise")


class PassRule(Model):
    """What a trainee of a cohort needs to pass a course."""

    __tablename__ = "pass_rule"
    __table_args__ = (
        UniqueConstraint("cohort_id", "course_slug"),
        CheckConstraint("pass_percent >= 0 AND pass_percent <= 100", name="percent_in_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    course_slug: Mapped[str] = mapped_column(String(80))
    pass_percent: Mapped[float] = mapped_column(default=50)
    needs_hand_graded: Mapped[bool] = mapped_column(default=False, doc="all hand-graded work graded and above nothing")
    needs_all_handed_in: Mapped[bool] = mapped_column(default=False)
    category_weights: Mapped[dict[str, float]] = mapped_column(
        JSON, default=dict, doc="category -> share; empty: assignments weigh by points and their own weight"
    )
