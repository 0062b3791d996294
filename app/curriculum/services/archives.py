"""Courses in a zip archive: names, links, sizes and counts are checked before anything is kept; nothing is ever unpacked to disk."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib

from app.curriculum.services.gathering import COURSE_FILES, FILE_BYTES, Gathered
from app.curriculum.services.report import ImportRefused
from app.curriculum.states import Outcome
from app.platform.i18n import gettext as _

# Folders have entries of their own, and tools leave many.
MOST_ENTRIES = COURSE_FILES * 4
UTF8 = 0x800


def from_zip(content: bytes) -> Gathered:
    """The files of a zip archive.

    Raises:
        ImportRefused: it is no zip archive, is damaged, or holds more than a course may.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise ImportRefused(_("It is no zip archive, or a damaged one."), field="archive") from None
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise ImportRefused(
            _("It has %(count)d entries, more than a course may have.", count=len(entries)), field="archive"
        )
    gathered = Gathered()
    for entry in entries:
        if entry.is_dir():
            continue
        name = _name(entry)
        mode = entry.external_attr >> 16
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            gathered.report.add(name[:300], Outcome.REFUSED, _("It is a link or no ordinary file."))
            continue
        path = gathered.wants(name, entry.file_size)
        if path is None:
            continue
        gathered.keep(path, _read(archive, entry, path, gathered))
    return gathered


def _name(entry: zipfile.ZipInfo) -> str:
    """The name of an entry; some tools write UTF-8 without saying so, and it is read as the old DOS letters."""
    if entry.flag_bits & UTF8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: str, gathered: Gathered) -> bytes:
    """The content of an entry; never more than it says it has, whatever its stream holds."""
    if entry.flag_bits & 1:
        raise ImportRefused(_("The archive is protected by a password."), gathered.report, field="archive")
    try:
        with archive.open(entry) as stream:
            content = stream.read(min(entry.file_size, FILE_BYTES) + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
        raise ImportRefused(
            _("The archive is damaged at %(path)s.", path=path), gathered.report, field="archive"
        ) from None
    if len(content) != entry.file_size:
        raise ImportRefused(
            _("The archive is damaged at %(path)s: its size is not what it says.", path=path),
            gathered.report,
            field="archive",
        )
    return content
