"""Notebooks as safe HTML blocks: what lessons, results and the coach's grading page show of an .ipynb.

Everything in a notebook is hostile until it has been through here: no script, style, form, frame or outside image gets out.
"""

from __future__ import annotations

from app.platform.notebooks.cells import Cell, render_cells, title_of
from app.platform.notebooks.highlighting import highlight, highlight_lines
from app.platform.notebooks.markdown import Heading, render_markdown
from app.platform.notebooks.outputs import Output

__all__ = [
    "Cell",
    "Heading",
    "Output",
    "highlight",
    "highlight_lines",
    "render_cells",
    "render_markdown",
    "title_of",
]
