"""Read what a trainee sends: unpack archives, check each notebook, find which one of the assignment it is. Touches no database."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from app.grading import api as grading
from app.platform import limits
from app.platform.errors import Refusal
from app.platform.i18n import format_points
from app.platform.i18n import gettext as _

ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP_MAGIC = b"PK\x05\x06"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Candidates:
    """The notebooks that may be handed in: grade ids by notebook id, its name, and those of other assignments by title."""

    grade_ids: Mapping[int, frozenset[str]]
    names: Mapping[int, str]
    elsewhere: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadNotebook:
    """A notebook that was recognised: which one of the assignment, its file name and its bytes."""

    notebook_id: int
    file_name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class FileFault:
    """What is wrong with one file, in words that say what, where and what to do."""

    file: str
    code: str
    message: str


class UnreadableFiles(Refusal):
    """At least one file cannot be taken; nothing was stored. ``faults`` has one entry a file."""

    def __init__(self, faults: list[FileFault]) -> None:
        super().__init__(" ".join(f"{fault.file}: {fault.message}" for fault in faults), field="notebooks")
        self.faults = faults


def read_files(uploads: Iterable[Upload], candidates: Candidates) -> list[ReadNotebook]:
    """The notebooks in ``uploads`` (files or .zip archives of them), matched by grade ids and never by file name.

    Raises:
        UnreadableFiles: with every fault found; then nothing may be stored.
    """
    faults: list[FileFault] = []
    files = _unpacked(uploads, faults)
    if not files and not faults:
        faults.append(_fault("", "no_file"))
    if len(files) > limits.FILES_PER_HAND_IN:
        faults.append(_fault("", "too_many_files", count=len(files), limit=limits.FILES_PER_HAND_IN))
        raise UnreadableFiles(faults)
    read: dict[int, ReadNotebook] = {}
    for upload in files:
        try:
            notebook = _recognise(upload, candidates)
        except grading.NotebookFault as error:
            faults.append(_fault(upload.name, error.code, error.message, **error.detail))
            continue
        twin = read.get(notebook.notebook_id)
        if twin is not None:
            name = candidates.names[notebook.notebook_id]
            faults.append(_fault(upload.name, "same_notebook_twice", other=twin.file_name, notebook=name))
            continue
        read[notebook.notebook_id] = notebook
    if faults:
        raise UnreadableFiles(faults)
    return list(read.values())


def _recognise(upload: Upload, candidates: Candidates) -> ReadNotebook:
    if not upload.data.strip(b"\x00\t\r\n \xef\xbb\xbf"):
        raise grading.NotebookFault("empty", "The file is empty.")
    submitted = grading.read_submission(upload.data, max_bytes=limits.NOTEBOOK_BYTES, max_cells=limits.NOTEBOOK_CELLS)
    known = {str(notebook_id): ids for notebook_id, ids in candidates.grade_ids.items()}
    found = grading.match(submitted.grade_ids, known)
    if found is None:
        elsewhere = grading.match(submitted.grade_ids, candidates.elsewhere)
        raise grading.NotebookFault(
            "other_assignment", "The notebook belongs to another assignment.", {"title": elsewhere or ""}
        )
    return ReadNotebook(int(found), upload.name, submitted.notebook)


def clean_name(name: str) -> str:
    """The last part of a file's name, without what cannot be shown or stored."""
    last = re.split(r"[\\/]", name)[-1]
    return re.sub(r"[\x00-\x1f\x7f]", "", last).strip()[:200] or "notebook.ipynb"


def _unpacked(uploads: Iterable[Upload], faults: list[FileFault]) -> list[Upload]:
    files: list[Upload] = []
    for upload in uploads:
        name = clean_name(upload.name)
        if upload.data[:4] in (ZIP_MAGIC, EMPTY_ZIP_MAGIC):
            files += _from_archive(name, upload.data, faults)
        else:
            files.append(Upload(name, upload.data))
    return files


def _from_archive(name: str, data: bytes, faults: list[FileFault]) -> list[Upload]:
    """The notebooks in an archive. Sizes are bounded while unpacking, since what an archive says of itself may be a lie."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [info for info in archive.infolist() if _is_notebook_member(info.filename)]
            if not members:
                faults.append(_fault(name, "archive_without_notebooks"))
                return []
            if len(members) > limits.FILES_PER_HAND_IN:
                faults.append(_fault(name, "too_many_files", count=len(members), limit=limits.FILES_PER_HAND_IN))
                return []
            files, left = [], limits.UNPACKED_BYTES
            for info in members:
                with archive.open(info) as member:
                    content = member.read(min(limits.NOTEBOOK_BYTES + 1, left + 1))
                left -= len(content)
                if left < 0:
                    faults.append(_fault(name, "archive_too_large", limit=limits.UNPACKED_BYTES))
                    return []
                files.append(Upload(clean_name(info.filename), content))
            return files
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        faults.append(_fault(name, "broken_archive"))
        return []
    except Exception as error:  # zlib and lzma raise errors of their own
        if type(error).__module__ not in ("zlib", "_lzma", "lzma", "_bz2"):
            raise
        faults.append(_fault(name, "broken_archive"))
        return []


def _is_notebook_member(path: str) -> bool:
    """Notebooks in an archive, also as phones name them (x.ipynb.json); not Jupyter's checkpoints or macOS' shadows."""
    parts = PurePosixPath(path).parts
    if not parts or path.endswith("/") or "__MACOSX" in parts or ".ipynb_checkpoints" in parts:
        return False
    return ".ipynb" in parts[-1].lower() and not parts[-1].startswith("._")


def _fault(file: str, code: str, message: str = "", **detail: Any) -> FileFault:
    words = WORDS.get(code)
    return FileFault(file, code, str(words(detail)) if words else message or str(WORDS["unreadable"](detail)))


def _megabytes(number: Any) -> Any:
    return format_points(round(float(number or 0) / 2**20, 1))


def _other_assignment(detail: dict[str, Any]) -> Any:
    if detail.get("title"):
        return _(
            "This notebook belongs to another assignment, “%(title)s”. Hand it in on that assignment’s page, and here the notebook that you downloaded here.",
            title=detail["title"],
        )
    return _(
        "This notebook belongs to another assignment. Choose the notebook that you downloaded on this page and wrote your answers in."
    )


def _broken_json(detail: dict[str, Any]) -> Any:
    if detail.get("line"):
        return _(
            "The file is cut off or damaged at line %(line)s. Save the notebook in Jupyter or download it again, then hand that file in.",
            line=detail["line"],
        )
    return _("The file is not a notebook, or it is damaged. Save the notebook in Jupyter and hand in that .ipynb file.")


WORDS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no_file": lambda d: _("No file was chosen. Choose your notebook (a file that ends in .ipynb) and hand it in."),
    "empty": lambda d: _("The file is empty. Save the notebook in Jupyter and hand it in again."),
    "too_many_files": lambda d: _(
        "These are %(count)s files; at most %(limit)s can be handed in at once. Choose only the notebooks of this assignment.",
        count=d["count"],
        limit=d["limit"],
    ),
    "same_notebook_twice": lambda d: _(
        "This file and “%(other)s” are both the notebook “%(notebook)s”. Choose the one that you want to hand in.",
        other=d["other"],
        notebook=d["notebook"],
    ),
    "archive_without_notebooks": lambda d: _(
        "There is no notebook in this archive. Put the .ipynb files into it, or hand them in without an archive."
    ),
    "archive_too_large": lambda d: _(
        "The notebooks in this archive have more than %(limit)s MB together. In Jupyter choose Edit, Clear Outputs of All Cells, save them, and pack them again.",
        limit=_megabytes(d["limit"]),
    ),
    "broken_archive": lambda d: _(
        "This archive cannot be opened: it is damaged or locked with a password. Hand in the .ipynb files without an archive."
    ),
    "too_large": lambda d: _(
        "The file has %(size)s MB; at most %(limit)s MB can be handed in. In Jupyter choose Edit, Clear Outputs of All Cells, save, and hand it in again.",
        size=_megabytes(d.get("bytes")),
        limit=_megabytes(d.get("limit", limits.NOTEBOOK_BYTES)),
    ),
    "too_many_cells": lambda d: _(
        "The notebook has %(cells)s cells; at most %(limit)s can be handed in. Delete the cells that you do not need and hand it in again.",
        cells=d.get("cells", ""),
        limit=d.get("limit", limits.NOTEBOOK_CELLS),
    ),
    "bad_encoding": lambda d: _(
        "The file is not saved as UTF-8 text, as notebooks are. Open it in Jupyter, save it there and hand in that file."
    ),
    "not_json": _broken_json,
    "not_notebook": lambda d: _(
        "The file is not a Jupyter notebook. Hand in the .ipynb file itself, not a print or a copy of its text."
    ),
    "old_schema": lambda d: _(
        "The notebook is saved in a format that cannot be read here. Open it in a present version of Jupyter, save it and hand in that file."
    ),
    "no_grade_ids": lambda d: _(
        "None of the assignment’s tasks are in this notebook. Write your answers in the notebook that you download on this page, and hand in that one."
    ),
    "duplicate_ids": lambda d: _(
        "The task “%(task)s” is in the notebook more than once, most likely because a cell was copied. Delete the copy and hand it in again.",
        task=(d.get("grade_ids") or [""])[0],
    ),
    "other_assignment": _other_assignment,
    "unreadable": lambda d: _(
        "The notebook is damaged in a way that cannot be repaired here. Open it in Jupyter, save it and hand in that file."
    ),
}
