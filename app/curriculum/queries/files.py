"""The files of an assignment: sources for staff and grading, student versions and data for everybody it is released to."""

from __future__ import annotations

import io
import zipfile

from sqlalchemy import select

from app.curriculum.models import Assignment, AssignmentNotebook, CourseFile
from app.platform import files
from app.platform.database import db

# Zip files hold a time for each entry; a fixed one makes the same assignment the same file.
ZIP_TIME = (2000, 1, 1, 0, 0, 0)


def source_of(notebook: AssignmentNotebook) -> bytes:
    """The source of a notebook, with solutions and hidden tests: for grading and staff only."""
    return files.load(notebook.source_sha256)


def student_of(notebook: AssignmentNotebook) -> bytes:
    """The student version of a notebook."""
    return files.load(notebook.student_sha256)


def data_files(assignment: Assignment) -> dict[str, bytes]:
    """The data files of an assignment, by their path relative to its folder."""
    rows = db.session.execute(
        select(CourseFile.path, CourseFile.sha256).where(CourseFile.assignment_id == assignment.id)
    ).all()
    contents = files.load_many({row.sha256 for row in rows})
    folder = folder_of(assignment) if rows else ""
    return {row.path.removeprefix(f"{folder}/"): contents[row.sha256] for row in rows}


def folder_of(assignment: Assignment) -> str:
    """The folder of an assignment in its course ("" for the course's own), told by where its notebooks lie."""
    paths = db.session.scalars(
        select(CourseFile.path)
        .join(AssignmentNotebook, AssignmentNotebook.source_sha256 == CourseFile.sha256)
        .where(AssignmentNotebook.assignment_id == assignment.id, CourseFile.version_id == assignment.version_id)
        .order_by(CourseFile.path)
    ).all()
    # The same notebook may lie elsewhere too; the assignment's own folder has its name.
    own = [path for path in paths if path.split("/")[-2:-1] == [assignment.slug]]
    return (own or list(paths) or [""])[0].rpartition("/")[0]


def notebook_paths(version_id: int) -> dict[str, int]:
    """The id of the assignment by the path of each of its source notebooks in a version."""
    rows = db.session.execute(
        select(CourseFile.path, AssignmentNotebook.assignment_id)
        .join(AssignmentNotebook, AssignmentNotebook.source_sha256 == CourseFile.sha256)
        .join(Assignment, Assignment.id == AssignmentNotebook.assignment_id)
        .where(CourseFile.version_id == version_id, Assignment.version_id == version_id)
    )
    return {row.path: row.assignment_id for row in rows}


def assignment_folders(version_id: int) -> dict[str, str]:
    """The name of each assignment of a version by its folder in the course ("" for the course's own)."""
    rows = db.session.execute(select(Assignment.id, Assignment.slug).where(Assignment.version_id == version_id))
    names = {row.id: row.slug for row in rows}
    found: dict[str, str] = {}
    for path, assignment_id in notebook_paths(version_id).items():
        folder = path.rpartition("/")[0]
        last = folder.rpartition("/")[2]
        # The same notebook may lie elsewhere too; the folder of the assignment's own name counts.
        if folder not in found or last == names[assignment_id]:
            found[folder] = names[assignment_id]
    return found


def file_of_version(version_id: int, path: str) -> bytes | None:
    """The content of a file of a version, or None."""
    sha256 = db.session.scalar(
        select(CourseFile.sha256).where(CourseFile.version_id == version_id, CourseFile.path == path)
    )
    return files.load(sha256) if sha256 else None


def files_of_version(version_id: int) -> dict[str, bytes]:
    """Every file of a version by its path, as it was brought in."""
    rows = db.session.execute(
        select(CourseFile.path, CourseFile.sha256).where(CourseFile.version_id == version_id)
    ).all()
    contents = files.load_many({row.sha256 for row in rows})
    return {row.path: contents[row.sha256] for row in rows}


def student_files(assignment: Assignment) -> dict[str, bytes]:
    """What a trainee gets: student versions (NAME.ipynb) and data files, by path relative to the assignment's folder.

    The assignment's notebooks must be loaded (``assignment_with_notebooks``).
    """
    students = files.load_many({notebook.student_sha256 for notebook in assignment.notebooks})
    found = {f"{notebook.name}.ipynb": students[notebook.student_sha256] for notebook in assignment.notebooks}
    return found | {path: content for path, content in data_files(assignment).items() if path not in found}


def student_zip(assignment: Assignment) -> bytes:
    """The files a trainee gets as a zip with one folder, named as the assignment."""
    return zip_of({f"{assignment.slug}/{path}": content for path, content in student_files(assignment).items()})


def zip_of(contents: dict[str, bytes]) -> bytes:
    """A zip archive of files; the same files give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(contents.items()):
            entry = zipfile.ZipInfo(path, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return stream.getvalue()
