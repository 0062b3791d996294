"""What notebooks find in the box: the interpreter of the host, and helpers that one tests cell leaves for the next."""

from __future__ import annotations

import json
import sys

from app.grading.runner import Grader
from tests.coursework import code, mark, notebook


def test_notebooks_run_on_the_interpreter_that_runs_the_engine(grader: Grader) -> None:
    ran = json.loads(grader.run(notebook(code("import sys\nprint(sys.version)"))))
    assert "".join(ran["cells"][0]["outputs"][0]["text"]).strip() == sys.version


def test_helper_that_compares_serves_later_cells(grader: Grader) -> None:
    source = notebook(
        code("### BEGIN SOLUTION\nx = 1\n### END SOLUTION", mark("x", solution=True)),
        code(
            "def same(a, b):\n    return a == b\n\nassert same(x, 1)",
            mark("test_x", grade=True, locked=True, points=1),
        ),
        code("### BEGIN SOLUTION\ny = same(x, 2)\n### END SOLUTION", mark("y", solution=True)),
        code("assert same(y, False) and not same(x, 3)", mark("test_y", grade=True, locked=True, points=1)),
    )
    result = grader.grade(source, source)
    assert [(cell.score, cell.message) for cell in result.cells] == [(1, ""), (1, "")]
    assert result.flags == ()


def test_comparer_replaced_by_a_trainee_deceives_nobody(grader: Grader) -> None:
    source = notebook(
        code("### BEGIN SOLUTION\nx = 1\n### END SOLUTION", mark("x", solution=True)),
        code("assert x == 1", mark("test_x", grade=True, locked=True, points=1)),
        code("### BEGIN SOLUTION\ny = 2\n### END SOLUTION", mark("y", solution=True)),
        code("assert y == 2", mark("test_y", grade=True, locked=True, points=1)),
    )
    cheat = (
        "import builtins\n\ndef patch():\n    for name in list(vars(builtins)) + list(globals()):\n"
        "        if len(name) == 26 and name.startswith('__'):\n"
        "            setattr(builtins, name, lambda *sides: True)\n            globals()[name] = lambda *sides: True\n\n"
        "class Y:\n    def __eq__(self, other):\n        patch()\n        return other == 2\n\npatch()\ny = Y()\n"
    )
    submitted = json.loads(source)
    submitted["cells"][0]["source"] = "x = 5"
    submitted["cells"][2]["source"] = cheat
    result = grader.grade(source, json.dumps(submitted).encode())
    assert [cell.score for cell in result.cells] == [0, 0]
    assert any(flag.code == "patched_function" and flag.certain for flag in result.flags)
