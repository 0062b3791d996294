"""The executed notebook as a trainee and a coach may see it: hidden tests and what they printed are cut."""

from __future__ import annotations

from nbformat.notebooknode import NotebookNode

from app.grading.restore import Restored


def for_pages(restored: Restored) -> NotebookNode:
    """The notebook with outputs of the trainee's own cells; of cells with hidden tests only the visible text."""
    notebook = restored.notebook
    for cell, source in zip(notebook.cells, restored.owner, strict=True):
        if source is not None and source.hidden:
            cell.source = source.visible
            if cell.cell_type == "code":
                cell.outputs = []
    return notebook
