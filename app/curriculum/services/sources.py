"""Source notebooks as they come: old formats upgraded as nbgrader does, released versions recognised, faults in words."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.platform.i18n import gettext as _
from app.platform.notebooks.cells import nbgrader_facts, raw_cells
from app.platform.notebooks.outputs import text_of

NEWEST_SCHEMA = 3
STUB = re.compile(r"^([ \t]*)# YOUR CODE HERE\n\1raise NotImplementedError(?:\(\))?[ \t]*$", re.MULTILINE)
REGIONS = ("BEGIN SOLUTION", "BEGIN HIDDEN TESTS", "BEGIN MARK SCHEME")


class SourceFault(Exception):
    """A notebook that cannot be taken; ``message`` is for people."""

    def __init__(self, message: Any) -> None:
        super().__init__(str(message))
        self.message = str(message)


@dataclass(frozen=True, slots=True)
class Source:
    """A notebook of a course, ready to be kept: its bytes, its value, and in words what was done to it ("" for nothing)."""

    content: bytes
    notebook: Mapping[str, Any]
    upgraded: str = ""
    is_released: bool = False


def parse(content: bytes) -> dict[str, Any]:
    """The JSON value of a notebook.

    Raises:
        SourceFault: it is no notebook.
    """
    try:
        value = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SourceFault(_("It is not written in UTF-8.")) from None
    except (ValueError, RecursionError):
        raise SourceFault(_("It is no notebook: the file is not valid JSON.")) from None
    if not isinstance(value, dict) or not (isinstance(value.get("cells"), list) or "worksheets" in value):
        raise SourceFault(_("It is JSON but no notebook: it has no cells."))
    return value


def is_graded(notebook: Mapping[str, Any]) -> bool:
    """Whether nbgrader knows a cell of the notebook as one to solve or to score."""
    return any(
        facts[1] in ("tests", "answer", "task", "solution") for facts in map(nbgrader_facts, raw_cells(notebook))
    )


def read_source(content: bytes) -> Source:
    """A source notebook in the form that this program and the present nbgrader work on.

    What is in that form already is kept byte for byte.

    Raises:
        SourceFault: it cannot be read or is damaged, newer than we know, or would run code when it is prepared.
    """
    value = parse(content)
    _refuse_autotests(value)
    old = _oldest_schema(value)
    source = Source(content, value) if value.get("nbformat", 0) == 4 and old is None else _upgraded(value, old)
    _validate(source.notebook)
    if _is_released(source.notebook):
        return _with_marks(source)
    return source


def _oldest_schema(value: Mapping[str, Any]) -> int | None:
    """The oldest nbgrader schema in use below the newest, or None.

    Raises:
        SourceFault: a newer one is in use.
    """
    oldest: int | None = None
    for cell in raw_cells(value):
        metadata = cell.get("metadata")
        facts = metadata.get("nbgrader") if isinstance(metadata, Mapping) else None
        if not isinstance(facts, Mapping):
            continue
        version = facts.get("schema_version", 0)
        if not isinstance(version, int) or version > NEWEST_SCHEMA:
            raise SourceFault(
                _(
                    "It was made by a newer nbgrader (schema %(version)s) than this site knows.",
                    version=str(version)[:20],
                )
            )
        if version < NEWEST_SCHEMA:
            oldest = version if oldest is None else min(oldest, version)
    return oldest


def _refuse_autotests(value: Mapping[str, Any]) -> None:
    """nbgrader runs the notebook's own code to make tests of these; nothing brought in may run outside the sandbox."""
    for cell in raw_cells(value):
        if cell.get("cell_type") == "code" and "AUTOTEST" in text_of(cell.get("source", cell.get("input"))):
            raise SourceFault(
                _(
                    "It uses nbgrader's AUTOTEST, which runs code while the notebook is prepared. Let nbgrader write the "
                    "tests (generate_assignment --source-with-tests) and bring in the result."
                )
            )


def _validate(notebook: Mapping[str, Any]) -> None:
    """Let nbgrader say what is wrong with its cells, such as a grade id that stands twice."""
    if not any("nbgrader" in cell.get("metadata", {}) for cell in raw_cells(notebook)):
        return
    import nbformat
    from nbgrader.nbgraderformat import MetadataValidator

    try:
        MetadataValidator().validate_nb(nbformat.from_dict(notebook))
    except Exception as error:
        raise SourceFault(_("nbgrader finds a fault: %(error)s", error=_first_line(error))) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _upgraded(value: dict[str, Any], old: int | None) -> Source:
    import nbformat
    from nbgrader.nbgraderformat import MetadataValidator

    words = []
    if value.get("nbformat", 0) != 4:
        words.append(_("notebook format %(version)s to 4", version=str(value.get("nbformat", "?"))[:8]))
    if old is not None:
        words.append(_("nbgrader's schema %(version)d to 3", version=old))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = nbformat.convert(nbformat.reads(json.dumps(value), as_version=nbformat.NO_CONVERT), 4)
            for number, cell in enumerate(notebook.cells):
                cell.setdefault("metadata", nbformat.NotebookNode())
                facts = cell.metadata.get("nbgrader")
                if facts is not None and not (isinstance(facts, dict) and facts):
                    del cell.metadata["nbgrader"]
                if notebook.nbformat_minor >= 5:
                    # Converting gives random cell ids; the same file must give the same bytes each time.
                    cell["id"] = f"cell-{number}"
            notebook = MetadataValidator().upgrade_notebook_metadata(notebook)
            text = nbformat.writes(notebook)
    except Exception as error:
        raise SourceFault(_("nbgrader cannot upgrade it: %(error)s", error=_first_line(error))) from error
    return Source((text.rstrip("\n") + "\n").encode(), json.loads(text), ", ".join(map(str, words)))


def _is_released(notebook: Mapping[str, Any]) -> bool:
    """Whether this is a student version: nbgrader wrote checksums, and no region of a source is left."""
    found = False
    for cell in raw_cells(notebook):
        if any(region in text_of(cell.get("source")) for region in REGIONS):
            return False
        grade_id, role, _points = nbgrader_facts(cell)
        found = found or bool(grade_id and role != "readonly" and "checksum" in cell["metadata"]["nbgrader"])
    return found


def _with_marks(source: Source) -> Source:
    """Put solution marks around nbgrader's stubs of a released notebook.

    Preparing it again would otherwise wipe the whole cell, with the ``def`` line above the stub.
    """
    notebook = json.loads(json.dumps(source.notebook))
    for cell in notebook["cells"]:
        if nbgrader_facts(cell)[1] in ("solution", "answer"):
            text = text_of(cell.get("source"))
            marked = STUB.sub(
                lambda match: f"{match[1]}### BEGIN SOLUTION\n{match[0]}\n{match[1]}### END SOLUTION", text
            )
            cell["source"] = marked.splitlines(keepends=True)
    text = json.dumps(notebook, ensure_ascii=False, indent=1)
    words = ", ".join(filter(None, (source.upgraded, str(_("solution marks put around its stubs")))))
    return Source((text + "\n").encode(), notebook, words, is_released=True)
