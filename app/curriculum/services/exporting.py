"""A course version as a folder that nbgrader itself works on; a course that came in that form goes out byte for byte."""

from __future__ import annotations

import json
import re
from typing import Any

from app.curriculum import queries as read
from app.curriculum.models import CourseVersion
from app.curriculum.services.layout import inside

CONFIG = '''"""nbgrader's settings for this course: run `nbgrader generate_assignment NAME` in this folder."""

c = get_config()  # noqa: F821  nbgrader runs this file with get_config defined
c.CourseDirectory.course_id = "{slug}"
'''


def export_files(version: CourseVersion) -> dict[str, bytes]:
    """Every file of a version, with assignments under ``source/`` and with course.toml and nbgrader's settings.

    The version must be loaded as by ``queries.version_with_modules``.
    """
    kept = read.files_of_version(version.id)
    folders = read.assignment_folders(version.id)
    moved: dict[str, bytes] = {}
    for path, content in kept.items():
        moved[_place(path, folders)] = content
    if "course.toml" not in moved:
        moved["course.toml"] = manifest_of(version, {path: _place(path, folders) for path in kept}).encode()
    moved.setdefault("nbgrader_config.py", CONFIG.format(slug=re.sub(r"[^\w-]", "-", version.course.slug)).encode())
    return moved


def export_zip(version: CourseVersion) -> bytes:
    """The same as a zip with one folder, named as the course."""
    return read.zip_of({f"{version.course.slug}/{path}": content for path, content in export_files(version).items()})


def _place(path: str, folders: dict[str, str]) -> str:
    """Where a file goes: what lies in an assignment's folder goes to source/ASSIGNMENT/, all else stays."""
    best = max((folder for folder in folders if inside(path, folder)), key=len, default=None)
    if best is None or best == f"source/{folders[best]}":
        return path
    if not best and "/" in path:
        return path
    return f"source/{folders[best]}/{path[len(best) :].lstrip('/')}"


def manifest_of(version: CourseVersion, places: dict[str, str]) -> str:
    """A course.toml that says what the catalogue knows. ``places``: old path to new."""
    lines = [
        _line("slug", version.course.slug),
        _line("title", version.title),
        _line("summary", version.summary),
        _line("language", version.language),
        _line("level", version.level),
        _line("hours", version.hours),
        _line("prerequisites", version.prerequisites),
        _line("skills", version.skills),
        _line("environment", version.environment),
    ]
    for module in version.modules:
        lines += [
            "",
            "[[modules]]",
            _line("slug", module.slug),
            _line("title", module.title),
            _line("summary", module.summary),
            _line("hours", module.hours),
            _line("skills", module.skills),
            _line("lessons", [places.get(lesson.path, lesson.path) for lesson in module.lessons]),
            _line("assignments", [assignment.slug for assignment in module.assignments]),
        ]
    return "\n".join(lines) + "\n"


def _line(name: str, value: Any) -> str:
    """A line of TOML; JSON's texts and lists of texts are TOML's too, once DEL is escaped."""
    return f"{name} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")
