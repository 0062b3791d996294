"""Works out which CSS rule wins, as a browser does: reads the CSS with tinycss2 and the HTML with html5lib.

computed(html, css, selector)   the declarations that win for the first such element, as a dictionary
rules(css)                      all rules: (selector, {property: value}, the @media condition or "")
contrast(one, other)            the contrast of two colours, from 1 to 21 (WCAG)

It knows: specificity, order, !important, inheritance, custom properties with var(), style attributes, and @media with
min-width, max-width, prefers-color-scheme and prefers-reduced-motion. Short forms (margin, padding, border, flex, gap …)
are kept as they are written.
"""

import re

import tinycss2
import tinycss2.color4
from css_match import fits
from cssselect.parser import SelectorError, parse
from pages import read

INHERITED = {
    "color", "cursor", "font", "font-family", "font-size", "font-style", "font-weight", "letter-spacing", "line-height",
    "list-style", "list-style-type", "text-align", "text-transform", "visibility", "white-space", "word-spacing", "overflow-wrap",
}


def _text(tokens):
    return " ".join(tinycss2.serialize(tokens).split())


def problems_in_css(css):
    """What the parser could not read, in words."""
    found = []

    def walk(nodes):
        for node in nodes:
            if node.type == "error":
                found.append(f"line {node.source_line}: {node.message}")
            elif node.type == "qualified-rule":
                for inner in tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True):
                    if inner.type == "error":
                        found.append(f"line {inner.source_line}: {inner.message}")
            elif node.type == "at-rule" and node.content is not None and node.lower_at_keyword in ("media", "supports", "layer"):
                walk(tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True))

    walk(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True))
    return found


def _walk(nodes, media=""):
    for node in nodes:
        if node.type == "qualified-rule":
            declarations = []
            for inner in tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True):
                if inner.type == "declaration":
                    key = inner.name if inner.name.startswith("--") else inner.lower_name
                    declarations.append((key, _text(inner.value), inner.important))
            for selector in _split(node.prelude):
                yield selector, declarations, media
        elif node.type == "at-rule" and node.lower_at_keyword == "media" and node.content is not None:
            condition = _text(node.prelude)
            inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            yield from _walk(inner, f"{media} and {condition}" if media else condition)


def _split(prelude):
    part = []
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            yield _text(part)
            part = []
        else:
            part.append(token)
    yield _text(part)


def _all_rules(css):
    return list(_walk(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)))


def rules(css):
    """All rules, one for each selector: (selector, {property: value}, media condition)."""
    return [(selector, {key: value for key, value, _ in declarations}, media) for selector, declarations, media in _all_rules(css)]


def specificity(selector):
    """How strong is a selector? (ids, classes, elements); compare them from left to right."""
    return max(choice.specificity() for choice in parse(selector))


def _length(text):
    match = re.fullmatch(r"([\d.]+)(px|em|rem)", text.strip())
    return float(match[1]) * (1 if match[2] == "px" else 16) if match else None


def media_matches(condition, width=1280, dark=False, still=False):
    """Does a @media condition hold for a screen of this width (in px), in dark mode, with reduced motion?"""
    if not condition:
        return True
    for part in condition.split(","):
        good = True
        for piece in re.split(r"\s+and\s+", part.strip()):
            piece = piece.strip().lower()
            if piece in ("screen", "all"):
                continue
            inner = piece.strip("()").replace(" ", "")
            key, _, value = inner.partition(":")
            size = _length(value) if value else None
            compare = re.fullmatch(r"width(>=|<=|>|<)([\d.]+(?:px|em|rem))", inner)
            if compare:
                limit = _length(compare[2])
                good &= {">=": width >= limit, "<=": width <= limit, ">": width > limit, "<": width < limit}[compare[1]]
            elif key == "min-width" and size is not None:
                good &= width >= size
            elif key == "max-width" and size is not None:
                good &= width <= size
            elif key == "prefers-color-scheme":
                good &= value == ("dark" if dark else "light")
            elif key == "prefers-reduced-motion":
                good &= value == ("reduce" if still else "no-preference")
            else:
                good = False
        if good:
            return True
    return False


def _own(page, element, all_rules, width, dark, still):
    winners = {}
    order = 0
    for selector, declarations, media in all_rules:
        order += 1
        if not media_matches(media, width, dark, still):
            continue
        try:
            found = any(fits(element, choice) for choice in parse(selector))
        except SelectorError:
            continue  # a selector that nobody knows: a browser ignores the rule
        if found:
            for key, value, important in declarations:
                rank = (important, 0, specificity(selector), order)
                if key not in winners or rank >= winners[key][0]:
                    winners[key] = (rank, value)
    for inner in tinycss2.parse_blocks_contents(element.get("style", ""), skip_comments=True, skip_whitespace=True):
        if inner.type == "declaration":
            rank = (inner.important, 1, (0, 0, 0), 0)
            if inner.lower_name not in winners or rank >= winners[inner.lower_name][0]:
                winners[inner.lower_name] = (rank, _text(inner.value))
    return {key: value for key, (_, value) in winners.items()}


def computed(html, css, selector, width=1280, dark=False, still=False):
    """The winning declarations for the first element of this selector, with inherited ones. {} if there is none."""
    page = read(html)
    element = page.find(selector)
    if element is None:
        return {}
    all_rules = _all_rules(css)
    result = {}
    for one in [*reversed([parent for parent in element.parents if parent.name != "[document]"]), element]:
        kept = {key: value for key, value in result.items() if key in INHERITED or key.startswith("--")}
        result = {**kept, **_own(page, one, all_rules, width, dark, still)}
        for key, value in list(result.items()):
            if value == "inherit":
                result[key] = kept.get(key, "initial")
    return {key: value if key.startswith("--") else _fill(value, result) for key, value in result.items()}


def _fill(value, names, depth=0):
    if depth > 10 or "var(" not in value:
        return value
    out = []
    for token in tinycss2.parse_component_value_list(value):
        if token.type == "function" and token.lower_name == "var":
            name, _, fallback = tinycss2.serialize(token.arguments).partition(",")
            out.append(_fill(names.get(name.strip(), fallback.strip()), names, depth + 1))
        else:
            out.append(token.serialize())
    return " ".join("".join(out).split())


def _luminance(colour):
    parsed = tinycss2.color4.parse_color(colour)
    if parsed is None or parsed == "currentcolor":
        raise ValueError(f"{colour!r} is no colour that CSS knows")
    red, green, blue = parsed.to("srgb").coordinates
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    """The contrast of two colours: 1 (the same) to 21 (black and white)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
