"""Hostile notebooks: nothing of them may run, load, post, restyle or take the page's ids, and none may take long."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.platform.notebooks import render_cells, render_markdown
from app.platform.notebooks.sanitising import clean
from tests.unit.platform_notebooks.safety import VECTORS, faults_of


def notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def code_with(data: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "source": "x", "outputs": [{"output_type": "display_data", "data": data}]}


def page_of(cells: list[Any]) -> str:
    return "".join(
        cell.html + "".join(f"<img {o.html}>" if o.kind == "picture" else o.html + o.rest for o in cell.outputs)
        for cell in cells
    )


def test_the_check_itself_finds_what_is_hostile() -> None:
    """Guards the guard: raw vectors must be found, or the tests below would pass for nothing."""
    found = [vector for vector in VECTORS if "<" in vector and faults_of(vector)]
    assert len(found) > 25


@pytest.mark.parametrize("vector", VECTORS)
def test_a_vector_never_comes_out(vector: str) -> None:
    cells = render_cells(
        notebook(
            {"cell_type": "markdown", "source": vector},
            {"cell_type": "raw", "source": vector},
            {
                "cell_type": "code",
                "source": vector,
                "outputs": [{"output_type": "stream", "name": vector, "text": vector}],
            },
            {
                "cell_type": "code",
                "source": "",
                "outputs": [{"output_type": "error", "ename": vector, "evalue": vector, "traceback": [vector]}],
            },
            *(code_with({kind: vector}) for kind in ("text/html", "text/markdown", "text/latex", "text/plain", vector)),
            code_with({"application/json": {vector: vector}}),
            code_with({"image/svg+xml": vector, "image/png": vector}),
        ),
        prefix="n-",
    )
    assert faults_of(page_of(cells)) == []


def test_svg_goes_into_an_img_and_never_inline() -> None:
    drawing = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    (cell,) = render_cells(notebook(code_with({"image/svg+xml": drawing})), prefix="n-")
    (output,) = cell.outputs
    assert output.kind == "picture"
    assert output.html == f'src="data:image/svg+xml;base64,{base64.b64encode(drawing.encode()).decode()}"'


def test_ids_get_the_prefix_and_are_given_once() -> None:
    cells = render_cells(
        notebook(
            {"cell_type": "markdown", "source": "# Main\n\n<p id=main>x</p>\n\n<p id='Main'>y</p>"},
            {"cell_type": "markdown", "source": "# Main\n\n<p id=main>x</p>"},
        ),
        prefix="n-",
    )
    html = page_of(cells)
    assert html.count('id="n-Main"') == 1
    assert html.count('id="n-Main-2"') == 1
    assert html.count('id="n-main"') == 1
    assert 'id="main"' not in html


def test_classes_of_the_page_cannot_be_worn() -> None:
    assert "class" not in clean("<p class='button primary sr'>x</p>")


@pytest.mark.parametrize(
    "source",
    [
        "[" * 50_000, "![" * 30_000, "*a " * 30_000, "_a_" * 30_000, "$a " * 30_000, "<div>" * 40_000, "<" * 100_000,
        "[a](" * 20_000, "&" * 100_000, ">" * 50_000, "|" * 30_000 + "\n" + "|-" * 5_000, "\\begin{align}" * 8_000,
        "- " * 20_000, "x" * 3_000_000, "$" + "{" * 3_900 + "$", "$" + "\\frac{" * 600 + "$",
    ],
)  # fmt: skip
def test_texts_made_to_be_slow_are_still_shown(source: str) -> None:
    """Without the bounds the worst of these takes minutes; the test run's own time limit would end it."""
    assert faults_of(render_markdown(source).html) == []
    (cell,) = render_cells(notebook(code_with({"text/html": source, "text/plain": "plain"})), prefix="n-")
    assert cell.outputs


def test_many_slow_cells_share_one_budget() -> None:
    cells = render_cells(
        notebook(*({"cell_type": "markdown", "source": "![" * 2_400} for _ in range(300))), prefix="n-"
    )
    assert sum(cell.html.startswith("<pre") for cell in cells) > 250


fragments = st.lists(st.sampled_from([*VECTORS, "\n\n", "```\n", "$", "$$", '"', "'", ">", "-->", "</p>", "<p>", "<td>", "`"]) | st.text(max_size=8), max_size=8)  # fmt: skip


@given(fragments)
@settings(max_examples=150, deadline=None)
def test_no_mixture_of_vectors_comes_out(parts: list[str]) -> None:
    source = "".join(parts)
    assert faults_of(render_markdown(source, prefix="n-").html) == []
    assert faults_of(clean(source, prefix="n-")) == []


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda x: st.lists(x, max_size=3) | st.dictionaries(st.sampled_from(["cells", "cell_type", "source", "outputs", "output_type", "data", "metadata", "text", "attachments", "nbgrader", "worksheets"]), x, max_size=4), max_leaves=25))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_any_json_is_rendered_or_left_out_and_never_raises(value: Any) -> None:
    for whole in (value, {"cells": [value]}, {"cells": [{"cell_type": "code", "outputs": [value]}]}):
        if isinstance(whole, dict):
            render_cells(whole, prefix="n-")
