"""What a reader sees of an honest notebook."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from app.platform.notebooks import highlight_lines, render_cells, render_markdown, title_of
from app.platform.notebooks.highlighting import terminal_text
from tests.unit.platform_notebooks.test_safety import code_with, notebook

PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n0000").decode()


def markdown(source: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": source, **more}


def test_headings_have_jupyters_ids_and_go_down_one_level() -> None:
    (cell,) = render_cells(notebook(markdown("# The title\n\n## Choosing `a` way")), prefix="s-")
    assert '<h2 id="s-The-title">The title</h2>' in cell.html
    assert '<h3 id="s-Choosing-a-way">' in cell.html
    assert [(heading.level, heading.text) for heading in cell.headings] == [(1, "The title"), (2, "Choosing a way")]


def test_the_title_can_be_left_to_the_page() -> None:
    (cell,) = render_cells(notebook(markdown("# The title\n\nText")), prefix="s-", without_title=True)
    assert "The title" not in cell.html
    assert "Text" in cell.html
    assert title_of(notebook(markdown("# The *title*"))) == "The title"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("$x^2$", "<msup><mi>x</mi><mn>2</mn></msup>"),
        ("so $$\\frac{a}{b}$$", 'display="block"'),
        ("$$\na = b\n$$", '<div class="math-block"'),
        ("\\begin{align}a&=b\\end{align}", "<mtable"),
        ("$\\left($", '<code class="math-fault">\\left(</code>'),
        ("It costs $5 or $6 today", "It costs $5 or $6 today"),
        ("$5 or $6 is the price", "$5 or $6 is the price"),
    ],
)
def test_mathematics(source: str, expected: str) -> None:
    assert expected in render_markdown(source).html


def test_mathematics_at_the_start_of_a_text_that_ends_with_a_digit() -> None:
    assert "<msup>" in render_markdown("$x^2$ is 4").html


def test_tables_keep_their_alignment_without_style() -> None:
    html = render_markdown("| a | b |\n|--:|:-:|\n| 1 | 2 |").html
    assert '<td class="to-right">1</td>' in html
    assert "style" not in html


def test_fenced_code_is_coloured_and_indented_code_is_not() -> None:
    assert '<span class="k">if</span>' in render_markdown("```python\nif x:\n    y\n```").html
    assert "<span" not in render_markdown("    if x").html
    assert "if x" in render_markdown("```nonsense\nif x\n```").html


def test_attachments_become_pictures() -> None:
    cell = markdown("![A ferry](attachment:my%20ferry.png)", attachments={"my ferry.png": {"image/png": [PIXEL]}})
    (rendered,) = render_cells(notebook(cell), prefix="s-")
    assert f'<img src="data:image/png;base64,{PIXEL}" alt="A ferry">' in rendered.html


def test_relative_links_and_pictures_go_where_the_page_says() -> None:
    html = render_markdown(
        "[next](../b/b.ipynb#Part-2) [gone](../../etc) [in](#Part) ![p](img/p.png)",
        prefix="s-",
        link=lambda address: "/courses/b" if address.startswith("../b/") else None,
        picture=lambda address: f"data:image/png;base64,{PIXEL}" if address == "img/p.png" else None,
    ).html
    assert 'href="/courses/b"' in html
    assert 'href="#s-Part"' in html
    assert "etc" not in html
    assert f"base64,{PIXEL}" in html


def test_nbgrader_roles() -> None:
    def graded(grade_id: str, **flags: Any) -> dict[str, Any]:
        facts = {"grade_id": grade_id, "grade": False, "solution": False, "task": False, "locked": False, **flags}
        return {"cell_type": "code", "source": "", "outputs": [], "metadata": {"nbgrader": facts}}

    cells = render_cells(
        notebook(
            graded("a", solution=True),
            graded("b", grade=True, locked=True, points=2),
            graded("c", grade=True, solution=True, points=3),
            graded("d", task=True, points=1.5),
            graded("e", locked=True),
        ),
        prefix="s-",
    )
    assert [(cell.grade_id, cell.role, cell.points) for cell in cells] == [
        ("a", "solution", 0),
        ("b", "tests", 2),
        ("c", "answer", 3),
        ("d", "task", 1.5),
        ("e", "readonly", 0),
    ]


def test_streams_are_joined_and_errors_told_apart() -> None:
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["one\n"]},
        {"output_type": "stream", "name": "stdout", "text": "two\n"},
        {
            "output_type": "error",
            "ename": "ValueError",
            "evalue": "no",
            "traceback": ["\x1b[0;31mValueError\x1b[0m: no"],
        },
    ]
    (cell,) = render_cells(notebook({"cell_type": "code", "source": "x", "outputs": outputs}), prefix="s-")
    assert [(output.kind, output.html) for output in cell.outputs] == [
        ("text", "one\ntwo"),
        ("error", '<span class="ansi-red">ValueError</span>: no'),
    ]


def test_the_richest_form_that_can_be_shown_is_chosen() -> None:
    table = "<style scoped>td {}</style><table class='dataframe'><tr><td>7</td></tr></table>"
    (cell,) = render_cells(notebook(code_with({"text/html": table, "text/plain": "7"})), prefix="s-")
    assert cell.outputs[0].html == "<table><tbody><tr><td>7</td></tr></tbody></table>"
    plot = {"text/html": "<div></div><script>draw()</script>", "text/plain": "Figure()"}
    (cell,) = render_cells(notebook(code_with(plot)), prefix="s-")
    assert (cell.outputs[0].kind, cell.outputs[0].html) == ("text", "Figure()")
    (cell,) = render_cells(notebook(code_with({"application/vnd.x+json": {}})), prefix="s-")
    assert (cell.outputs[0].kind, cell.outputs[0].name) == ("unknown", "application/vnd.x+json")


def test_pictures_of_a_page_are_bounded() -> None:
    big = base64.b64encode(b"\0" * (5 * 2**20)).decode()
    cells = render_cells(
        notebook(*(code_with({"image/png": big, "text/plain": "figure"}) for _ in range(8))), prefix="s-"
    )
    kinds = [cell.outputs[0].kind for cell in cells]
    assert kinds[0] == "picture"
    assert kinds[-1] == "text"


def test_long_output_is_folded_and_endless_output_is_cut() -> None:
    def one(text: str) -> Any:
        stream = {"output_type": "stream", "name": "stdout", "text": text}
        (cell,) = render_cells(notebook({"cell_type": "code", "source": "x", "outputs": [stream]}), prefix="s-")
        return cell.outputs[0]

    folded = one("\n".join(f"line {number}" for number in range(100)))
    assert folded.html.endswith("line 39")
    assert (folded.rest_lines, folded.rest.split("\n")[0]) == (60, "line 40")
    endless = one("x" * 1_000_000)
    assert endless.is_cut
    assert len(endless.html) + len(endless.rest) <= 200_000


def test_terminal_colours_become_classes_and_other_escapes_go() -> None:
    assert terminal_text("\x1b[1;32mok\x1b[0m \x1b]8;;http://x\x07link\x1b[2K") == (
        '<span class="ansi-bold ansi-green">ok</span> link'
    )
    assert terminal_text("10%\r50%\r100%\nend") == "100%\nend"
    assert terminal_text("\x1b[38;5;196mred\x1b[0m<b>") == "red&lt;b&gt;"


def test_lines_of_code_close_their_colours() -> None:
    lines = highlight_lines('x = """a\nb"""', "python")
    assert len(lines) == 2
    assert all(line.count("<span") == line.count("</span>") for line in lines)


def test_notebooks_of_format_3_are_shown() -> None:
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": "x = 1", "outputs": []}]}], "nbformat": 3}
    (cell,) = render_cells(old, prefix="s-")
    assert cell.source == "x = 1"
