"""The one door by which courses come in: whole or not at all, as a new version unless the content is known."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.curriculum.models import (
    Assignment,
    AssignmentNotebook,
    Course,
    CourseFile,
    CourseVersion,
    Lesson,
    Module,
    Task,
)
from app.curriculum.services.gathering import Gathered, from_folder, from_mapping
from app.curriculum.services.manifest import slug_of
from app.curriculum.services.planning import Plan, PlannedAssignment, make_plan
from app.curriculum.services.report import Report, joined, refuse_for
from app.curriculum.services.skills import known_skills
from app.curriculum.states import TaskKind
from app.platform import audit, files
from app.platform.database import db
from app.platform.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import ended with. ``is_new`` is False where this very content is the present version already."""

    course: Course
    version: CourseVersion
    is_new: bool
    report: Report


@dataclass(frozen=True, slots=True)
class Prepared:
    """A course that is read and free of faults, ready to be written."""

    plan: Plan
    origin: str

    @property
    def report(self) -> Report:
        """What became of each file."""
        return self.plan.report


def import_course(
    source: Path | str | Mapping[str, bytes] | Gathered,
    *,
    by: Any = None,
    origin: str = "",
    name: str = "",
    folder: str = "",
    slug: str = "",
    leave_out_faulty: bool = False,
) -> Imported:
    """Bring a course in.

    Args:
        source: a folder, or files as path to content.
        by: the person who does it; None for the system.
        origin: where it came from, in words people read.
        name: the folder's or archive's name, for a course that does not say its own; by default the folder's.
        folder: the course's folder inside the source, where that holds several.
        slug: the course of the catalogue that this is a version of; by default what course.toml or the name says.
        leave_out_faulty: leave out whole assignments that have a fault, instead of refusing all.

    Raises:
        ImportRefused: nothing was written; its report says why, file by file.
    """
    if isinstance(source, str | Path):
        name = name or Path(source).resolve().name
        origin = origin or name
        gathered = from_folder(Path(source))
    elif isinstance(source, Gathered):
        gathered = source
    else:
        gathered = from_mapping(source.items())
    prepared = prepare(gathered, name=name, origin=origin, folder=folder, slug=slug, leave_out_faulty=leave_out_faulty)
    return write(prepared, by=by)


def prepare(
    gathered: Gathered,
    *,
    name: str,
    origin: str = "",
    folder: str = "",
    slug: str = "",
    leave_out_faulty: bool = False,
) -> Prepared:
    """All of an import that needs no database; arguments as of :func:`import_course`.

    Raises:
        ImportRefused: the course has faults.
    """
    plan = make_plan(gathered.files, gathered.report, name=name, folder=folder, leave_out_faulty=leave_out_faulty)
    if plan.report.refused:
        raise refuse_for(plan.report)
    if slug:
        plan.facts.slug = slug_of(slug)
    return Prepared(plan, origin)


def write(prepared: Prepared, *, by: Any) -> Imported:
    """Write a prepared course: a new version, or nothing where its content is the present version's."""
    plan, origin = prepared.plan, prepared.origin
    course = db.session.scalar(select(Course).where(Course.slug == plan.facts.slug))
    if course is None:
        course = Course(slug=plan.facts.slug)
        db.session.add(course)
        db.session.flush()
    latest = db.session.scalar(
        select(CourseVersion).where(CourseVersion.course_id == course.id).order_by(CourseVersion.number.desc()).limit(1)
    )
    content_hash = _hash_of_version(plan.content_hash, course, latest)
    if latest is not None and content_hash == latest.content_hash:
        return Imported(course, latest, False, plan.report)
    course.is_archived = False
    _drop_unknown_skills(plan)
    version = _write_version(plan, course, (latest.number if latest else 0) + 1, content_hash, by, origin)
    audit.record(
        "course.imported", course, by=by, slug=course.slug, version=version.number, files=len(plan.files), origin=origin
    )
    return Imported(course, version, True, plan.report)


def _hash_of_version(content: str, course: Course, latest: CourseVersion | None) -> str:
    """The hash to store: the content's own, unless an older version has it and this is a going back to that."""
    if latest is None or latest.content_hash == content:
        return content
    older = db.session.scalar(
        select(func.count())
        .select_from(CourseVersion)
        .where(CourseVersion.course_id == course.id, CourseVersion.content_hash == content)
    )
    if not older:
        return content
    # Versions of a course have different hashes; what comes back is told from its first time by what it follows.
    again = hashlib.sha256(f"{content} again after {latest.number - 1}".encode()).hexdigest()
    if latest.content_hash == again:
        return again
    return hashlib.sha256(f"{content} again after {latest.number}".encode()).hexdigest()


def _drop_unknown_skills(plan: Plan) -> None:
    known = known_skills()
    named = {*plan.facts.skills, *(skill for module in plan.facts.modules for skill in module.skills)}
    unknown = sorted(named - known)
    if unknown:
        plan.report.note(_("Not in this site's list of skills, and left out: %(names)s.", names=joined(unknown, 12)))
    plan.facts.skills = [skill for skill in plan.facts.skills if skill in known]
    for module in plan.facts.modules:
        module.skills = [skill for skill in module.skills if skill in known]


def _write_version(plan: Plan, course: Course, number: int, content_hash: str, by: Any, origin: str) -> CourseVersion:
    facts = plan.facts
    stored = {path: files.store(content) for path, content in plan.files.items()}
    version = CourseVersion(
        course_id=course.id,
        number=number,
        content_hash=content_hash,
        title=facts.title,
        summary=facts.summary,
        language=facts.language,
        level=facts.level,
        hours=facts.hours,
        environment=facts.environment,
        prerequisites=facts.prerequisites,
        skills=facts.skills,
        origin=origin[:300],
        created_by_id=getattr(by, "id", None),
    )
    db.session.add(version)
    db.session.flush()
    modules: dict[str, Module] = {}
    order: list[str] = []
    for position, entry in enumerate(facts.modules):
        module = Module(
            version_id=version.id,
            position=position,
            slug=entry.slug,
            title=entry.title,
            summary=entry.summary,
            hours=entry.hours,
            skills=entry.skills,
        )
        db.session.add(module)
        db.session.flush()
        modules |= dict.fromkeys(entry.assignments, module)
        order += entry.assignments
        _write_lessons(plan, module, entry.lessons, stored)
    beside: dict[str, int] = {}
    order += [name for name in plan.assignments if name not in order]
    for position, name in enumerate(order):
        planned = plan.assignments[name]
        row = _write_assignment(planned, version, modules.get(name), position, stored)
        beside |= dict.fromkeys(planned.data, row.id)
    db.session.add_all(
        CourseFile(version_id=version.id, path=path, sha256=sha256, assignment_id=beside.get(path))
        for path, sha256 in sorted(stored.items())
    )
    db.session.flush()
    return version


def _write_lessons(plan: Plan, module: Module, paths: list[str], stored: Mapping[str, str]) -> None:
    taken: set[str] = set()
    for position, path in enumerate(paths):
        base = slug = slug_of(Path(path).stem, "lesson")
        number = 2
        while slug in taken:
            slug, number = f"{base}-{number}", number + 1
        taken.add(slug)
        db.session.add(
            Lesson(
                module_id=module.id,
                position=position,
                slug=slug,
                title=plan.lessons[path],
                path=path,
                sha256=stored[path],
            )
        )


def _write_assignment(
    planned: PlannedAssignment, version: CourseVersion, module: Module | None, position: int, stored: Mapping[str, str]
) -> Assignment:
    assignment = Assignment(
        version_id=version.id,
        module_id=module.id if module else None,
        position=position,
        slug=planned.name[:160],
        title=planned.title,
        max_score=planned.max_score,
    )
    db.session.add(assignment)
    db.session.flush()
    for place, notebook in enumerate(planned.notebooks):
        row = AssignmentNotebook(
            assignment_id=assignment.id,
            position=place,
            name=notebook.name[:160],
            source_sha256=stored[notebook.path],
            student_sha256=files.store(notebook.student.notebook),
            max_score=notebook.student.total,
            language=notebook.student.language[:40],
        )
        db.session.add(row)
        db.session.flush()
        db.session.add_all(
            Task(
                notebook_id=row.id,
                position=task.position,
                grade_id=task.grade_id,
                kind=TaskKind(task.kind),
                max_score=task.max_score,
                title=task.title[:300],
            )
            for task in notebook.student.tasks
        )
    db.session.flush()
    return assignment
