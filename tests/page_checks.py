"""A test client that checks every page it opens: valid HTML, a title, one h1, labels, no inline script or style, the CSP."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from html5lib.constants import E as MESSAGES
from sqlalchemy import inspect

from app.platform.database import db

NS = "{http://www.w3.org/1999/xhtml}"
# html5lib follows an older list of entities of the standard; these are no faults today.
TOLERATED = {"unexpected-start-tag-implies-end-tag"}


class CheckedClient(FlaskClient):
    """Fails the test at the page that breaks a rule, whichever test opened it."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        # As in production, a request has a context and a database session of its own: what the test has loaded must not
        # hide what the page forgets to load, and who signed in before must not be remembered.
        db.session.commit()
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        for row in db.session:
            db.session.expire(row, [attribute.key for attribute in inspect(row).mapper.column_attrs])
        if response.mimetype == "text/html" and response.status_code not in (301, 302, 303, 307, 308):
            check(response.get_data(as_text=True), response.request.path, response.headers)
        return response


def check(html: str, where: str, headers: Any) -> None:
    """Raise AssertionError with all faults of a page (or of a fragment, which has no doctype)."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=True)
    is_page = html.lstrip().lower().startswith("<!doctype")
    tree = parser.parse(html) if is_page else parser.parseFragment(html)
    faults = [
        f"{MESSAGES.get(code, code) % values} at {position}"
        for position, code, values in parser.errors
        if code not in TOLERATED
    ]
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    faults += duplicate_ids(elements) + unlabelled(elements) + inline(elements)
    if is_page:
        titles = [element for element in elements if element.tag == f"{NS}title"]
        if not titles or not (titles[0].text or "").strip():
            faults.append("no title")
        headings = [element for element in elements if element.tag == f"{NS}h1"]
        if len(headings) != 1:
            faults.append(f"{len(headings)} h1 elements")
        policy = headers.get("Content-Security-Policy", "")
        if "script-src 'self'" not in policy or "unsafe" in policy:
            faults.append("no strict Content-Security-Policy")
    assert not faults, f"{where}: " + "; ".join(faults[:12])


def duplicate_ids(elements: list[Element]) -> list[str]:
    """Ids that stand twice."""
    seen: set[str] = set()
    twice = []
    for element in elements:
        name = element.get("id")
        if name is not None:
            if name in seen:
                twice.append(f"id {name!r} twice")
            seen.add(name)
    return twice


def unlabelled(elements: list[Element]) -> list[str]:
    """Form fields without a label."""
    labelled = {element.get("for") for element in elements if element.tag == f"{NS}label"}
    inside = {
        id(field)
        for element in elements
        if element.tag == f"{NS}label"
        for field in element.iter()
        if isinstance(field.tag, str)
    }
    faults = []
    for element in elements:
        if element.tag not in (f"{NS}input", f"{NS}select", f"{NS}textarea"):
            continue
        if element.get("type") in ("hidden", "submit", "button", "reset"):
            continue
        named = element.get("aria-label") or element.get("aria-labelledby")
        if not named and element.get("id") not in labelled and id(element) not in inside:
            faults.append(f"no label for field {element.get('name') or element.get('id')!r}")
    return faults


def inline(elements: list[Element]) -> list[str]:
    """Inline script, style or handlers, which the Content-Security-Policy would stop."""
    faults = []
    for element in elements:
        if element.tag == f"{NS}script" and not element.get("src"):
            faults.append("inline script")
        if element.tag == f"{NS}style":
            faults.append("inline style element")
        for name in element.attrib:
            if name == "style" or (isinstance(name, str) and name.startswith("on")):
                faults.append(f"inline {name} on {element.tag.removeprefix(NS)}")
    return faults
