"""Roster files: reading what people really have, and writing what reads back as the same; no database, no Flask."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.accounts import names
from app.platform import limits

# nbgrader's own names (https://nbgrader.readthedocs.io, "nbgrader db student import"), in its order but for "id".
COLUMNS = ("student_id", "first_name", "last_name", "email")

_ALIASES = {
    "student_id": """studentid id student studentnumber studentno userid username login opiskelijanumero opiskelijanro
        opiskelijaid opiskelijatunnus opnro oppijanumero tunnus käyttäjätunnus kayttajatunnus""",
    "first_name": "firstname first givenname given forename etunimi etunimet förnamn",
    "last_name": "lastname last surname familyname family sukunimi efternamn",
    "email": """email emailaddress mail sähköposti sähköpostiosoite sahkoposti sahkopostiosoite emailosoite
        epost epostadress""",
}
_FIELD_OF = {alias: field for field, aliases in _ALIASES.items() for alias in aliases.split()}
_DELIMITERS = ",;\t|"
# What spreadsheets take for a formula (OWASP, CSV Injection), perhaps behind apostrophes of ours.
_FORMULA = re.compile(r"'*[=+\-@]")
_ESCAPED = re.compile(r"'+[=+\-@]")


class RosterFault(Exception):
    """The file as a whole cannot be read. ``code`` is one of those in roster_words, ``values`` fill its sentence."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(f"{code} {values}")
        self.code = code
        self.values = values


@dataclass(frozen=True)
class RosterLine:
    """One person of a file. ``line`` is where it begins in the file, from 1; ``surplus`` tells of cells without a
    column. Texts are clean, but nothing is checked yet.
    """

    line: int
    student_id: str
    first_name: str
    last_name: str
    email: str
    surplus: bool = False


@dataclass(frozen=True)
class RosterTable:
    """A file as read: its lines, the heads of columns that mean nothing here, and how it was written."""

    lines: tuple[RosterLine, ...]
    ignored: tuple[str, ...] = ()
    encoding: str = "utf-8"
    delimiter: str = ","


def read(content: bytes) -> RosterTable:
    """Read a roster file.

    Takes UTF-8, UTF-16 and Latin-1 (as Windows writes it), commas, semicolons, tabs and bars, any kind of line end, a
    byte order mark, Excel's ``sep=`` line, and heads of columns in English, Finnish or Swedish in any case.

    Raises:
        RosterFault: the file cannot be read as a table, has no column of e-mails, one column twice, or too many lines.
    """
    if len(content) > limits.ROSTER_BYTES:
        raise RosterFault("too_large", limit=limits.ROSTER_BYTES // 2**20)
    text, encoding = _decode(content)
    given, skipped = _without_sep_line(text)
    delimiter = given[0] if given else ""
    body = text if not skipped else text.partition("\n")[2]
    rows = _rows(body, delimiter or _best_delimiter(body), skipped)
    head = next(rows, None)
    if head is None:
        raise RosterFault("empty")
    fields = _fields(head[1])
    lines = []
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        lines.append(_line(number, cells, fields))
        if len(lines) > limits.ROSTER_ROWS:
            raise RosterFault("too_many", limit=limits.ROSTER_ROWS)
    if not lines:
        raise RosterFault("no_lines")
    ignored = tuple(
        names.clean(name) for name, field in zip(head[1], fields, strict=True) if not field and name.strip()
    )
    return RosterTable(tuple(lines), ignored, encoding, delimiter or _best_delimiter(body))


def write(lines: Iterable[RosterLine]) -> bytes:
    """A roster file in UTF-8 with commas, as nbgrader reads it; cells that a spreadsheet would run as formulas get an
    apostrophe in front, which ``read`` takes away again.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow([_guard(getattr(line, column)) for column in COLUMNS])
    return buffer.getvalue().encode()


def _guard(cell: str) -> str:
    return "'" + cell if _FORMULA.match(cell) else cell


def _unguard(cell: str) -> str:
    return cell[1:] if _ESCAPED.match(cell) else cell


def _decode(content: bytes) -> tuple[str, str]:
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise RosterFault("workbook")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        found = "utf-16"
    elif b"\0" in content[:400]:
        # No text has zero bytes but UTF-16 written without its mark: in which half they stand tells the order.
        found = "utf-16-le" if content[1:400:2].count(0) >= content[0:400:2].count(0) else "utf-16-be"
    else:
        found = "utf-8-sig"
    try:
        text = content.decode(found)
    except UnicodeDecodeError:
        if found != "utf-8-sig":
            raise RosterFault("unreadable") from None
        found = "cp1252"
        # The five bytes that Windows leaves open are control signs in Latin-1, and cleaned away.
        text = content.decode(found, errors="ignore")
    if "\0" in text:
        raise RosterFault("unreadable")
    return text, found.removesuffix("-sig")


def _without_sep_line(text: str) -> tuple[str, int]:
    """Excel's first line ``sep=;``: the delimiter it names, and how many lines to skip."""
    found = re.match(r'"?sep=(.)"?\s*\r?\n', text, re.IGNORECASE)
    return (found[1], 1) if found else ("", 0)


def _best_delimiter(text: str) -> str:
    """The delimiter under which the first line names most columns."""
    first = next((line for line in io.StringIO(text, newline=None) if line.strip()), "")

    def known(delimiter: str) -> int:
        cells = next(csv.reader([first], delimiter=delimiter), [])
        return sum(1 for cell in cells if _normal(cell) in _FIELD_OF)

    return max(_DELIMITERS, key=lambda delimiter: (known(delimiter), first.count(delimiter)))


def _rows(text: str, delimiter: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line of the file they begin on; empty ones before the head are left out."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    begun = False
    while True:
        start = reader.line_num + 1 + skipped
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise RosterFault("quotes", line=start) from None
        begun = begun or any(cell.strip() for cell in cells)
        if begun:
            yield start, cells


def _normal(head: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", head).casefold() if sign.isalnum())


def _fields(head: list[str]) -> list[str]:
    """The field of each column, or nothing for those without meaning here."""
    fields: list[str] = []
    for cell in head:
        field = _FIELD_OF.get(_normal(cell), "")
        if field and field in fields:
            raise RosterFault("twice", first=names.clean(head[fields.index(field)]), second=names.clean(cell))
        fields.append(field)
    if "email" not in fields:
        raise RosterFault("no_email_column", found=", ".join(names.clean(cell) for cell in head if cell.strip())[:200])
    return fields


def _line(number: int, cells: list[str], fields: list[str]) -> RosterLine:
    values = dict.fromkeys(COLUMNS, "")
    for field, cell in zip(fields, cells, strict=False):
        if field:
            values[field] = names.clean(_unguard(cell.strip()))
    surplus = any(cell.strip() for cell in cells[len(fields) :])
    return RosterLine(number, surplus=surplus, **values)
