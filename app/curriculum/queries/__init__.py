"""Every read of the curriculum."""

from __future__ import annotations

from app.curriculum.queries.courses import (
    assignment_with_notebooks,
    catalogue,
    course_by_slug,
    current_version,
    lesson_of,
    same_assignment_in,
    version_by_number,
    version_with_modules,
)
from app.curriculum.queries.files import data_files, source_of, student_files, student_of, student_zip

__all__ = [
    "assignment_with_notebooks",
    "catalogue",
    "course_by_slug",
    "current_version",
    "data_files",
    "lesson_of",
    "same_assignment_in",
    "source_of",
    "student_files",
    "student_of",
    "student_zip",
    "version_by_number",
    "version_with_modules",
]
