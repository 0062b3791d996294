"""Courses in a real browser: reading a lesson, bringing a course in, and hostile notebooks that must stay still."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from app.curriculum.services import import_course
from tests import factories
from tests.browser.conftest import Live
from tests.browser.pages import check_page
from tests.integration.curriculum.test_importing import course
from tests.unit.curriculum.notebooks import cell, graded, notebook
from tests.unit.platform_notebooks.safety import VECTORS


def lesson() -> bytes:
    """A lesson with everything a lesson can have."""
    code = cell("code", "values = [1, 2]\nprint(f'{values!r}')  # a comment")
    code["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": "\n".join(f"line {number} \x1b[31mred\x1b[0m" for number in range(90))},
        {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<table><tr><th>a</th></tr><tr><td>1</td></tr></table>"}},
        {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["ValueError: no"]},
    ]  # fmt: skip
    text = "# How to add\n\n## First\n\nThe sum $\\sum_{i=1}^n i$.\n\n| a | b |\n|--:|--|\n| 1 | 2 |\n\n## Second\n\n> Said.\n\n```python\nif x:\n    y = 'z'\n```"
    return notebook(cell("markdown", text), code, cell("markdown", "## Third\n\nMore."))


def hostile() -> bytes:
    """Every vector, in every place of a notebook."""
    cells = [cell("markdown", "# Hostile")]
    for vector in VECTORS:
        made = cell("code", vector)
        made["outputs"] = [
            {"output_type": "display_data", "metadata": {}, "data": {kind: vector}}
            for kind in ("text/html", "text/markdown", "text/latex", "image/svg+xml")
        ]
        cells += [cell("markdown", vector), made]
    return notebook(*cells)


@pytest.fixture(scope="module")
def courses(live: Live) -> Any:
    """Two courses, a trainee and a coach in the live installation."""
    with live.writing():
        import_course(course() | {"lessons/adding.ipynb": lesson()}, name="x")
        files = {
            "course.toml": b'title = "Hostile"\nslug = "hostile"\n[[modules]]\ntitle = "One"\nslug = "one"\nlesson = "bad.ipynb"',
            "bad.ipynb": hostile(),
            "source/ps1/a.ipynb": graded(),
        }
        import_course(files, name="hostile")
        cohort = factories.cohort()
        trainee, coach = factories.enrolment(cohort).person, factories.staff(cohort)
    return {"trainee": trainee, "coach": coach}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_trainee_reads_a_lesson(
    scheme: str, new_page: Callable[..., Any], sign_in: Callable[[Any, Any], None], courses: Any
) -> None:
    page = new_page(color_scheme=scheme)
    sign_in(page, courses["trainee"])
    page.goto("/courses")
    check_page(page)
    page.get_by_role("link", name="Sums").click()
    check_page(page)
    page.get_by_role("link", name="How to add").first.click()
    check_page(page)
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="Second").click()
    assert page.url.endswith("#s-Second")
    assert page.locator("#s-Second").evaluate("e => e.getBoundingClientRect().top < innerHeight")
    page.get_by_text(re.compile("more lines")).click()
    assert page.get_by_text("line 89").is_visible()
    assert page.locator("math").count() == 1


def test_hostile_notebooks_stay_still(page: Any, sign_in: Callable[[Any, Any], None], courses: Any) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append("dialog"))
    sign_in(page, courses["trainee"])
    page.goto("/courses/hostile/one/lessons/bad")
    page.wait_for_load_state("networkidle")
    check_page(page, axe=False)
    host = page.url.split("/courses")[0]
    assert [url for url in asked if not url.startswith((host, "data:image/"))] == []
    assert page.url.endswith("/lessons/bad")


def test_a_coach_brings_a_course_in(
    page: Any, sign_in: Callable[[Any, Any], None], courses: Any, tmp_path: Any
) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("made/source/ps1/a.ipynb", graded())
    place = tmp_path / "made.zip"
    place.write_bytes(stream.getvalue())
    sign_in(page, courses["coach"])
    page.goto("/courses/import")
    check_page(page)
    page.set_input_files("input[type=file]", str(place))
    page.get_by_role("button", name="Bring in the course").click()
    page.get_by_text(re.compile("The course is in|Nothing changed")).wait_for()
    check_page(page)
    page.get_by_role("link", name="Open the course").click()
    assert page.get_by_role("heading", level=1).inner_text() == "made"
    page.get_by_role("link", name="Adding").first.click()
    check_page(page)


def test_staff_see_what_differs(page: Any, sign_in: Callable[[Any, Any], None], courses: Any, live: Live) -> None:
    with live.writing():
        changed = json.loads(graded(points=4))
        changed["cells"][1]["source"] += "\n# a hint"
        import_course(course() | {"source/adding/adding.ipynb": json.dumps(changed).encode()}, name="x")
    sign_in(page, courses["coach"])
    page.goto("/courses/sums/versions")
    check_page(page)
    page.get_by_role("link", name=re.compile("What differs")).first.click()
    check_page(page)
    assert page.get_by_text("# a hint").is_visible()
