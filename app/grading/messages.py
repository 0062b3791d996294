"""Which message of a failed assertion stands in the part of a tests cell that trainees can see.

A cell often holds visible tests first and hidden ones after them. What a visible assertion says helps the trainee and
tells nothing new; what a hidden one says must not be told. Which of them failed is decided by the words of the message
alone, never by line numbers, which a trainee's code can forge.
"""

from __future__ import annotations

import ast
import re
from collections import Counter

LEAST_WORDS = 8


def is_visible(message: str, source: str, visible: str) -> bool:
    """Whether ``message`` is that of an assertion in ``visible`` and of none that ``source`` has besides."""
    shown = _templates(visible)
    hidden = _templates(source)
    hidden.subtract(shown)
    if any(count > 0 and _fits(template, message) for template, count in hidden.items()):
        return False
    return any(_is_telling(template) and _fits(template, message) for template in shown)


def _templates(source: str) -> Counter[tuple[str | None, ...]]:
    """The messages of all assertions, each a row of fixed texts and None for what is filled in; none if it is not Python."""
    found: Counter[tuple[str | None, ...]] = Counter()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return found
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) and node.msg is not None:
            found[_template(node.msg)] += 1
    return found


def _template(message: ast.expr) -> tuple[str | None, ...]:
    if isinstance(message, ast.Constant) and isinstance(message.value, str):
        return (message.value,)
    if isinstance(message, ast.JoinedStr):
        return tuple(
            part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else None
            for part in message.values
        )
    # A message that is computed may say anything.
    return (None,)


def _is_telling(template: tuple[str | None, ...]) -> bool:
    return sum(len(part.strip()) for part in template if part) >= LEAST_WORDS


def _fits(template: tuple[str | None, ...], message: str) -> bool:
    pattern = "".join(".*" if part is None else re.escape(part) for part in template)
    return re.fullmatch(pattern, message, re.DOTALL) is not None
