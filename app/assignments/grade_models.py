"""Runs of the engine, the points of each task, comments, flags, and the history of every change of points."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.assignments.models import Submission
from app.assignments.states import GradeChangeKind, RunState
from app.curriculum.models import Task
from app.platform.clock import now
from app.platform.database import Model, enum_column


class Run(Model):
    """One autograding of an attempt in the sandbox."""

    __tablename__ = "run"
    __table_args__ = (Index("ix_run_submission_id", "submission_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    state: Mapped[RunState] = mapped_column(enum_column(RunState, "run_state"), default=RunState.QUEUED)
    reason: Mapped[str] = mapped_column(String(200), default="", doc="why it was run: hand-in, or a coach's words")
    sandbox: Mapped[str] = mapped_column(String(20), default="", doc="full, reduced or unsafe")
    outcome: Mapped[str] = mapped_column(String(20), default="", doc="done, timeout, crashed; or fault, engine, lost")
    note: Mapped[str] = mapped_column(
        Text, default="", doc="what people should know of it, such as a time limit reached"
    )
    seconds: Mapped[float | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    submission: Mapped[Submission] = relationship(lazy="raise")
    flags: Mapped[list[RunFlag]] = relationship(back_populates="run", lazy="raise")


class RunFlag(Model):
    """Something that the engine noticed and a coach should see."""

    __tablename__ = "run_flag"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), index=True)
    grade_id: Mapped[str] = mapped_column(String(200), default="")
    code: Mapped[str] = mapped_column(String(60))
    message: Mapped[str] = mapped_column(Text)
    is_certain: Mapped[bool] = mapped_column(default=False)

    run: Mapped[Run] = relationship(back_populates="flags", lazy="raise")


class TaskScore(Model):
    """The points of one task of one attempt: the tests' and the coach's apart, so that neither overwrites the other."""

    __tablename__ = "task_score"
    __table_args__ = (
        UniqueConstraint("submission_id", "task_id"),
        CheckConstraint("auto_score IS NULL OR auto_score >= 0", name="auto_not_negative"),
        CheckConstraint("manual_score IS NULL OR manual_score >= 0", name="manual_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    max_score: Mapped[float] = mapped_column(default=0)
    auto_score: Mapped[float | None]
    manual_score: Mapped[float | None]
    extra_credit: Mapped[float] = mapped_column(default=0)
    needs_manual: Mapped[bool] = mapped_column(default=False, doc="waits for a coach as long as manual_score is empty")
    passed: Mapped[bool] = mapped_column(default=False)
    error_name: Mapped[str] = mapped_column(String(120), default="")
    message: Mapped[str] = mapped_column(Text, default="", doc="what the trainee may read of the failed test")
    answer_hash: Mapped[str] = mapped_column(
        String(64), default="", doc="of the answer, to carry a mark to a later attempt"
    )
    graded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    graded_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    submission: Mapped[Submission] = relationship(lazy="raise")
    task: Mapped[Task] = relationship(lazy="raise")
    graded_by: Mapped[Person | None] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}

    @property
    def score(self) -> float | None:
        """The points that count: the coach's where given, else the tests'; None while it waits."""
        base = self.manual_score if self.manual_score is not None else (None if self.needs_manual else self.auto_score)
        return None if base is None else base + self.extra_credit


class GradeChange(Model):
    """Who or what moved points, when, from what to what, and why."""

    __tablename__ = "grade_change"
    __table_args__ = (Index("ix_grade_change_submission_id", "submission_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), doc="empty for the attempt's total")
    at: Mapped[datetime] = mapped_column(default=now)
    kind: Mapped[GradeChangeKind] = mapped_column(enum_column(GradeChangeKind, "grade_change_kind"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    from_score: Mapped[float | None]
    to_score: Mapped[float | None]
    reason: Mapped[str] = mapped_column(Text, default="")

    by: Mapped[Person | None] = relationship(lazy="raise")
    task: Mapped[Task | None] = relationship(lazy="raise")


class Comment(Model):
    """A coach's words on a task (or on the whole attempt, where task_id is empty)."""

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_submission_id", "submission_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    cell_key: Mapped[str] = mapped_column(
        String(200), default="", doc="of the cell commented on, where it is not the task itself"
    )
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    author: Mapped[Person] = relationship(lazy="raise")
    task: Mapped[Task | None] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}
