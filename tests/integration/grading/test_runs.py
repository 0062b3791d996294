"""What notebooks may do in the box, what they may not, and what of it is seen."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from app.grading.api import GradeResult, Limits, NotebookFault, make_student_version
from app.grading.environment import build
from app.grading.runner import Grader
from tests.integration.grading.attacks import assignment
from tests.integration.grading.conftest import ROOMY


def outputs(grader: Grader, *codes: str, limits: Limits = ROOMY, files: dict[str, bytes] | None = None) -> list[Any]:
    """The outputs of each cell of a notebook that is run."""
    cells = [nbformat.v4.new_code_cell(code) for code in codes]
    data = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
    ran = nbformat.reads(grader.run(data, limits=limits, files=files).decode(), as_version=4)
    return [cell.outputs for cell in ran.cells]


def text_of(outs: list[Any]) -> str:
    """The text that a cell shows."""
    parts = [
        out.get("text", "") + str(out.get("data", {}).get("text/plain", "")) + out.get("evalue", "") for out in outs
    ]
    return "".join(parts)


def graded(grader: Grader, answers: dict[str, str], **options: Any) -> GradeResult:
    """The grade of a submission of the attacks' assignment."""
    student = make_student_version(assignment.source()).notebook
    data = nbformat.writes(assignment.submission(student, {**assignment.HONEST, **answers})).encode()
    return grader.grade(assignment.source(), data, limits=options.pop("limits", ROOMY), **options)


def test_an_honest_submission_gets_full_points_and_no_flag(grader: Grader) -> None:
    result = graded(grader, {})
    assert (result.score, result.max_score, result.flags, result.status) == (9, 9, (), "done")
    assert result.sandbox == "full"
    assert result.cpu_seconds > 0


def test_a_wrong_answer_is_told_without_the_hidden_test(grader: Grader) -> None:
    result = graded(grader, {"add": "def add(a, b):\n    return 5\n"})
    cell = next(cell for cell in result.cells if cell.grade_id == "test_add")
    assert (cell.score, cell.passed, cell.error_name, cell.hidden) == (0, False, "AssertionError", True)
    assert assignment.HIDDEN_WORD not in cell.message + result.notebook.decode()


def test_a_failed_visible_test_is_told_with_its_line(grader: Grader) -> None:
    result = graded(grader, {"add": "def add(a, b):\n    return a - b\n"})
    cell = next(cell for cell in result.cells if cell.grade_id == "test_add")
    assert cell.message == "AssertionError, at: assert add(2, 3) == 5"


# Right for the two visible calls; in the first it keeps a traceback that ends in the visible line.
KEPT = """
import sys, types
kept, calls = None, 0
def add(a, b):
    global kept, calls
    calls += 1
    if calls == 1:
        frame = sys._getframe(1)
        while frame is not None:
            kept = types.TracebackType(kept, frame, frame.f_lasti, frame.f_lineno)
            frame = frame.f_back
    if calls <= 2:
        return a + b
    raise {kind}(repr((a, b))).with_traceback(kept)
"""


@pytest.mark.parametrize("kind", ["ValueError", "AssertionError", "type(f'Saw{a}And{b}', (Exception,), {{}})"])
def test_what_hidden_tests_call_with_is_not_told_by_a_kept_traceback_or_a_name(grader: Grader, kind: str) -> None:
    result = graded(grader, {"add": KEPT.replace("{kind}", kind.replace("{{", "{").replace("}}", "}"))})
    cell = next(cell for cell in result.cells if cell.grade_id == "test_add")
    assert cell.score == 0 and not cell.passed
    assert cell.message.startswith("A hidden test did not pass")
    assert not any(character.isdigit() for character in cell.message + cell.error_name)


def test_partial_credit_is_the_last_number(grader: Grader) -> None:
    result = graded(grader, {"add": "def add(a, b):\n    return 2\n"})
    assert {cell.grade_id: cell.score for cell in result.cells}["test_parts"] == 2


@pytest.mark.parametrize("count", [20, pytest.param(100, marks=pytest.mark.long)])
def test_honest_submissions_raise_no_flag(grader: Grader, count: int) -> None:
    ways = (
        "def add(a, b):\n    return a + b\n",
        "def add(a, b):\n    total = sum([a, b])\n    return total\n",
        "import operator\nadd = operator.add\n",
        "class Adder:\n    def __init__(self, a):\n        self.a = a\n    def __eq__(self, o):\n"
        "        return isinstance(o, Adder) and self.a == o.a\ndef add(a, b):\n    return b + a\n",
        "import numpy as np\nlist_of = [1]\nmax = 3\ndef add(a, b):\n    print('adding', a, b)\n    return a + b\n",
    )
    for number in range(count):
        result = graded(grader, {"add": ways[number % len(ways)], "notes": f"x = {number}\nx"})
        assert (result.score, result.flags) == (9, ()), (ways[number % len(ways)], result)


def test_figures_tables_and_displays(grader: Grader) -> None:
    figure, table, update = outputs(
        grader,
        "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
        "import pandas as pd\npd.DataFrame({'a': [1]})",
        "from IPython.display import display\nh = display('one', display_id=True)\nh.update('two')",
    )
    assert "image/png" in figure[0].data
    assert "text/html" in table[0].data
    assert [out.data["text/plain"] for out in update] == ["'two'"]


def test_async_threads_magics_and_subprocesses(grader: Grader) -> None:
    shown = outputs(
        grader,
        "import asyncio\nawait asyncio.sleep(0)\nprint('awaited')",
        "import threading\nt = threading.Thread(target=lambda: print('threaded'))\nt.start(); t.join()",
        "%time 1 + 1",
        "!echo from the shell",
        "%%bash\necho from bash",
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import numpy; print(\"child\", numpy.__name__)'])",
        "from multiprocessing import Pool\nwith Pool(2) as p:\n    print(sum(p.map(abs, [-1, -2])))",
        "%%writefile helper.py\nvalue = 7",
        "import helper\nhelper.value",
    )
    wanted = ("awaited", "threaded", "2", "from the shell", "from bash", "child numpy", "3", "helper.py", "7")
    for outs, word in zip(shown, wanted, strict=True):
        assert word in text_of(outs), (word, outs)


def test_a_server_on_loopback_inside_the_run(grader: Grader) -> None:
    shown = outputs(
        grader,
        "import http.server, threading, urllib.request\n"
        "server = http.server.HTTPServer(('127.0.0.1', 8000), http.server.SimpleHTTPRequestHandler)\n"
        "threading.Thread(target=server.serve_forever, daemon=True).start()",
        "urllib.request.urlopen('http://localhost:8000/').status",
    )
    assert text_of(shown[1]) == "200"


def test_input_is_refused_with_a_clear_error(grader: Grader) -> None:
    (outs,) = outputs(grader, "name = input('Your name')")
    assert outs[0].ename == "StdinNotImplementedError"


def test_errors_are_shown_and_the_next_cell_runs(grader: Grader) -> None:
    first, second = outputs(grader, "1 / 0", "print('on')")
    assert (first[0].ename, text_of(second)) == ("ZeroDivisionError", "on\n")


def test_data_files_are_there_fresh_and_read_only(grader: Grader) -> None:
    files = {"data.csv": b"a\n1\n", "deep/more.txt": b"deep"}
    codes = (
        "print(open('data.csv').read(), open('deep/more.txt').read())",
        "open('data.csv', 'a')",
        "open('own', 'w').write('x')",
    )
    for _ in range(2):
        shown = outputs(grader, *codes, files=files)
        assert "deep" in text_of(shown[0])
        assert shown[1][0].output_type == "error"
        assert text_of(shown[2]) == "1"


def test_data_files_larger_than_a_socket_holds_arrive_whole(grader: Grader) -> None:
    files = {f"large{number}.bin": bytes([number]) * 2**21 for number in range(3)}
    shown = outputs(grader, "print([len(open(f'large{n}.bin', 'rb').read()) for n in range(3)])", files=files)
    assert text_of(shown[0]) == f"{[2**21] * 3}\n"


def test_nothing_of_a_run_reaches_the_next(grader: Grader) -> None:
    leave = (
        "import builtins, os, sys, random\nbuiltins.left = 1\nsys.left = 1\nos.environ['LEFT'] = '1'\n"
        "for place in ('/tmp', '/dev/shm', '.'):\n    open(os.path.join(place, 'left'), 'w').write('x')\nprint(random.random())"
    )
    look = (
        "import builtins, os, sys, random\nprint(hasattr(builtins, 'left'), hasattr(sys, 'left'), 'LEFT' in os.environ,"
        " [os.path.exists(os.path.join(p, 'left')) for p in ('/tmp', '/dev/shm', '.')], os.listdir('.'))\nprint(random.random())"
    )
    (first,), (second,) = outputs(grader, leave), outputs(grader, look)
    assert text_of(second).startswith("False False False [False, False, False] []")
    assert text_of(first).splitlines()[-1] != text_of(second).splitlines()[-1]


def test_a_cell_that_is_too_slow_is_stopped_and_the_rest_runs(grader: Grader) -> None:
    limits = Limits(cell_seconds=2, total_seconds=120)
    slow, after = outputs(grader, "while True:\n    pass", "print('after')", limits=limits)
    assert slow[-1].ename == "CellTimeoutError" or slow[0].ename == "KeyboardInterrupt"
    assert "after" in text_of(after)


def test_long_output_is_cut_and_the_run_goes_on(grader: Grader) -> None:
    limits = Limits(cell_seconds=60, total_seconds=120, output_bytes=10_000)
    long, after = outputs(grader, "for _ in range(300):\n    print('x' * 1000)", "1 + 1", limits=limits)
    assert len(text_of(long)) <= 200_000
    assert after == [] or text_of(after) == "2"


def test_another_assignments_notebook_is_refused(grader: Grader) -> None:
    cell = nbformat.v4.new_code_cell("x = 1")
    cell.metadata["nbgrader"] = {
        "grade": False,
        "solution": True,
        "locked": False,
        "grade_id": "elsewhere",
        "schema_version": 3,
    }
    data = nbformat.writes(nbformat.v4.new_notebook(cells=[cell])).encode()
    with pytest.raises(NotebookFault) as fault:
        grader.grade(assignment.source(), data)
    assert fault.value.code == "other_assignment"


def test_the_command_line_releases_and_grades(tmp_path: Path, grader: Grader) -> None:
    source, student = tmp_path / "source.ipynb", tmp_path / "student.ipynb"
    source.write_bytes(assignment.source())
    command = [sys.executable, "-m", "app.grading"]
    subprocess.run([*command, "release", str(source), "-o", str(student)], check=True)
    assert b"SOLUTION" not in student.read_bytes()
    broken = tmp_path / "broken.ipynb"
    broken.write_text("{")
    arguments = [*command, "grade", "--source", str(source), str(source), str(student), str(broken), "--json"]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line.get("score") for line in lines] == [9, 0, None], done.stderr
    assert (done.returncode, "error" in lines[2]) == (1, True)
    assert {"file", "score", "max_score", "cells", "flags", "seconds"} <= set(lines[0])


@pytest.mark.long
def test_a_notebook_in_bash_runs_on_its_own_kernel(grader: Grader) -> None:
    build("shell")
    mark = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
    answer = 'greet() {\n    ### BEGIN SOLUTION\n    echo "hello $1"\n    ### END SOLUTION\n}'
    cells = [
        nbformat.v4.new_code_cell(answer, metadata={"nbgrader": {**mark, "solution": True, "grade_id": "greet"}}),
        nbformat.v4.new_code_cell(
            '[ "$(greet you)" = "hello you" ]',
            metadata={"nbgrader": {**mark, "grade": True, "locked": True, "points": 2, "grade_id": "test_greet"}},
        ),
    ]
    kernelspec = {"name": "bash", "display_name": "Bash", "language": "bash"}
    source = nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec})).encode()
    student = make_student_version(source).notebook
    assert grader.grade(source, source, environment="shell", limits=ROOMY).score == 2
    assert grader.grade(source, student, environment="shell", limits=ROOMY).score == 0
    with pytest.raises(NotebookFault):
        grader.grade(source, source, environment="python")
