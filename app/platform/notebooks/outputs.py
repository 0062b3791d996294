"""Outputs of code cells as safe blocks: the richest form that can be shown, pictures as data, long texts folded."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from app.platform.notebooks.highlighting import terminal_text
from app.platform.notebooks.markdown import data_address, render_markdown
from app.platform.notebooks.mathematics import to_mathml
from app.platform.notebooks.sanitising import Effort, clean, is_blank, is_too_deep

SHOWN_LINES = 40
SHOWN_CHARACTERS = 8_000
LONGEST = 200_000
HTML_LONGEST = 1_000_000
PICTURES_BYTES = 24 * 2**20
PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")


@dataclass(frozen=True, slots=True)
class Output:
    """One output.

    ``kind``: text, error, table (any HTML), picture, markdown, mathematics, json, unknown (``name`` says of which type).
    ``html`` is what is seen at once, ``rest`` what is folded under it (``rest_lines`` lines); ``is_cut`` when even the
    fold does not hold all of it.
    """

    kind: str
    html: Markup
    name: str = ""
    rest: Markup = field(default_factory=Markup)
    rest_lines: int = 0
    is_cut: bool = False


@dataclass
class Budget:
    """What one page may still take: pictures (characters of base64), long HTML, and effort (see sanitising)."""

    left: int = PICTURES_BYTES
    html: int = 4 * HTML_LONGEST
    effort: Effort = field(default_factory=Effort)


def text_of(value: Any) -> str:
    """A text of a notebook, which may be stored as a list of lines."""
    if isinstance(value, list):
        return "".join(part if isinstance(part, str) else str(part) for part in value)
    return value if isinstance(value, str) else "" if value is None else str(value)


def render_outputs(outputs: Any, *, prefix: str, taken: set[str], budget: Budget) -> tuple[Output, ...]:
    """All outputs of a cell; streams that follow each other are joined."""
    rendered: list[Output] = []
    stream: tuple[str, list[str]] | None = None
    for output in outputs if isinstance(outputs, list) else []:
        if not isinstance(output, Mapping):
            continue
        kind = output.get("output_type")
        if kind == "stream":
            name = text_of(output.get("name")) or "stdout"
            if stream and stream[0] == name:
                stream[1].append(text_of(output.get("text")))
                continue
        if stream:
            rendered.append(_stream(stream))
            stream = None
        if kind == "stream":
            stream = (name, [text_of(output.get("text"))])
        elif kind == "error":
            rendered.append(_error(output))
        else:
            rendered += _data(output.get("data"), prefix, taken, budget)
    if stream:
        rendered.append(_stream(stream))
    return tuple(rendered)


def folded_text(text: str, kind: str = "text", name: str = "") -> Output:
    """Text as a terminal shows it; the end of a long one is folded."""
    is_cut = len(text) > LONGEST
    text = text[:LONGEST].rstrip("\n")
    lines = text.split("\n")
    if len(lines) <= SHOWN_LINES and len(text) <= SHOWN_CHARACTERS:
        return Output(kind, terminal_text(text), name, is_cut=is_cut)
    head, tail = "\n".join(lines[:SHOWN_LINES]), "\n".join(lines[SHOWN_LINES:])
    if len(head) > SHOWN_CHARACTERS:
        # Few but endless lines: cut by characters, though not inside a colour's escape.
        place = max(head.rfind("\x1b", SHOWN_CHARACTERS - 20, SHOWN_CHARACTERS), SHOWN_CHARACTERS - 20)
        head, tail = text[:place], text[place:]
    return Output(kind, terminal_text(head), name, terminal_text(tail), tail.count("\n") + 1, is_cut)


def _stream(stream: tuple[str, list[str]]) -> Output:
    return folded_text("".join(stream[1]), "text", stream[0])


def _error(output: Mapping[str, Any]) -> Output:
    trace = output.get("traceback")
    text = "\n".join(map(text_of, trace)) if isinstance(trace, list) else text_of(trace)
    line = f"{text_of(output.get('ename'))}: {text_of(output.get('evalue'))}".strip(": ")
    return folded_text(text or line, "error", text_of(output.get("ename")))


def _data(data: Any, prefix: str, taken: set[str], budget: Budget) -> list[Output]:
    if not isinstance(data, Mapping):
        return []
    for kind in ("text/html", "text/markdown", *PICTURES, "text/latex", "application/json", "text/plain"):
        if kind in data:
            output = _one(kind, data[kind], prefix, taken, budget)
            if output is not None:
                return [output]
    names = ", ".join(sorted(str(name)[:80] for name in data)[:5])
    return [Output("unknown", Markup(""), names)] if names else []


def _one(kind: str, value: Any, prefix: str, taken: set[str], budget: Budget) -> Output | None:
    """An output of one type, or None where nothing can be shown of it."""
    text = text_of(value)
    if kind == "text/html":
        if len(text) > HTML_LONGEST or len(text) > budget.html or is_too_deep(text):
            return None
        budget.html -= len(text)
        html = clean(text, prefix=prefix, taken=taken)
        return None if is_blank(html) else Output("table", html, kind)
    if kind == "text/markdown":
        html = render_markdown(text, prefix=prefix, taken=taken, effort=budget.effort).html
        return None if is_blank(html) else Output("markdown", html, kind)
    if kind in PICTURES:
        return _picture(kind, value, budget)
    if kind == "text/latex":
        return _latex(text)
    if kind == "application/json":
        return folded_text(json.dumps(value, indent=2, ensure_ascii=False)[:LONGEST], "json", kind)
    return folded_text(text, "text", kind) if text.strip() else None


def _picture(kind: str, value: Any, budget: Budget) -> Output | None:
    if kind == "image/svg+xml":
        import base64

        # Never inline: inside <img> no script of a drawing runs and nothing is loaded.
        value = base64.b64encode(text_of(value).encode("utf-8", "replace")).decode()
    address = data_address(kind, value)
    if address is None or len(address) > budget.left:
        return None
    budget.left -= len(address)
    return Output("picture", Markup('src="{}"').format(address), kind)


def _latex(text: str) -> Output:
    inner = re.fullmatch(r"\s*(\$\$?|\\\[|\\\()(.*?)(\$\$?|\\\]|\\\))\s*", text, re.DOTALL)
    return Output("mathematics", to_mathml((inner.group(2) if inner else text).strip(), True), "text/latex")
