"""Code in colour: pygments with CSS classes (static/css/code.css), and the terminal colours of outputs."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

LONGEST = 60_000
SGR = re.compile(r"\x1b\[([0-9;]*)m")
OTHER_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]"
)
COLOURS = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")


@lru_cache(maxsize=32)
def _lexer(language: str) -> Any:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def highlight(source: str, language: str = "python") -> Markup:
    """Source as HTML with token classes, for inside ``<pre><code>``; plain where it is long or the language unknown."""
    lexer = _lexer(language.lower()[:40]) if language and len(source) <= LONGEST else None
    if lexer is None:
        return escape(source)
    from pygments import highlight as run
    from pygments.formatters import HtmlFormatter

    html = run(source, lexer, HtmlFormatter(nowrap=True))
    return Markup(html.removesuffix("\n"))  # noqa: S704 - pygments escapes


def highlight_lines(source: str, language: str = "python") -> list[Markup]:
    """The same, a list with one item a line, as components/cell.html wants it."""
    return [Markup(line) for line in highlight(source, language).split("\n")]  # noqa: S704


def terminal_text(text: str) -> Markup:
    """A program's output as HTML: the eight terminal colours and bold as classes, other escapes removed."""
    # A carriage return rewrites its line, as progress bars do; only the last writing is seen.
    text = "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in text.split("\n"))
    if "\x1b" not in text:
        return escape(OTHER_ESCAPES.sub("", text))
    parts: list[Markup] = []
    classes: tuple[str, ...] = ()
    position = 0
    for match in SGR.finditer(text):
        parts.append(_run(text[position : match.start()], classes))
        classes = _next_classes(classes, match.group(1))
        position = match.end()
    parts.append(_run(text[position:], classes))
    return Markup("").join(parts)


def _run(text: str, classes: tuple[str, ...]) -> Markup:
    shown = escape(OTHER_ESCAPES.sub("", text))
    return Markup('<span class="{}">{}</span>').format(" ".join(classes), shown) if classes and shown else shown


def _next_classes(classes: tuple[str, ...], codes: str) -> tuple[str, ...]:
    held = set(classes)
    numbers = [int(code) for code in codes.split(";") if code.isdigit()] or [0]
    if numbers[0] in (38, 48):
        return classes
    for number in numbers:
        if number == 0:
            held = set()
        elif number == 1:
            held.add("ansi-bold")
        elif number == 22:
            held.discard("ansi-bold")
        elif 30 <= number <= 37 or 90 <= number <= 97:
            held = {name for name in held if name == "ansi-bold"} | {f"ansi-{COLOURS[number % 10]}"}
        elif number == 39:
            held &= {"ansi-bold"}
    return tuple(sorted(held))
