"""Keep the text of hidden tests out of what a trainee reads, whichever way it got into their outputs."""

from __future__ import annotations

import ast
from typing import Any

from app.grading.api import Flag
from app.grading.release import SourceCell
from app.grading.restore import Restored

SHORTEST = 6
CUT = "(cut: text of a hidden test)"


def secrets_of(source: SourceCell, visible: str) -> set[str]:
    """Lines and strings of a cell's hidden part that the trainee was not given elsewhere."""
    if not source.hidden:
        return set()
    given = {line.strip() for line in source.visible.splitlines()}
    found = {line.strip() for line in source.source.splitlines()} - given
    try:
        for node in ast.walk(ast.parse(source.source)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value.strip())
    except (SyntaxError, ValueError, RecursionError):
        pass
    return {text for text in found if len(text) >= SHORTEST and text not in visible and not text.startswith("###")}


def cut(restored: Restored) -> list[Flag]:
    """Cut hidden text from the outputs of the trainee's cells, and flag each cell where there was some."""
    cells = list(zip(restored.notebook.cells, restored.owner, strict=True))
    visible = "\n".join(
        source.visible if source is not None and source.locked else str(cell.source) for cell, source in cells
    )
    hidden: dict[str, str] = {}
    for _, source in cells:
        if source is not None:
            for text in secrets_of(source, visible):
                hidden.setdefault(text, source.name)
    flags: list[Flag] = []
    for cell, source in cells:
        if source is not None and source.hidden:
            continue
        for output in cell.get("outputs", []):
            for name in sorted({hidden[text] for text in hidden if _cut_in(output, text)}):
                message = f"An output showed text of the hidden tests of “{name}”; it was cut."
                if all(flag.message != message for flag in flags):
                    flags.append(Flag(name, "hidden_text", message, False))
    return flags


def _cut_in(value: Any, text: str) -> bool:
    """Replace the text wherever it stands in an output; True where it was found. Escaped forms count too."""
    found = False
    forms = {text, repr(text)[1:-1], text.replace('"', '\\"')}
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, str):
            changed = inner
            for form in forms:
                changed = changed.replace(form, CUT)
            if changed != inner:
                value[key] = changed
                found = True
        elif isinstance(inner, (dict, list)):
            found = _cut_in(inner, text) or found
    return found
