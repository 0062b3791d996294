"""TeX mathematics as MathML made on the server; what cannot be read is shown as its source text."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from app.platform.notebooks.sanitising import clean

LONGEST = 4000


@lru_cache(maxsize=4096)
def to_mathml(tex: str, block: bool = False) -> Markup:
    """Clean MathML of one formula (without its dollar signs), or ``<code class="math-fault">`` with the source."""
    fault = Markup('<code class="math-fault">{}</code>').format(tex)
    if len(tex) > LONGEST or not tex.strip():
        return fault
    # Only here: the web process starts without it.
    from latex2mathml.converter import convert

    try:
        html = convert(tex, display="block" if block else "inline")
    except Exception:
        # The converter has an exception for each fault of its input, and plain IndexErrors and RecursionErrors besides.
        return fault
    cleaned = clean(html)
    return cleaned if cleaned.startswith("<math") else fault
