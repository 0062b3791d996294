"""The files of a course folder as ``{path: bytes}``: what is no part of a course is left out, what is dangerous refused."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from app.curriculum.services.report import ImportRefused, Report
from app.curriculum.states import Outcome
from app.platform.i18n import gettext as _

FILE_BYTES = 20 * 2**20
COURSE_BYTES = 200 * 2**20
COURSE_FILES = 5000
PATH_LENGTH = 400

# What tools leave behind, and what holds other people's work or marks.
TOOLS = {
    ".git", ".hg", ".svn", ".ipynb_checkpoints", "__pycache__", ".venv", "venv", "node_modules", ".idea", ".vscode", "__MACOSX",
    ".mypy_cache", ".pytest_cache", ".ruff_cache", ".nbgrader.log",
}  # fmt: skip
TOOL_FILES = {".DS_Store", "Thumbs.db", "desktop.ini", ".nbgrader.log", ".gitkeep"}
PEOPLES = {"submitted", "autograded", "feedback"}
PEOPLES_FILES = re.compile(
    r"(?:gradebook\.db(?:-wal|-shm|-journal|\.\d.*|\.bak)?|jupyterhub\.sqlite.*|jupyterhub_cookie_secret|\.env|\.netrc)\Z"
)
# What nbgrader exports; the same names inside an assignment are data to work on.
PEOPLES_LISTS = {"grades.csv", "students.csv"}


def left_out(path: str) -> str:
    """Why a file is no part of a course, or "" when it is one."""
    parts = PurePosixPath(path).parts
    if (
        any(part in TOOLS for part in parts[:-1])
        or parts[-1] in TOOL_FILES
        or parts[-1].endswith((".pyc", ".swp", "~"))
    ):
        return str(_("A tool left it behind; it is no part of the course."))
    is_list = parts[-1] in PEOPLES_LISTS and len(parts) <= 2 and not {"source", "release"} & set(parts)
    if is_list or PEOPLES_FILES.match(parts[-1]):
        return str(_("It holds people's marks or secrets and stays where it is."))
    # nbgrader's folders of people's work are three deep: submitted/STUDENT/ASSIGNMENT/file.
    for number, part in enumerate(parts[:-1]):
        if part in PEOPLES and len(parts) - number >= 4:
            return str(_("It is a person's work and stays where it is."))
    return ""


def safe_path(name: str) -> str | None:
    """A path of an archive or folder in one form (NFC, ``/``), or None for one that could leave the folder."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/"))
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if not parts or name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name):
        return None
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in name) or len(name) > PATH_LENGTH:
        return None
    return "/".join(parts)


class Gathered:
    """Files being gathered, with the limits that hold for all ways in."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.report = Report()
        self.size = 0

    def wants(self, name: str, size: int) -> str | None:
        """The path under which a file will be kept, or None when it is left out or refused (which is noted).

        Raises:
            ImportRefused: the course as a whole is too large.
        """
        path = safe_path(name)
        if path is None:
            self.report.add(name[:300], Outcome.REFUSED, _("The name leads out of the folder or cannot be kept."))
            return None
        reason = left_out(path)
        if reason:
            if not any(part in TOOLS for part in path.split("/")):
                self.report.add(path, Outcome.LEFT_OUT, reason)
            return None
        if path in self.files:
            self.report.add(path, Outcome.REFUSED, _("The name stands twice."))
            return None
        if size > FILE_BYTES:
            self.report.add(
                path,
                Outcome.REFUSED,
                _("It is larger than %(mib)d MiB, the most for one file.", mib=FILE_BYTES // 2**20),
            )
            return None
        self.size += size
        if self.size > COURSE_BYTES or len(self.files) >= COURSE_FILES:
            raise ImportRefused(
                _(
                    "This is more than one course may hold (%(mib)d MiB and %(count)d files). Bring in the course's own "
                    "folder, without data that trainees can fetch elsewhere.",
                    mib=COURSE_BYTES // 2**20,
                    count=COURSE_FILES,
                ),
                self.report,
            )
        return path

    def keep(self, path: str, content: bytes) -> None:
        """Keep the content of a wanted file."""
        self.files[path] = content
        self.report.add(path, Outcome.TAKEN)


def from_folder(folder: Path) -> Gathered:
    """The files of a folder on this machine.

    Raises:
        ImportRefused: there is no such folder, or it is too large.
    """
    if not folder.is_dir():
        raise ImportRefused(_("There is no folder %(path)s.", path=str(folder)))
    gathered = Gathered()
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in TOOLS)
        for name in sorted([*names, *(link for link in folders if (Path(parent) / link).is_symlink())]):
            place = Path(parent) / name
            relative = place.relative_to(folder).as_posix()
            if place.is_symlink() or not place.is_file():
                gathered.report.add(relative, Outcome.REFUSED, _("It is a link or no ordinary file."))
                continue
            path = gathered.wants(relative, place.stat().st_size)
            if path:
                gathered.keep(path, place.read_bytes())
    return gathered


def from_mapping(files: Iterable[tuple[str, bytes]]) -> Gathered:
    """Files that are in memory already."""
    gathered = Gathered()
    for name, content in files:
        path = gathered.wants(name, len(content))
        if path:
            gathered.keep(path, content)
    return gathered
