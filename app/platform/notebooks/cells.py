"""A notebook's cells as blocks for pages: source and outputs as safe HTML, with what nbgrader says of each cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from app.platform.notebooks.highlighting import highlight
from app.platform.notebooks.markdown import Heading, render_markdown
from app.platform.notebooks.outputs import Budget, Output, render_outputs, text_of
from app.platform.notebooks.sanitising import LinkTo, no_links


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    ``kind`` is markdown, code or raw. ``role`` by nbgrader's flags: tests, answer (hand-graded), task, solution (the
    trainee writes, no points of its own), readonly, or "" for a plain cell. ``html`` is the rendered source (for code
    what stands inside ``<pre><code>``), ``source`` the text as it is. ``id`` is the cell's anchor on the page.
    """

    index: int
    kind: str
    id: str
    source: str
    html: Markup
    outputs: tuple[Output, ...] = ()
    headings: tuple[Heading, ...] = ()
    grade_id: str = ""
    role: str = ""
    points: float = 0
    language: str = ""
    execution_count: int | None = None


def render_cells(
    notebook: Mapping[str, Any],
    *,
    prefix: str,
    link: LinkTo = no_links,
    picture: LinkTo = no_links,
    without_title: bool = False,
) -> list[Cell]:
    """All cells of a notebook as safe blocks.

    Args:
        notebook: nbformat's dict (versions 3 and 4; what is no notebook gives no cells).
        prefix: put before every id, so that several notebooks can stand on one page.
        link, picture: what relative addresses lead to; see :func:`app.platform.notebooks.sanitising.clean`.
        without_title: leave out the title with which the first cell begins, and let its parts be the page's: ``##`` is h2.
    """
    language = language_of(notebook)
    taken: set[str] = set()
    budget = Budget()
    cells = []
    for index, cell in enumerate(raw_cells(notebook)):
        source = text_of(cell.get("source", cell.get("input")))
        kind = cell.get("cell_type")
        kind = kind if kind in ("markdown", "code") else "markdown" if kind in ("heading", "html") else "raw"
        grade_id, role, points = nbgrader_facts(cell)
        headings: tuple[Heading, ...] = ()
        outputs: tuple[Output, ...] = ()
        if kind == "markdown":
            rendered = render_markdown(
                source,
                prefix=prefix,
                attachments=cell.get("attachments"),
                taken=taken,
                effort=budget.effort,
                link=link,
                picture=picture,
                without_title=without_title and index == 0,
                down=0 if without_title else 1,
            )
            html, headings = rendered.html, rendered.headings
        elif kind == "code":
            html = highlight(source, language)
            outputs = render_outputs(cell.get("outputs"), prefix=prefix, taken=taken, budget=budget)
        else:
            html = Markup("{}").format(source)
        count = cell.get("execution_count")
        cells.append(
            Cell(
                index=index,
                kind=kind,
                id=f"{prefix}cell-{index}",
                source=source,
                html=html,
                outputs=outputs,
                headings=headings,
                grade_id=grade_id,
                role=role,
                points=points,
                language=language if kind == "code" else "",
                execution_count=count if isinstance(count, int) else None,
            )
        )
        taken.add(f"{prefix}cell-{index}")
    return cells


def raw_cells(notebook: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The cells of a notebook of format 4, or of 3 with its worksheets."""
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        sheets = notebook.get("worksheets")
        found = (
            [sheet.get("cells") for sheet in sheets if isinstance(sheet, Mapping)] if isinstance(sheets, list) else []
        )
        cells = [cell for part in found if isinstance(part, list) for cell in part]
    return [cell for cell in cells if isinstance(cell, Mapping)]


def language_of(notebook: Mapping[str, Any]) -> str:
    """The language of the code cells, as pygments names it; Python where nothing is said."""
    metadata = notebook.get("metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    for part, name in (("language_info", "name"), ("kernelspec", "language")):
        held = metadata.get(part)
        if isinstance(held, Mapping) and isinstance(held.get(name), str) and held[name]:
            return str(held[name])
    return "python"


def nbgrader_facts(cell: Mapping[str, Any]) -> tuple[str, str, float]:
    """Grade id, role and points of a cell; ("", "", 0) for one that nbgrader does not know."""
    metadata = cell.get("metadata")
    facts = metadata.get("nbgrader") if isinstance(metadata, Mapping) else None
    if not isinstance(facts, Mapping) or not isinstance(facts.get("grade_id"), str):
        return "", "", 0.0
    grade, solution, task = (bool(facts.get(name)) for name in ("grade", "solution", "task"))
    role = "task" if task else "answer" if grade and solution else "tests" if grade else ""
    role = role or ("solution" if solution else "readonly" if facts.get("locked") else "")
    points = facts.get("points")
    return facts["grade_id"], role, float(points) if isinstance(points, int | float) and role != "solution" else 0.0


def title_of(notebook: Mapping[str, Any], default: str = "") -> str:
    """The words of the first heading, of whatever level; ``default`` where there is none."""
    for cell in raw_cells(notebook)[:20]:
        if cell.get("cell_type") == "markdown":
            headings = render_markdown(text_of(cell.get("source"))).headings
            if headings and headings[0].text:
                return headings[0].text[:200]
    return default
