"""The design system: contrast of the tokens, vendored files, and the styleguide in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, Route, expect

from tests.browser.pages import check_page, page_faults, watch
from tools import vendor

STATIC = Path(__file__).resolve().parents[2] / "app" / "static"
GROUNDS = ("paper", "surface", "sunken", "raised")

# (text, grounds, least ratio): WCAG AA is 4.5, AAA 7, edges of fields and graphics 3.
PAIRS: list[tuple[str, tuple[str, ...], float]] = [
    ("ink", (*GROUNDS, "lit", "accent-soft", "due-soft", "fault-soft", "info-soft"), 7),
    ("ink-2", (*GROUNDS, "lit", "accent-soft", "due-soft", "fault-soft", "info-soft"), 7),
    ("ink-3", (*GROUNDS, "lit", "info-soft", "fault-soft"), 4.5),
    ("accent", (*GROUNDS, "accent-soft"), 4.5),
    ("accent-deep", (*GROUNDS, "accent-soft"), 4.5),
    ("due", (*GROUNDS, "lit", "due-soft"), 4.5),
    ("fault", (*GROUNDS, "lit", "fault-soft"), 4.5),
    ("info", (*GROUNDS, "lit", "info-soft"), 4.5),
    ("on-accent", ("accent", "accent-deep"), 4.5),
    ("line-strong", GROUNDS, 3),
]


def colours() -> dict[str, tuple[str, str]]:
    """Token -> (light, dark) as #rrggbb, read from tokens.css."""
    css = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    found = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", css)
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2, from 0 to 1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2, from 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(("text", "grounds", "least"), PAIRS, ids=[pair[0] for pair in PAIRS])
def test_token_has_contrast_on_its_grounds_in_light_and_dark(text: str, grounds: tuple[str, ...], least: float) -> None:
    known = colours()
    short = [
        f"{text} on {ground} in {('light', 'dark')[scheme]}: {contrast(known[text][scheme], known[ground][scheme]):.2f}"
        for ground in grounds
        for scheme in (0, 1)
        if contrast(known[text][scheme], known[ground][scheme]) < least
    ]
    assert not short


def test_colours_are_written_in_the_tokens_alone() -> None:
    written = {
        sheet.name: found
        for sheet in (STATIC / "css").glob("*.css")
        if sheet.name != "tokens.css" and (found := re.findall(r"#[0-9a-f]{3,8}\b", sheet.read_text(encoding="utf-8")))
    }
    # Paper is white when it is printed, whatever the tokens say, and a mask knows only black.
    assert all(set(found) <= {"#fff", "#000"} for found in written.values()), written


def test_vendored_files_are_those_of_the_manifest() -> None:
    assert vendor.faults() == []


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    app = STATIC.parent
    sprite = set(re.findall(r'id="i-([\w-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    missing = {
        f"{template.relative_to(app)}: {name}"
        for template in app.rglob("*.html")
        for name in re.findall(r"\bicon\('([\w-]+)'", template.read_text(encoding="utf-8"))
        if name not in sprite
    }
    assert not missing


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_styleguide_keeps_every_rule(new_page: Callable[..., Page], scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    page.goto("/styleguide")
    check_page(page)


@pytest.mark.browser
def test_styleguide_in_finnish_fits_the_narrow_window(new_page: Callable[..., Page]) -> None:
    page = new_page(locale="fi-FI")
    page.goto("/styleguide")
    expect(page.locator("html")).to_have_attribute("lang", "fi")
    check_page(page, (320, 360), axe=False)


@pytest.mark.browser
@pytest.mark.parametrize("address", ["/no-such-page", "/language/xx"])
def test_error_page_keeps_every_rule(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    check_page(page)


@pytest.mark.browser
def test_fonts_and_icons_are_served_by_the_application(page: Page) -> None:
    page.goto("/styleguide")
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.fonts.check('16px \"Inter Variable\"', 'a')")
    assert page.locator("svg.icon use").first.evaluate("use => use.getBoundingClientRect().width") > 0


def test_static_files_are_kept_by_browsers(client: FlaskClient) -> None:
    assert "immutable" in client.get("/static/css/tokens.css?v=1").headers["Cache-Control"]
    assert client.get("/static/vendor/inter/inter-latin.woff2").headers["Cache-Control"] == "public, max-age=86400"
    assert "immutable" not in client.get("/static/css/none.css?v=1").headers.get("Cache-Control", "")


@pytest.mark.browser
def test_arrow_keys_move_in_the_matrix(page: Page) -> None:
    page.goto("/styleguide")
    matrix = page.get_by_role("region", name="Sample matrix")
    matrix.get_by_role("link", name="Aino Lehtinen, Conditions").focus()
    page.keyboard.press("ArrowRight")
    expect(matrix.get_by_role("link", name="Functions and loops: 19 of 24, late")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(matrix.get_by_role("link", name="Functions and loops: 9 of 24, below pass")).to_be_focused()
    page.keyboard.press("Home")
    expect(matrix.get_by_role("link", name="Nguyen Minh Anh")).to_be_focused()


@pytest.mark.browser
def test_copy_button_appears_and_copies(new_page: Callable[..., Page]) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/styleguide")
    button = page.locator("#copy [data-copy]")
    expect(button).to_be_visible()
    button.click()
    expect(button).to_have_text("Copied")
    assert "ferry-timetable" in page.evaluate("navigator.clipboard.readText()")


@pytest.mark.browser
def test_page_works_without_script(new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/styleguide")
    expect(page.locator("#copy [data-copy]")).to_be_hidden()
    fold = page.locator("#task-1")
    fold.locator("summary").click()
    expect(fold.get_by_text("All 3 tests passed.")).to_be_visible()


@pytest.mark.browser
def test_htmx_works_under_the_policy(page: Page) -> None:
    page.goto("/styleguide")
    page.evaluate(
        """() => {
          const place = document.createElement('div');
          place.id = 'by-htmx';
          place.setAttribute('hx-get', '/healthz');
          place.setAttribute('hx-trigger', 'load');
          document.querySelector('main').append(place);
          const script = document.createElement('script');
          script.src = '/static/vendor/htmx/htmx.min.js';
          document.head.append(script);
        }"""
    )
    expect(page.locator("#by-htmx")).to_contain_text('"database"')
    assert page_faults(page, (), axe=False) == []


@pytest.mark.browser
def test_dropped_file_stands_in_the_real_input(page: Page) -> None:
    page.goto("/styleguide")
    page.locator("#notebook").set_input_files(
        {"name": "sensor-log.ipynb", "mimeType": "application/json", "buffer": b"{}"}
    )
    expect(page.locator("#drop [data-drop-text]")).to_have_text("sensor-log.ipynb")
    page.evaluate(
        """() => {
          const held = new DataTransfer();
          held.items.add(new File(['{}'], 'loops.ipynb'));
          document.querySelector('#drop [data-drop]').dispatchEvent(new DragEvent('drop', {dataTransfer: held, bubbles: true, cancelable: true}));
        }"""
    )
    expect(page.locator("#drop [data-drop-text]")).to_have_text("loops.ipynb")
    assert page.locator("#notebook").evaluate("input => input.files[0].name") == "loops.ipynb"


def open_with(page: Page, more: str) -> None:
    """The styleguide with ``more`` HTML at the end of its main part, as if the server had sent it."""

    def answer(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=response.text().replace("</main>", more + "</main>"))

    page.route("**/styleguide", answer)
    page.goto("/styleguide")


DRAFT = """<form data-autosave="/draft" data-autosave-status="draft-state" method="post">
<label for="answer">Answer</label><textarea id="answer" name="answer"></textarea>
<p id="draft-state" role="status" data-saving="Saving" data-saved="Saved {time}" data-failed="Not saved yet" hidden></p></form>"""


@pytest.mark.browser
def test_draft_saves_itself_and_says_so(page: Page) -> None:
    bodies: list[str] = []
    answers = iter([500, 204])

    def take(route: Route) -> None:
        bodies.append(route.request.post_data or "")
        route.fulfill(status=next(answers, 204))

    page.route("**/draft", take)
    open_with(page, DRAFT)
    state = page.locator("#draft-state")
    expect(state).to_be_hidden()
    page.get_by_label("Answer").fill("The loop takes the numbers")
    expect(state).to_have_text("Not saved yet")
    page.get_by_label("Answer").fill("The loop takes the numbers one by one")
    expect(state).to_contain_text("Saved ")
    assert "one by one" in bodies[-1]


@pytest.mark.browser
def test_shortcut_presses_the_button_but_not_while_typing(page: Page) -> None:
    open_with(
        page,
        '<a id="next-one" href="#week" data-shortcut="n">Next</a>'
        '<label><input type="radio" name="p" value="3" data-shortcut="3">3</label>'
        '<label>Comment <input id="comment" name="comment"></label>',
    )
    page.locator("#comment").focus()
    page.keyboard.type("n3")
    expect(page.locator("#comment")).to_have_value("n3")
    assert not page.url.endswith("#week")
    page.locator("#main").focus()
    page.keyboard.press("3")
    expect(page.locator("input[value='3']")).to_be_checked()
    page.keyboard.press("n")
    page.wait_for_url("**/styleguide#week")


@pytest.mark.browser
def test_checks_find_what_is_wrong(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto("/styleguide")
    page.evaluate(
        """() => {
          document.querySelector('main').insertAdjacentHTML('beforeend',
            '<h1 id="copy">Two</h1><input><div class="broad">Too broad</div><p style="color: red">x</p>');
          const broad = document.querySelector('.broad');
          broad.style.width = '2000px';
        }"""
    )
    faults = "\n".join(page_faults(page, (360,)))
    for expected in ("2 h1", "'copy' twice", "at 360 px", "too wide", "axe label", "Content Security Policy"):
        assert expected in faults
    with pytest.raises(AssertionError, match="watch"):
        check_page(page.context.new_page())
    assert watch(page.context.new_page())
