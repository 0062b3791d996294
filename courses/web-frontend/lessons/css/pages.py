"""Reads HTML with a real parser (html5lib) and says what a browser would make of it.

read(html)               the page as a tree: page.find("nav a"), page.all("li"), page.text("h1")
problems(html)           what is wrong with the HTML, in words
role(element), name(element)   what a screen reader would say about an element
"""

import html5lib
from bs4 import BeautifulSoup
from css_match import select
from html5lib.constants import E as MESSAGES

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
KNOWN = set(
    "a abbr address article aside audio b bdi bdo blockquote body button canvas caption cite code colgroup data datalist dd del "
    "details dfn dialog div dl dt em fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup html i iframe ins kbd "
    "label legend li main map mark menu meter nav noscript object ol optgroup option output p picture pre progress q rp rt ruby s samp "
    "script search section select slot small span strong style sub summary sup table tbody td template textarea tfoot th thead time "
    "title tr u ul var video svg path circle rect g".split()
) | VOID


class Tree:
    """A page that was read."""

    def __init__(self, html):
        self.soup = BeautifulSoup(html, "html5lib")

    def find(self, selector):
        """The first element for this CSS selector, or None."""
        found = select(self.soup, selector)
        return found[0] if found else None

    def all(self, selector):
        """All elements for this CSS selector."""
        return select(self.soup, selector)

    def text(self, selector):
        """The text of the first element, with single spaces; None if there is none."""
        element = self.find(selector)
        return None if element is None else plain(element)

    def texts(self, selector):
        """The texts of all elements."""
        return [plain(element) for element in self.all(selector)]


def read(html):
    """Read a page."""
    return Tree(html)


def plain(element):
    """The text of an element, with single spaces."""
    return " ".join(element.get_text().split())


def problems(html):
    """What is wrong with this HTML page? A list of texts, empty if nothing was found."""
    parser = html5lib.HTMLParser()
    parser.parse(html)
    found = []
    for (line, _), code, values in parser.errors:
        try:
            text = MESSAGES[code] % values
        except (KeyError, TypeError):
            text = code
        found.append(f"line {line}: {text}")
    page = read(html)
    if page.find("html") is None or not page.find("html").get("lang"):
        found.append("the html element has no lang attribute, so nobody knows the language of the page")
    if not page.text("title"):
        found.append("the page has no title")
    seen = set()
    for element in page.all("[id]"):
        if element["id"] in seen:
            found.append(f'the id "{element["id"]}" is there twice')
        seen.add(element["id"])
    for element in page.soup.find_all(True):
        if element.name not in KNOWN and "-" not in element.name:
            found.append(f"there is no HTML element <{element.name}>")
    for image in page.all("img:not([alt])"):
        found.append(f"an image ({image.get('src', 'without src')}) has no alt attribute")
    for inner in page.all("a a, a button, button a, button button, label label"):
        found.append(f"<{inner.name}> lies inside of another link, button or label")
    for item in page.all("li"):
        if item.parent.name not in ("ul", "ol", "menu"):
            found.append("an <li> is not in a <ul> or <ol>")
    for items in page.all("ul, ol"):
        for child in items.find_all(True, recursive=False):
            if child.name not in ("li", "script", "template"):
                found.append(f"in a <{items.name}> there may be only <li>, but there is <{child.name}>")
    return found


ROLES = {
    "a": "link", "article": "article", "aside": "complementary", "button": "button", "fieldset": "group", "footer": "contentinfo",
    "form": "form", "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading", "h6": "heading",
    "header": "banner", "img": "image", "li": "listitem", "main": "main", "nav": "navigation", "ol": "list", "ul": "list",
    "option": "option", "output": "status", "section": "region", "select": "combobox", "summary": "button", "table": "table",
    "td": "cell", "textarea": "textbox", "tr": "row", "dialog": "dialog", "progress": "progressbar",
}


def role(element):
    """What kind of thing is this for a screen reader? An empty text for elements without a meaning of their own."""
    if element.get("role"):
        return element["role"]
    if element.name == "input":
        kinds = {"checkbox": "checkbox", "radio": "radio", "submit": "button", "button": "button", "range": "slider", "number": "spinbutton", "search": "searchbox"}
        return "" if element.get("type") == "hidden" else kinds.get(element.get("type", "text"), "textbox")
    if element.name == "a" and not element.get("href"):
        return ""
    if element.name == "th":
        return "rowheader" if element.get("scope") == "row" else "columnheader"
    if element.name == "img" and element.get("alt") == "":
        return ""
    return ROLES.get(element.name, "")


def hidden(element):
    """Is this element hidden from everybody, or from screen readers?"""
    return any(one.has_attr("hidden") or one.get("aria-hidden") == "true" for one in [element, *element.parents] if hasattr(one, "has_attr") and one.name != "[document]")


def _content(element):
    pieces = []
    for child in element.children:
        if isinstance(child, str):
            if type(child).__name__ != "Comment":
                pieces.append(str(child))
        elif child.has_attr("hidden") or child.get("aria-hidden") == "true":
            continue
        elif child.get("aria-label"):
            pieces.append(child["aria-label"])
        elif child.name == "img":
            pieces.append(child.get("alt", ""))
        else:
            pieces.append(_content(child))
    return " ".join(" ".join(pieces).split())


def name(element):
    """What a screen reader says about this element (its accessible name); an empty text if it has none."""
    root = list(element.parents)[-1]
    if element.get("aria-labelledby"):
        parts = [root.find(id=one) for one in element["aria-labelledby"].split()]
        return " ".join(_content(part) for part in parts if part is not None)
    if element.get("aria-label", "").strip():
        return element["aria-label"].strip()
    if element.name in ("input", "select", "textarea", "progress"):
        if element.get("type") in ("submit", "button", "reset"):
            return element.get("value", "")
        labels = [label for label in root.find_all("label") if (label.get("for") and label.get("for") == element.get("id")) or element in label.find_all(True)]
        return " ".join(_content(label) for label in labels) or element.get("title", "")
    if element.name == "img":
        return element.get("alt", "") or element.get("title", "")
    if element.name == "fieldset":
        legend = element.find("legend", recursive=False)
        return _content(legend) if legend else ""
    if element.name == "table":
        caption = element.find("caption", recursive=False)
        return _content(caption) if caption else ""
    if role(element) in ("link", "button", "heading", "option", "cell", "columnheader", "rowheader", "listitem", "tab", "menuitem"):
        return _content(element) or element.get("title", "")
    return element.get("title", "")


def tab_order(html):
    """The elements that the Tab key reaches, in order."""
    page = read(html)
    found = []
    for element in page.soup.find_all(True):
        index = element.get("tabindex")
        natural = (element.name in ("button", "select", "textarea", "summary") or (element.name == "input" and element.get("type") != "hidden") or (element.name == "a" and element.get("href"))) and not element.has_attr("disabled")
        if any(one.has_attr("hidden") for one in [element, *element.parents] if hasattr(one, "has_attr") and one.name != "[document]"):
            continue
        if index is not None and index.lstrip("-").isdigit():
            if int(index) >= 0:
                found.append((int(index), element))
        elif natural:
            found.append((0, element))
    first = sorted((pair for pair in found if pair[0] > 0), key=lambda pair: pair[0])
    return [element for _, element in first] + [element for index, element in found if index == 0]
