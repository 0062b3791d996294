"""Reading courses: the catalogue, a course, a module, a lesson; sources and export for staff."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, abort, render_template
from flask_login import current_user

from app.curriculum import hooks, lessons
from app.curriculum import queries as read
from app.curriculum.models import Course
from app.curriculum.rules import COURSE_IMPORT, COURSE_READ, COURSE_SOURCE, Catalogue
from app.curriculum.views import blueprint, loading
from app.platform import files
from app.platform.downloads import attachment
from app.platform.notebooks import render_cells
from app.platform.permissions import can, requires


@blueprint.get("/courses")
@requires(COURSE_READ, load=loading.catalogue)
def catalogue(subject: Catalogue) -> str:
    """Every course, with the reader's progress."""
    versions = read.catalogue()
    ids = {version.course_id for version in versions}
    return render_template(
        "curriculum/catalogue.html",
        versions=versions,
        progress=hooks.progress_of(current_user, ids),
        skills=read.skills_by_slug(skill for version in versions for skill in version.skills),
        may_import=can(current_user, COURSE_IMPORT, subject),
    )


@blueprint.get("/courses/<slug>")
@requires(COURSE_READ, load=loading.course)
def course(subject: Course) -> str:
    """A course with its modules."""
    return render_template("curriculum/course.html", **_facts(subject))


@blueprint.get("/courses/<slug>/<module>")
@requires(COURSE_READ, load=loading.course)
def module(subject: Course, module: str) -> str:
    """One module: what it is about, its lessons and assignments."""
    facts = _facts(subject)
    shown = loading.module_of(facts["version"], module)
    order = facts["version"].modules
    place = order.index(shown)
    return render_template(
        "curriculum/module.html",
        **facts,
        module=shown,
        number=place + 1,
        before=order[place - 1] if place else None,
        after=order[place + 1] if place + 1 < len(order) else None,
    )


def _facts(subject: Course) -> dict[str, Any]:
    """What the pages of a course and of a module show alike."""
    version = loading.version_of(subject)
    named = {*version.skills, *(skill for module in version.modules for skill in module.skills)}
    progress = hooks.progress_of(current_user, {subject.id}).get(subject.id)
    return {
        "course": subject,
        "version": version,
        "skills": read.skills_by_slug(named),
        "teachers": hooks.teachers_of(current_user, {subject.id}).get(subject.id, []),
        "progress": progress,
        "mine": progress.assignments if progress else {},
        "links": hooks.links_of(current_user, {assignment.id for assignment in version.assignments}),
        "is_staff": can(current_user, COURSE_SOURCE, subject),
    }


@blueprint.get("/courses/<slug>/<module>/lessons/<lesson>")
@requires(COURSE_READ, load=loading.course)
def lesson(subject: Course, module: str, lesson: str) -> str:
    """A lesson to read."""
    version = loading.version_of(subject)
    shown = read.lesson_of(version, module, lesson) or abort(404)
    cells = lessons.blocks_of(version, shown)
    return render_template(
        "curriculum/lesson.html",
        course=subject,
        version=version,
        module=loading.module_of(version, module),
        lesson=shown,
        cells=cells,
        minutes=lessons.minutes_to_read(cells),
        around=lessons.neighbours(version, shown),
    )


@blueprint.get("/courses/<slug>/<module>/lessons/<lesson>/notebook")
@requires(COURSE_READ, load=loading.course)
def lesson_notebook(subject: Course, module: str, lesson: str) -> Response:
    """A lesson's notebook as a file."""
    shown = read.lesson_of(loading.version_of(subject), module, lesson) or abort(404)
    return attachment(files.load(shown.sha256), shown.path.rpartition("/")[2], "application/x-ipynb+json")


@blueprint.get("/courses/<slug>/assignments/<int:assignment_id>")
@requires(COURSE_SOURCE, load=loading.course)
def assignment(subject: Course, assignment_id: int) -> str:
    """For staff: an assignment's sources with solutions, hidden tests and mark schemes, as the coach reads them."""
    shown = loading.assignment_of(subject, assignment_id)
    version = loading.version_of(subject, shown.version.number)
    link, picture = lessons.resolvers(version, read.folder_of(shown))
    notebooks = []
    for number, book in enumerate(shown.notebooks, 1):
        cells = render_cells(json.loads(read.source_of(book)), prefix=f"n{number}-", link=link, picture=picture)
        notebooks.append((book, cells))
    return render_template(
        "curriculum/assignment.html",
        course=subject,
        version=version,
        assignment=shown,
        notebooks=notebooks,
        tasks={task.grade_id: task for book in shown.notebooks for task in book.tasks},
        data=sorted(read.data_files(shown)),
        links=hooks.links_of(current_user, {shown.id}).get(shown.id, []),
    )


@blueprint.get("/courses/<slug>/assignments/<int:assignment_id>/student")
@requires(COURSE_SOURCE, load=loading.course)
def assignment_student(subject: Course, assignment_id: int) -> Response:
    """For staff: the zip that trainees get."""
    shown = loading.assignment_of(subject, assignment_id)
    return attachment(read.student_zip(shown), f"{shown.slug}.zip", "application/zip")
