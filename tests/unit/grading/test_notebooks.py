"""Reading, releasing and matching notebooks."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest

from app.grading.api import (
    NotebookFault,
    answers_of,
    fill_answers,
    make_student_version,
    match,
    read_submission,
    tasks_of,
)
from tests.integration.grading.attacks import assignment


def marked(grade_id: str, source: str = "x", kind: str = "code", **flags: Any) -> Any:
    """A cell with nbgrader's metadata."""
    base = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    return make(source, metadata={"nbgrader": {**base, "grade_id": grade_id, **flags}})


def notebook(*cells: Any) -> bytes:
    """The bytes of a Python notebook."""
    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    text: str = nbformat.writes(nbformat.v4.new_notebook(cells=list(cells), metadata={"kernelspec": kernelspec}))
    return text.encode()


SOURCE = notebook(
    nbformat.v4.new_markdown_cell("# Sums of *two*\nText\n```\n# not a heading\n```"),
    marked("add", "def add(a, b):\n    ### BEGIN SOLUTION\n    return a + b\n    ### END SOLUTION", solution=True),
    marked(
        "test_add",
        "assert add(1, 2) == 3\n### BEGIN HIDDEN TESTS\nassert add(2, 2) == 4\n### END HIDDEN TESTS",
        grade=True,
        locked=True,
        points=2,
    ),
    nbformat.v4.new_markdown_cell("## Why"),
    marked(
        "why",
        "### BEGIN MARK SCHEME\nsecret\n### END MARK SCHEME",
        kind="markdown",
        grade=True,
        solution=True,
        points=3,
    ),
    marked("draw", "### Draw it", kind="markdown", task=True, points=4),
)


def test_tasks_have_kinds_points_and_the_heading_above() -> None:
    assert [(t.grade_id, t.kind, t.max_score, t.title) for t in tasks_of(SOURCE)] == [
        ("add", "autograded_answer", 0, "Sums of two"),
        ("test_add", "tests", 2, "Sums of two"),
        ("why", "answer", 3, "Why"),
        ("draw", "task", 4, "Draw it"),
    ]


def test_the_student_version_holds_no_solution_hidden_test_or_mark_scheme() -> None:
    version = make_student_version(SOURCE)
    text = version.notebook.decode()
    assert "return a + b" not in text
    assert "add(2, 2)" not in text
    assert "secret" not in text
    assert "assert add(1, 2) == 3" in text
    assert (version.total, version.language, version.kernel) == (9, "python", "python3")
    assert make_student_version(SOURCE).notebook == version.notebook


def test_answers_go_in_and_come_out() -> None:
    student = make_student_version(SOURCE).notebook
    filled = fill_answers(student, {"add": "def add(a, b):\r\n    return 3", "why": "Because"})
    assert answers_of(filled, tasks_of(SOURCE)) == {"add": "def add(a, b):\n    return 3", "why": "Because"}
    with pytest.raises(NotebookFault) as fault:
        fill_answers(student, {"nothing": ""})
    assert fault.value.code == "other_assignment"


def test_a_repeated_id_in_a_source_is_refused() -> None:
    with pytest.raises(NotebookFault) as fault:
        make_student_version(notebook(marked("a", solution=True), marked("a", solution=True)))
    assert "Duplicate grade id" in fault.value.message


DEEP = b'{"nbformat": 4, "cells": ' + b"[" * 100_000


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_json"),
        (b"   ", "not_json"),
        (b"{", "not_json"),
        (b"not json", "not_json"),
        (DEEP, "not_json"),
        (b"[]", "not_notebook"),
        (b'{"nbformat": "4"}', "not_notebook"),
        (b'{"nbformat": 4}', "not_notebook"),
        (b'{"nbformat": 4, "cells": [1]}', "not_notebook"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 7}]}', "not_notebook"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "", "metadata": []}]}', "not_notebook"),
        (b'{"nbformat": 2, "cells": []}', "old_schema"),
        (b'{"nbformat": 9, "cells": []}', "old_schema"),
        (b'{"nbformat": 4, "cells": []}', "no_grade_ids"),
        (b"\xff\xfe{\x00}\x00", "bad_encoding"),
        (b'{"nbformat": 4, "cells": "\xe4"}', "bad_encoding"),
        (b"\x89PNG\r\n\x1a\n", "bad_encoding"),
        (b"PK\x03\x04rest", "not_json"),
        (notebook(marked("a", solution=True), marked("a", solution=True)), "duplicate_ids"),
        (notebook(*[nbformat.v4.new_markdown_cell("x") for _ in range(2001)]), "too_many_cells"),
        (b" " * (10 * 2**20 + 1), "too_large"),
    ],
)
def test_what_is_no_submission_is_refused_with_words(data: bytes, code: str) -> None:
    with pytest.raises(NotebookFault) as fault:
        read_submission(data)
    assert fault.value.code == code
    assert len(fault.value.message) > 20


def test_a_byte_order_mark_and_odd_metadata_are_tolerated() -> None:
    value = json.loads(SOURCE)
    value["cells"][0]["metadata"] = {"nbgrader": "odd", "tags": 7}
    value["cells"].append({"cell_type": "code", "source": ["a\n", "b"], "metadata": {"nbgrader": {"grade_id": [1]}}})
    read = read_submission(b"\xef\xbb\xbf" + json.dumps(value).encode())
    assert read.grade_ids == {"add", "test_add", "why", "draw"}


def test_an_old_format_is_upgraded() -> None:
    old = nbformat.v4.downgrade(nbformat.reads(SOURCE.decode(), 4))
    assert read_submission(nbformat.v3.writes_json(old).encode()).grade_ids >= {"add", "test_add"}


def test_matching_goes_by_ids_and_takes_the_best() -> None:
    candidates = {"one": frozenset("abcd"), "two": frozenset("abxy"), "three": frozenset("mno")}
    assert match(frozenset("abcd"), candidates) == "one"
    assert match(frozenset("abxy"), candidates) == "two"
    assert match(frozenset("ab"), {"one": frozenset("abcd")}) == "one"
    assert match(frozenset("a"), {"one": frozenset("abcdefgh")}) is None
    assert match(frozenset("q"), candidates) is None
    assert match(frozenset(), candidates) is None


def test_importing_the_interface_loads_no_nbgrader() -> None:
    import subprocess
    import sys

    code = "import sys, app.grading.api; print([m for m in ('nbgrader', 'nbconvert', 'flask', 'IPython') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_attacks_assignment_is_what_it_seems() -> None:
    assert sum(task.max_score for task in tasks_of(assignment.source())) == assignment.TOTAL
