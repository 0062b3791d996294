"""The one place that lets HTML out of a notebook: an allow-list by nh3, with ids prefixed and addresses checked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import nh3
from markupsafe import Markup, escape

LinkTo = Callable[[str], str | None]

TEXT_TAGS = frozenset(
    re.split(
        r"\s+",
        "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure h2 h3 h4 "
        "h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup table tbody td tfoot th "
        "thead time tr u ul var wbr",
    )
)
MATH_TAGS = frozenset(
    re.split(
        r"\s+",
        "math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle msub "
        "msubsup msup mtable mtd mtext mtr munder munderover none semantics",
    )
)
# Removed with what is inside: their content is no text for people.
DROPPED = {"script", "style", "template", "noscript", "iframe", "object", "svg", "title", "textarea", "select", "xmp"}
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"id", "title", "dir", "lang", "class"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "reversed"},
    "li": {"value"},
    "time": {"datetime"},
    "details": {"open"},
    "pre": {"tabindex"},
    "math": {"display"},
    "mo": {"stretchy", "fence", "separator", "form", "largeop", "movablelimits", "minsize", "maxsize"},
    "mi": {"mathvariant"},
    "mn": {"mathvariant"},
    "mtext": {"mathvariant"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mtable": {"columnalign", "rowspacing", "columnspacing", "columnlines", "rowlines", "displaystyle"},
    "mtd": {"columnalign", "columnspan", "rowspan"},
    "mspace": {"width", "height", "depth", "linebreak"},
    "mpadded": {"width", "height", "depth", "lspace", "voffset"},
    "mover": {"accent"},
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
    "mfrac": {"linethickness"},
    "menclose": {"notation"},
}
# Classes that our own renderer writes; others could dress hostile text as a part of the page.
OWN_CLASSES = {"to-right", "to-center"}
PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]*\Z")
SMALL_NUMBER = re.compile(r"\d{1,4}\Z")
FLUFF = re.compile(r"<[^>]*>|\s")


SIGNS = re.compile(r"[\[\]!*_~&<]")
TAGS = re.compile(r"<(/?)[A-Za-z]")
SIGNS_OF_ONE = 5000
DEEPEST = 1000


@dataclass
class Effort:
    """What one page may still spend on reading texts made to be slow: their time grows with the square of their signs."""

    signs: int = 100_000

    def allows(self, text: str) -> bool:
        """Whether a text can be read in reasonable time; what it takes is spent."""
        signs = len(SIGNS.findall(text))
        if signs > SIGNS_OF_ONE or signs > self.signs or is_too_deep(text):
            return False
        self.signs -= signs
        return True


def is_too_deep(html: str) -> bool:
    """Whether tags are nested deeper than any honest text, which would take a parser minutes."""
    depth = 0
    for match in TAGS.finditer(html):
        depth = max(depth + (-1 if match.group(1) else 1), 0)
        if depth > DEEPEST:
            return True
    return False


def no_links(_address: str) -> str | None:
    """The default for relative addresses: they lead nowhere outside their folder, so they are taken away."""
    return None


def clean(
    html: str,
    *,
    prefix: str = "",
    taken: set[str] | None = None,
    link: LinkTo = no_links,
    picture: LinkTo = no_links,
) -> Markup:
    """HTML that cannot run, load from elsewhere, post or collide.

    Args:
        html: anything at all; faulty nesting comes out repaired.
        prefix: put before every id and before ``#fragment`` links.
        taken: ids in use on the page (with prefix); ids found are added, and one that is taken is left out.
        link: gives the page's address for a relative one (``../x.ipynb#Part``), or None to take the link away.
        picture: gives a ``data:`` address for a relative picture, or None to take the picture away.
    """
    seen = set() if taken is None else taken
    if is_too_deep(html):
        return escape(html)
    text = nh3.clean(
        html,
        tags=set(TEXT_TAGS | MATH_TAGS),
        clean_content_tags=DROPPED,
        attributes=ATTRIBUTES,
        attribute_filter=partial(_attribute, prefix, seen, link, picture),
        # The filter above decides what stays; these only have to reach it.
        url_schemes={"http", "https", "mailto", "data", "attachment"},
        link_rel="noopener noreferrer",
    )
    return Markup(text)  # noqa: S704 - just cleaned


def is_blank(html: str) -> bool:
    """Whether nothing would be seen of cleaned HTML (as of an interactive plot whose script was removed)."""
    return "<img" not in html and not FLUFF.sub("", html)


def _attribute(
    prefix: str, seen: set[str], link: LinkTo, picture: LinkTo, tag: str, name: str, value: str
) -> str | None:
    if name == "id":
        return _own_id(prefix, seen, value)
    if name == "class":
        return value if value in OWN_CLASSES else None
    if name == "href":
        return _address(value, prefix, link)
    if name == "src":
        found = value if value.startswith("data:") else picture(value)
        return found if found and PICTURE.match(found) else None
    if name in ("width", "height", "colspan", "rowspan", "span", "start", "value") and not tag.startswith("m"):
        return value if SMALL_NUMBER.match(value) else None
    if name == "tabindex":
        return "0"
    return value[:500]


def _own_id(prefix: str, seen: set[str], value: str) -> str | None:
    name = prefix + re.sub(r"\s+", "-", value.strip()).removeprefix(prefix)
    if not value.strip() or name in seen:
        return None
    seen.add(name)
    return name


def _address(value: str, prefix: str, link: LinkTo) -> str | None:
    value = value.strip()
    if value.startswith("#"):
        return "#" + prefix + value[1:].removeprefix(prefix)
    if re.match(r"(?:https?://|mailto:)", value, re.IGNORECASE):
        return value
    # Whatever has another scheme, or could be read as having one, is no relative address.
    if re.match(r"[^/?#]*:", value) or value.startswith(("//", "\\", "/\\")):
        return None
    return link(value)
