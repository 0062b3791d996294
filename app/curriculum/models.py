"""Courses and their versions: modules, lessons, assignments, notebooks, tasks; skills and the evidence of them.

A version is a snapshot at a content hash and is never changed; a repair of a course is a new version.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.curriculum.states import TaskKind
from app.platform.clock import now
from app.platform.database import Model, enum_column


class Course(Model):
    """A course through all its versions. The highest version number is the present one."""

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    is_archived: Mapped[bool] = mapped_column(default=False)

    versions: Mapped[list[CourseVersion]] = relationship(
        back_populates="course", order_by="CourseVersion.number", lazy="raise"
    )


class CourseVersion(Model):
    """One snapshot of a course."""

    __tablename__ = "course_version"
    __table_args__ = (UniqueConstraint("course_id", "number"), UniqueConstraint("course_id", "content_hash"))

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int] = mapped_column(doc="1, 2, … in the course")
    content_hash: Mapped[str] = mapped_column(String(64), doc="SHA-256 over the paths and contents of all files")
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(8), default="en")
    level: Mapped[str] = mapped_column(String(80), default="")
    hours: Mapped[float] = mapped_column(default=0)
    environment: Mapped[str] = mapped_column(String(40), default="python")
    prerequisites: Mapped[list[str]] = mapped_column(JSON, default=list)
    skills: Mapped[list[str]] = mapped_column(JSON, default=list, doc="skill slugs")
    origin: Mapped[str] = mapped_column(String(300), default="", doc="where it was brought in from, in words")
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    course: Mapped[Course] = relationship(back_populates="versions", lazy="raise")
    modules: Mapped[list[Module]] = relationship(back_populates="version", order_by="Module.position", lazy="raise")
    assignments: Mapped[list[Assignment]] = relationship(
        back_populates="version", order_by="Assignment.position", lazy="raise"
    )
    files: Mapped[list[CourseFile]] = relationship(order_by="CourseFile.path", lazy="raise")


class Module(Model):
    """A part of a course: a lesson and its assignments."""

    __tablename__ = "module"
    __table_args__ = (UniqueConstraint("version_id", "slug"), UniqueConstraint("version_id", "position"))

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    position: Mapped[int]
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    hours: Mapped[float] = mapped_column(default=0)
    skills: Mapped[list[str]] = mapped_column(JSON, default=list)

    version: Mapped[CourseVersion] = relationship(back_populates="modules", lazy="raise")
    lessons: Mapped[list[Lesson]] = relationship(back_populates="module", order_by="Lesson.position", lazy="raise")
    assignments: Mapped[list[Assignment]] = relationship(
        back_populates="module", order_by="Assignment.position", lazy="raise"
    )


class Lesson(Model):
    """A notebook to read."""

    __tablename__ = "lesson"
    __table_args__ = (UniqueConstraint("module_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    position: Mapped[int] = mapped_column(default=0)
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200))
    path: Mapped[str] = mapped_column(String(300), doc="in the course folder")
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))

    module: Mapped[Module] = relationship(back_populates="lessons", lazy="raise")


class Assignment(Model):
    """One or several notebooks to solve, with data files beside them."""

    __tablename__ = "assignment"
    __table_args__ = (UniqueConstraint("version_id", "slug"), Index("ix_assignment_module_id", "module_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    module_id: Mapped[int | None] = mapped_column(ForeignKey("module.id"))
    position: Mapped[int] = mapped_column(default=0)
    slug: Mapped[str] = mapped_column(String(160), doc="the folder's name in the course")
    title: Mapped[str] = mapped_column(String(200))
    max_score: Mapped[float] = mapped_column(default=0)

    version: Mapped[CourseVersion] = relationship(back_populates="assignments", lazy="raise")
    module: Mapped[Module | None] = relationship(back_populates="assignments", lazy="raise")
    notebooks: Mapped[list[AssignmentNotebook]] = relationship(
        back_populates="assignment", order_by="AssignmentNotebook.position", lazy="raise"
    )


class AssignmentNotebook(Model):
    """One notebook of an assignment: the source (with solutions and tests, staff only) and the student version."""

    __tablename__ = "assignment_notebook"
    __table_args__ = (UniqueConstraint("assignment_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(160), doc="file name without .ipynb")
    source_sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))
    student_sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))
    max_score: Mapped[float] = mapped_column(default=0)
    language: Mapped[str] = mapped_column(String(40), default="python")

    assignment: Mapped[Assignment] = relationship(back_populates="notebooks", lazy="raise")
    tasks: Mapped[list[Task]] = relationship(back_populates="notebook", order_by="Task.position", lazy="raise")


class Task(Model):
    """One graded cell (or solution cell) of a notebook, by nbgrader's grade id."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("notebook_id", "grade_id"),
        CheckConstraint("max_score >= 0", name="max_score_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notebook_id: Mapped[int] = mapped_column(ForeignKey("assignment_notebook.id"))
    position: Mapped[int]
    grade_id: Mapped[str] = mapped_column(String(200))
    kind: Mapped[TaskKind] = mapped_column(enum_column(TaskKind, "task_kind"))
    max_score: Mapped[float] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(300), default="")

    notebook: Mapped[AssignmentNotebook] = relationship(back_populates="tasks", lazy="raise")


class CourseFile(Model):
    """Every file of a version as it was brought in, so that a course can be exported again byte for byte."""

    __tablename__ = "course_file"
    __table_args__ = (UniqueConstraint("version_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    path: Mapped[str] = mapped_column(String(500), doc="relative, with /")
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))
    assignment_id: Mapped[int | None] = mapped_column(
        ForeignKey("assignment.id"), index=True, doc="set for data files that lie beside an assignment's notebooks"
    )


class Skill(Model):
    """A skill or profession of the one list kept as data."""

    __tablename__ = "skill"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    title_fi: Mapped[str] = mapped_column(String(120), default="")
    group: Mapped[str] = mapped_column("skill_group", String(40), default="skill")


class SkillEvidence(Model):
    """Graded work that shows a skill; written by assignments when work is graded, read by profiles and team formation."""

    __tablename__ = "skill_evidence"
    __table_args__ = (UniqueConstraint("person_id", "skill_slug", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    skill_slug: Mapped[str] = mapped_column(ForeignKey("skill.slug"))
    source: Mapped[str] = mapped_column(String(120), doc="what it rests on, such as release:12")
    title: Mapped[str] = mapped_column(String(200), doc="the work's title as people read it")
    url: Mapped[str] = mapped_column(String(300), default="")
    score: Mapped[float]
    max_score: Mapped[float]
    earned_at: Mapped[datetime] = mapped_column(default=now)

    skill: Mapped[Skill] = relationship(lazy="raise")
