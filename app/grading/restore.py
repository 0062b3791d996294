"""Put a submission in order before it runs: as nbgrader does (faithful), or rebuilt from the release (hardened)."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

from app.grading.api import Flag, NotebookFault
from app.grading.notebook import load, mark_of
from app.grading.release import Release, SourceCell, first_line, upgrade
from app.grading.submission import id_of


@dataclass(slots=True)
class Restored:
    """A notebook ready to run; `owner` gives for each cell the release's cell behind it, or None for a trainee's own."""

    notebook: NotebookNode
    owner: list[SourceCell | None]
    flags: list[Flag] = field(default_factory=list)


def faithful(release: Release, submitted: bytes) -> Restored:
    """Restore with nbgrader's own sanitising preprocessors. Raises NotebookFault where nbgrader fails a submission."""
    from nbgrader import preprocessors
    from nbgrader.api import MissingEntry

    def find(name: str, *_: Any) -> SourceCell:
        if name not in release.cells:
            raise MissingEntry(name)
        return release.cells[name]

    class Overwrite(preprocessors.OverwriteCells):  # type: ignore[misc]
        """nbgrader's preprocessor on the release instead of a database."""

        def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
            """Run nbgrader's cell by cell work."""
            self.notebook_id = self.assignment_id = ""
            self.gradebook = SimpleNamespace(find_source_cell=find, find_graded_cell=find)
            for index, cell in enumerate(nb.cells):
                nb.cells[index], resources = self.preprocess_cell(cell, resources, index)
            return nb, resources

    notebook = upgrade(load(submitted))
    try:
        notebook, _ = preprocessors.ClearOutput().preprocess(notebook, {})
        notebook, _ = preprocessors.DeduplicateIds().preprocess(notebook, {})
        if release.kernelspec:
            notebook.metadata["kernelspec"] = nbformat.from_dict(release.kernelspec)
        notebook, _ = Overwrite().preprocess(notebook, {})
        notebook, _ = preprocessors.CheckCellMetadata().preprocess(notebook, {})
    except Exception as error:
        raise NotebookFault(
            "unreadable",
            f"nbgrader cannot grade this notebook: {first_line(error)}",
            {"error": repr(error)},
        ) from error
    owner = [release.cells.get(id_of(cell) or "") for cell in notebook.cells]
    return Restored(notebook, owner)


def hardened(release: Release, submitted: bytes) -> Restored:
    """Rebuild the submission on the release: only the text of the trainee's cells is taken from it.

    Locked cells are the release's; missing ones are put back in their place; of repeated ids the last counts, as with
    nbgrader; cells of the release stand in the release's order.
    """
    notebook = load(submitted)
    flags: list[Flag] = []
    names = _names(release, notebook.cells, flags)
    order = [name for name in names if name is not None]
    wanted = [name for name in release.cells if name in set(order)]
    if order != wanted:
        flags.append(
            _flag(
                None,
                "moved_cells",
                "Cells of the assignment were moved; they ran in their given order.",
            )
        )
    first: list[NotebookNode] = []
    after: dict[str, list[NotebookNode]] = {name: [] for name in release.cells}
    bodies: dict[str, NotebookNode] = {}
    last: str | None = None
    for cell, name in zip(notebook.cells, names, strict=True):
        if name is None:
            (after[last] if last else first).append(_own(cell))
        else:
            bodies[name] = cell
            last = name
    cells: list[NotebookNode] = list(first)
    owner: list[SourceCell | None] = [None] * len(first)
    for name, source in release.cells.items():
        body = bodies.get(name)
        if body is None and (source.grade or source.task or source.locked):
            flags.append(
                _flag(
                    name,
                    "missing_cell",
                    f"The cell “{name}” was deleted; it was put back for grading.",
                )
            )
        if body is not None and source.locked and body.source not in (source.visible, source.source):
            flags.append(
                _flag(
                    name,
                    "changed_cell",
                    f"The locked cell “{name}” was changed; the given one was run.",
                )
            )
        cells.append(_rebuilt(source, body))
        owner.append(source)
        cells.extend(after[name])
        owner.extend([None] * len(after[name]))
    result = nbformat.v4.new_notebook(cells=cells)
    if release.kernelspec:
        result.metadata["kernelspec"] = nbformat.from_dict(release.kernelspec)
    for number, cell in enumerate(result.cells):
        cell["id"] = f"cell-{number}"
    return Restored(result, owner, flags)


def _flag(name: str | None, code: str, message: str, certain: bool = False) -> Flag:
    return Flag(grade_id=name, code=code, message=message, certain=certain)


def _names(release: Release, cells: list[NotebookNode], flags: list[Flag]) -> list[str | None]:
    """For each submitted cell the release's cell it stands for: by grade id, else by place where an id was changed."""
    names: list[str | None] = [None] * len(cells)
    seen: set[str] = set()
    for index in range(len(cells) - 1, -1, -1):
        name = _loose_id(cells[index])
        if name not in release.cells:
            continue
        if name in seen:
            flags.append(
                _flag(
                    name,
                    "repeated_id",
                    f"The cell “{name}” is there more than once; the last one counts.",
                )
            )
        else:
            names[index] = name
            seen.add(name)
    listed = list(release.cells)
    for place, name in enumerate(listed):
        if name in seen or not release.cells[name].solution:
            continue
        before = next((n for n in reversed(listed[:place]) if n in seen), None)
        behind = next((n for n in listed[place + 1 :] if n in seen), None)
        start = names.index(before) + 1 if before else 0
        end = names.index(behind) if behind else len(cells)
        for index in range(start, max(start, end)):
            if names[index] is None and _loose_id(cells[index]) and mark_of(cells[index]).get("solution"):
                names[index] = name
                seen.add(name)
                flags.append(
                    _flag(
                        name,
                        "renamed_id",
                        f"The id of the cell “{name}” was changed; it was found by its place.",
                    )
                )
                break
    return names


def _loose_id(cell: NotebookNode) -> str:
    """The grade id of a cell whatever else its metadata says, so that dropped flags hide nothing."""
    name = mark_of(cell).get("grade_id")
    return name if isinstance(name, str) else ""


def _own(cell: NotebookNode) -> NotebookNode:
    """A trainee's own cell: its type and text and nothing more."""
    make: Any = {"code": nbformat.v4.new_code_cell, "raw": nbformat.v4.new_raw_cell}.get(
        cell.cell_type, nbformat.v4.new_markdown_cell
    )
    fresh: NotebookNode = make(source=str(cell.source))
    return fresh


def _rebuilt(source: SourceCell, body: NotebookNode | None) -> NotebookNode:
    """The release's cell, with the trainee's text where it is theirs to write."""
    text = source.source if source.locked or body is None else str(body.source)
    make: Any = nbformat.v4.new_code_cell if source.cell_type == "code" else nbformat.v4.new_markdown_cell
    cell: NotebookNode = make(source=text, metadata=nbformat.from_dict(source.metadata))
    mark = cell.metadata.nbgrader
    if source.checksum is not None:
        # nbgrader compares with the checksum of the whole cell, before hidden parts were cut.
        mark["checksum"] = source.checksum
    return cell
