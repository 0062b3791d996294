"""Releases to a cohort, and what trainees hand in: attempts with their notebooks and members; drafts typed in the page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.assignments.states import CountingAttempt, FeedbackPolicy, HandInSource, LatePolicy, SubmissionState
from app.cohorts.models import Cohort, Enrolment
from app.curriculum.models import Assignment, AssignmentNotebook
from app.platform.clock import now
from app.platform.database import Model, enum_column
from app.teams.models import Team


class Release(Model):
    """An assignment of a course version given to a cohort, with its times."""

    __tablename__ = "release"
    __table_args__ = (
        UniqueConstraint("cohort_id", "assignment_key"),
        CheckConstraint("due_at > opens_at", name="due_after_opening"),
        CheckConstraint("closes_at IS NULL OR closes_at >= due_at", name="closing_after_due"),
        CheckConstraint("grace_minutes >= 0 AND late_days >= 0", name="allowances_not_negative"),
        CheckConstraint("late_percent >= 0 AND late_percent <= 100", name="late_percent_in_range"),
        CheckConstraint("attempts_allowed IS NULL OR attempts_allowed > 0", name="attempts_positive"),
        CheckConstraint("weight >= 0", name="weight_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    assignment_key: Mapped[str] = mapped_column(
        String(260), doc="course slug/assignment slug: one release of it a cohort"
    )
    title: Mapped[str] = mapped_column(String(200))
    max_score: Mapped[float] = mapped_column(default=0)
    opens_at: Mapped[datetime]
    due_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    grace_minutes: Mapped[int] = mapped_column(default=0, doc="after the due time, in which a hand-in is still on time")
    late_policy: Mapped[LatePolicy] = mapped_column(enum_column(LatePolicy, "late_policy"), default=LatePolicy.FREE)
    late_percent: Mapped[float] = mapped_column(default=0, doc="of the points, a day or once, as the policy says")
    late_days: Mapped[int] = mapped_column(default=0, doc="24 hours or part of them, free for each submitter")
    attempts_allowed: Mapped[int | None] = mapped_column(doc="empty: as many as one likes")
    counts: Mapped[CountingAttempt] = mapped_column(
        enum_column(CountingAttempt, "counting_attempt"), default=CountingAttempt.BEST
    )
    weight: Mapped[float] = mapped_column(default=1, doc="in the course's total, beside its points' share")
    category: Mapped[str] = mapped_column(String(60), default="", doc="of the gradebook; empty: none")
    pass_percent: Mapped[float] = mapped_column(default=50)
    shows_statistics: Mapped[bool] = mapped_column(default=False, doc="the class's distribution, to trainees")
    is_anonymous: Mapped[bool] = mapped_column(default=False, doc="coaches grade without seeing names")
    feedback_policy: Mapped[FeedbackPolicy] = mapped_column(
        enum_column(FeedbackPolicy, "feedback_policy"), default=FeedbackPolicy.WHEN_RELEASED
    )
    feedback_released_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now, doc="calendars ask for it")
    version: Mapped[int] = mapped_column(default=1)

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    assignment: Mapped[Assignment] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}


class Submission(Model):
    """One attempt of a submitter (an enrolment, or a team with its members as they were at hand-in)."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("release_id", "enrolment_id", "number"),
        UniqueConstraint("release_id", "team_id", "number"),
        CheckConstraint("(enrolment_id IS NULL) <> (team_id IS NULL)", name="one_submitter"),
        Index("ix_submission_cohort_state", "cohort_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), doc="of the release; kept here for permissions")
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolment.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    number: Mapped[int] = mapped_column(doc="1, 2, … of this submitter and release")
    source: Mapped[HandInSource] = mapped_column(enum_column(HandInSource, "hand_in_source"))
    received_at: Mapped[datetime] = mapped_column(default=now, doc="when the server received it")
    handed_in_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[SubmissionState] = mapped_column(
        enum_column(SubmissionState, "submission_state"), default=SubmissionState.HANDED_IN
    )
    score: Mapped[float | None] = mapped_column(doc="points so far, of tests and coaches together; before any penalty")
    max_score: Mapped[float] = mapped_column(default=0)
    graded_at: Mapped[datetime | None]
    feedback_released_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    release: Mapped[Release] = relationship(lazy="raise")
    enrolment: Mapped[Enrolment | None] = relationship(lazy="raise")
    team: Mapped[Team | None] = relationship(lazy="raise")
    handed_in_by: Mapped[Person | None] = relationship(lazy="raise")
    members: Mapped[list[SubmissionMember]] = relationship(back_populates="submission", lazy="raise")
    notebooks: Mapped[list[SubmissionNotebook]] = relationship(
        back_populates="submission",
        order_by="SubmissionNotebook.position",
        foreign_keys="SubmissionNotebook.submission_id",
        lazy="raise",
    )

    __mapper_args__ = {"version_id_col": version}


class SubmissionMember(Model):
    """Whom an attempt counts for; one row for a trainee's own, one a member for a team's."""

    __tablename__ = "submission_member"
    __table_args__ = (Index("ix_submission_member_enrolment_id", "enrolment_id"),)

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)

    submission: Mapped[Submission] = relationship(back_populates="members", lazy="raise")
    enrolment: Mapped[Enrolment] = relationship(lazy="raise")


class SubmissionNotebook(Model):
    """A notebook of an attempt: as handed in (or carried over from the last attempt), and as executed."""

    __tablename__ = "submission_notebook"
    __table_args__ = (UniqueConstraint("submission_id", "notebook_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    notebook_id: Mapped[int] = mapped_column(ForeignKey("assignment_notebook.id"))
    position: Mapped[int] = mapped_column(default=0)
    file_name: Mapped[str] = mapped_column(String(260), default="", doc="as the trainee's file was called")
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))
    executed_sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"))
    carried_from_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"))

    submission: Mapped[Submission] = relationship(
        back_populates="notebooks", foreign_keys=[submission_id], lazy="raise"
    )
    notebook: Mapped[AssignmentNotebook] = relationship(lazy="raise")


class Draft(Model):
    """What a trainee is typing in the page for one task; kept by itself until handed in and after.

    Where two windows wrote the same answer, the newer text is kept and the other one stands in ``other_text``.
    """

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("release_id", "enrolment_id", "notebook_id", "grade_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    notebook_id: Mapped[int] = mapped_column(ForeignKey("assignment_notebook.id"))
    grade_id: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    updated_at: Mapped[datetime] = mapped_column(default=now)
    revision: Mapped[int] = mapped_column(default=1, doc="raised by each change; a window says which one it began from")
    other_text: Mapped[str | None] = mapped_column(Text, doc="what another window had saved and this text replaced")
    other_at: Mapped[datetime | None]
