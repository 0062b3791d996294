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
from app.curriculum.queries.differences import CellDifference, FileDifference, compare, differences
from app.curriculum.queries.files import (
    assignment_folders,
    data_files,
    file_of_version,
    files_of_version,
    folder_of,
    notebook_paths,
    source_of,
    student_files,
    student_of,
    student_zip,
    zip_of,
)
from app.curriculum.queries.skills import EarnedSkill, all_skills, person_by_id, skills_by_slug, skills_of_person
from app.curriculum.queries.versions import VersionLine, import_job, versions_of

__all__ = [
    "CellDifference",
    "EarnedSkill",
    "FileDifference",
    "VersionLine",
    "all_skills",
    "assignment_folders",
    "assignment_with_notebooks",
    "catalogue",
    "compare",
    "course_by_slug",
    "current_version",
    "data_files",
    "differences",
    "file_of_version",
    "files_of_version",
    "folder_of",
    "import_job",
    "lesson_of",
    "notebook_paths",
    "person_by_id",
    "same_assignment_in",
    "skills_by_slug",
    "skills_of_person",
    "source_of",
    "student_files",
    "student_of",
    "student_zip",
    "version_by_number",
    "version_with_modules",
    "versions_of",
    "zip_of",
]
