"""What every page must keep in a real browser; used by all browser tests.

``watch(page)`` before the first ``goto`` (the `page` fixture does it), then ``check_page(page)`` wherever a test stands:
axe finds nothing against WCAG 2.2 AA, nothing overflows sideways at 360 and 1280 px, the console holds no fault (so no
break of the Content-Security-Policy), there is one h1, a title, and no id twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

WIDTHS = (1280, 360)
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Answers with an error status are pages too; the browser writes a line about each.
HARMLESS = ("Failed to load resource: the server responded with a status of 4",)

_faults: WeakKeyDictionary[Page, list[str]] = WeakKeyDictionary()

FACTS = """() => {
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
  return {
    title: document.title,
    headings: document.querySelectorAll('h1').length,
    twice: [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))],
    focusables: [...document.querySelectorAll('[tabindex]')].filter((e) => e.tabIndex > 0).length,
  };
}"""

# What sticks out on the right, by name, so that the message says where to look.
OVERFLOW = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide <= 0) return null;
  const clipped = (element) => {
    for (let e = element.parentElement; e; e = e.parentElement) {
      if (getComputedStyle(e).overflowX !== 'visible') return true;
    }
    return false;
  };
  const names = [...document.querySelectorAll('body *')]
    .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !clipped(e))
    .slice(0, 5)
    .map((e) => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + (e.className.baseVal === undefined && e.className ? '.' + e.className : ''));
  return wide + ' px too wide: ' + names.join(', ');
}"""


def watch(page: Page) -> Page:
    """Note what goes wrong in ``page`` from now on: console errors, breaks of the CSP, script failures."""
    faults: list[str] = []
    _faults[page] = faults

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(HARMLESS):
            faults.append(f"console: {message.text}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    return page


def page_faults(page: Page, widths: Sequence[int] = WIDTHS, *, axe: bool = True) -> list[str]:
    """Everything that is wrong with the page the browser stands on, in words; the window is put back to its size."""
    assert page in _faults, "call watch(page) before the first goto"
    found = list(_faults[page])
    _faults[page].clear()
    before = page.viewport_size
    facts: dict[str, Any] = page.evaluate(FACTS)
    if not facts["title"].strip(" ·").removesuffix("Kisälli").strip(" ·"):
        found.append("no title")
    if facts["headings"] != 1:
        found.append(f"{facts['headings']} h1 elements")
    if facts["focusables"]:
        found.append("a positive tabindex")
    found += [f"id {name!r} twice" for name in facts["twice"]]
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        if overflow := page.evaluate(OVERFLOW):
            found.append(f"at {width} px {overflow}")
        if axe:
            found += [f"at {width} px {line}" for line in axe_faults(page)]
    if before:
        page.set_viewport_size(before)
    return found


def axe_faults(page: Page) -> list[str]:
    """Violations that axe finds, one line each with the first elements."""
    result = Axe().run(page, options={"runOnly": {"type": "tag", "values": STANDARD}})
    return [
        f"axe {violation['id']}: {violation['help']}: "
        + "; ".join(
            f"{' '.join(map(str, node['target']))} ({(node['any'] or node['all'] or node['none'] or [{'message': ''}])[0]['message']})"
            for node in violation["nodes"][:3]
        )
        for violation in result.response["violations"]
    ]


def check_page(page: Page, widths: Sequence[int] = WIDTHS, *, axe: bool = True) -> None:
    """Fail with everything that is wrong with the page the browser stands on."""
    faults = page_faults(page, widths, axe=axe)
    assert not faults, f"{page.url}:\n  " + "\n  ".join(faults)
