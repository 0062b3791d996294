"""Markdown cells as HTML: CommonMark with tables, strikethrough and mathematics; attachments as pictures; headings to link to."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from markupsafe import Markup

from app.platform.notebooks.highlighting import highlight
from app.platform.notebooks.mathematics import to_mathml
from app.platform.notebooks.sanitising import Effort, LinkTo, clean, no_links

LONGEST = 200_000
PICTURE_BYTES = 6 * 2**20
PICTURE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that can be linked to; ``level`` 1 to 6 as written, ``id`` with its prefix."""

    level: int
    text: str
    id: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A markdown text as clean HTML, with its headings in order."""

    html: Markup
    headings: tuple[Heading, ...]


@lru_cache(maxsize=1)
def _parser() -> Any:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.amsmath import amsmath_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.dollarmath.index import math_inline_dollar

    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": 40}).enable(["table", "strikethrough"])
    parser.use(dollarmath_plugin, allow_space=True, allow_digits=False, double_inline=True, allow_labels=False)
    parser.use(amsmath_plugin)
    # Prices are no mathematics: no digit may stand before the opening or after the closing sign. At the very start of a
    # text the plugin would look at its last character instead, so there spaces tell the two apart.
    inside = math_inline_dollar(allow_space=True, allow_digits=False, allow_double=True)
    at_start = math_inline_dollar(allow_space=False, allow_digits=True, allow_double=True)
    parser.inline.ruler.at("math_inline", lambda state, silent: (inside if state.pos else at_start)(state, silent))
    return parser


def heading_slug(text: str) -> str:
    """The id that Jupyter gives a heading: spaces become hyphens."""
    return re.sub(r"\s+", "-", text.strip())[:200] or "part"


def render_markdown(
    source: str,
    *,
    prefix: str = "",
    attachments: Mapping[str, Any] | None = None,
    taken: set[str] | None = None,
    effort: Effort | None = None,
    link: LinkTo = no_links,
    picture: LinkTo = no_links,
    without_title: bool = False,
    down: int = 1,
) -> Rendered:
    """One markdown text as clean HTML.

    Args:
        prefix: put before ids.
        attachments: the cell's ``attachments``: name to {type: base64}.
        taken: ids in use on the page; new ones are added.
        effort: what may still be spent on the page; a text that asks for more is shown as it is.
        link, picture: see :func:`app.platform.notebooks.sanitising.clean`.
        without_title: leave out a level 1 heading with which the text begins (the page shows it as its own).
        down: by how many levels headings go down; none becomes an h1, which is the page's own.
    """
    taken = set() if taken is None else taken
    plain = Rendered(Markup('<pre tabindex="0">{}</pre>').format(source[:LONGEST]), ())
    if len(source) > LONGEST or not (effort or Effort()).allows(source):
        return plain
    try:
        tokens = _parser().parse(source)
    except RecursionError:
        return plain
    if without_title and tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        tokens = tokens[3:]
    headings = _number_headings(tokens, prefix, taken, down)
    # The pictures of mathematics and code are put in after cleaning; nobody can guess the marks they go to.
    key = secrets.token_hex(8)
    kept: list[Markup] = []
    _set_aside(tokens, key, kept)
    html = _parser().renderer.render(tokens, _parser().options, {})
    attached = _attached(attachments or {})

    def any_picture(address: str) -> str | None:
        if address.startswith("attachment:"):
            return attached.get(unquote(address.removeprefix("attachment:")))
        return picture(address)

    # The headings of this text will be met with their final ids.
    seen = taken - {heading.id for heading in headings}
    html = clean(html, prefix=prefix, taken=seen, link=link, picture=any_picture)
    taken |= seen
    # Quotes inside an attribute's value come out escaped, so only whole elements match.
    marks = re.compile(rf'<(time|div) (?:datetime|title)="{key}-(\d+)"></\1>')
    filled = marks.sub(lambda match: kept[int(match.group(2))], html)
    return Rendered(Markup(filled), headings)  # noqa: S704 - all parts are clean


def _number_headings(tokens: Sequence[Any], prefix: str, taken: set[str], down: int) -> tuple[Heading, ...]:
    found = []
    for position, token in enumerate(tokens):
        if token.type not in ("heading_open", "heading_close"):
            continue
        level = int(token.tag[1])
        token.tag = f"h{min(max(level + down, 2), 6)}"
        if token.type == "heading_close":
            continue
        text = plain_text(tokens[position + 1])
        name = base = prefix + heading_slug(text)
        number = 2
        while name in taken:
            name = f"{base}-{number}"
            number += 1
        taken.add(name)
        token.attrSet("id", name)
        found.append(Heading(level, text, name))
    return tuple(found)


def plain_text(inline: Any) -> str:
    """The words of an inline token, without marks."""
    parts = [
        child.content if child.type in ("text", "code_inline", "math_inline") else " " if "break" in child.type else ""
        for child in inline.children or []
    ]
    return re.sub(r"\s+", " ", "".join(parts)).strip()


def _set_aside(tokens: Sequence[Any], key: str, kept: list[Markup]) -> None:
    """Replace mathematics and code blocks by marks, and table alignment by classes."""
    for token in tokens:
        if token.children:
            _set_aside(token.children, key, kept)
        block: Markup | None = None
        if token.type in ("math_inline", "math_inline_double"):
            block = to_mathml(token.content, token.type == "math_inline_double")
        elif token.type in ("math_block", "math_block_label", "amsmath"):
            block = Markup('<div class="math-block" role="group" tabindex="0">{}</div>').format(
                to_mathml(token.content.strip(), True)
            )
        elif token.type in ("fence", "code_block"):
            language = (token.info or "").strip().split(" ")[0] if token.type == "fence" else ""
            block = Markup('<pre tabindex="0"><code class="code">{}</code></pre>').format(
                highlight(token.content.rstrip("\n"), language.strip("{}."))
            )
        if block is not None:
            inline = token.type.startswith("math_inline")
            mark = f"{key}-{len(kept)}"
            mark = f'<time datetime="{mark}"></time>' if inline else f'<div title="{mark}"></div>\n'
            token.type, token.tag, token.nesting, token.children = (
                "html_inline" if inline else "html_block",
                "",
                0,
                None,
            )
            token.content = mark
            kept.append(block)
        elif token.type in ("th_open", "td_open") and token.attrGet("style"):
            side = str(token.attrs.pop("style")).rpartition(":")[2]
            if side in ("right", "center"):
                token.attrSet("class", f"to-{side}")


def _attached(attachments: Mapping[str, Any]) -> dict[str, str]:
    """Data addresses of a cell's attachments by name; what is no picture or too large is left out."""
    found: dict[str, str] = {}
    if not isinstance(attachments, Mapping):
        return found
    for name, bundle in list(attachments.items())[:50]:
        for kind in PICTURE_TYPES:
            address = data_address(kind, bundle.get(kind) if isinstance(bundle, Mapping) else None)
            if address:
                found[str(name)] = address
                break
    return found


def data_address(kind: str, data: Any) -> str | None:
    """A ``data:`` address for base64 text (or a list of its parts); None when it is no base64 or too large."""
    text = "".join(map(str, data)) if isinstance(data, list) else data
    if not isinstance(text, str) or not text or len(text) > PICTURE_BYTES * 4 // 3:
        return None
    text = re.sub(r"\s+", "", text)
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return f"data:{kind};base64,{text}"
