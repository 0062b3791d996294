"""The notebook as a page to write in: its text and visible tests as they are, a field where an answer belongs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.assignments.models import Release
from app.assignments.queries.writing import Field
from app.assignments.services.drafts import base_of
from app.curriculum.lessons import resolvers
from app.curriculum.models import AssignmentNotebook
from app.curriculum.queries import version_with_modules
from app.curriculum.queries.files import folder_of
from app.platform.notebooks import Cell, render_cells


@dataclass(frozen=True, slots=True)
class Part:
    """A cell to read, or a field to write (then ``text`` is what stands in it and ``base`` what it begins from)."""

    cell: Cell | None = None
    field: Field | None = None
    text: str = ""
    base: str = ""

    @property
    def rows(self) -> int:
        """Height of the field in lines."""
        return max(5, min(24, self.text.count("\n") + 3))


@dataclass(frozen=True, slots=True)
class NotebookPage:
    """One notebook of the assignment."""

    name: str
    parts: list[Part] = field(default_factory=list)


def pages_of(
    release: Release, notebooks: Sequence[AssignmentNotebook], fields: Sequence[Field], sent: Mapping[int, str]
) -> list[NotebookPage]:
    """Each notebook's cells in order. ``sent`` are texts of a form that was refused, by task id: they are kept."""
    pages = []
    version = version_with_modules(release.assignment.version_id)
    assert version is not None
    link, picture = resolvers(version, folder_of(release.assignment))
    for book in notebooks:
        own = {each.grade_id: each for each in fields if each.notebook_id == book.id}
        student = next((each.student for each in own.values()), None)
        value = json.loads(student) if student else {}
        page = NotebookPage(book.name)
        for cell in render_cells(value, prefix=f"n{book.id}-", without_title=True, link=link, picture=picture):
            page.parts.append(_part(cell, own.get(cell.grade_id) if cell.grade_id else None, sent))
        pages.append(page)
    return pages


def _part(cell: Cell, field: Field | None, sent: Mapping[int, str]) -> Part:
    if field is None:
        return Part(cell=cell)
    return Part(field=field, text=sent.get(field.task_id, field.text), base=base_of(field.revision, field.text))
