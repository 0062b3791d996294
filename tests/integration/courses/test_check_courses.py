"""The check of the courses with the real engine: it passes a right course and finds each kind of fault."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from app.grading.api import Grader
from app.grading.environment import build
from tests.unit.courses import folders
from tools.check_courses import main
from tools.coursework.engine import Proof, Prover
from tools.coursework.parity import compare
from tools.coursework.read import read_course


@pytest.fixture(scope="module")
def prover() -> Iterator[Prover]:
    """A prover on a real grader with a full sandbox."""
    build("python")
    with Grader() as grader, ThreadPoolExecutor(2) as pool:
        yield Prover(grader, pool)


def prove(prover: Prover, root: Path, given: list[dict[str, Any]] | None = None, **wrong: str) -> Proof:
    """Prove the small course with these cells and these wrong answers in place of its own."""
    folders.write(root, given)
    for name, text in wrong.items():
        (root / "boats/checks/one" / f"{name}.py").write_text(text)
    course = read_course(root / "boats")
    return prover.begin(course, course.assignments[0])()


def test_right_assignment_is_proved(prover: Prover, tmp_path: Path) -> None:
    proof = prove(prover, tmp_path)
    assert proof.faults == []
    assert (proof.solved, proof.automatic, proof.blank) == (3, 3, 0)
    assert (proof.wrong_right, proof.wrong, proof.points) == (3, 3, 8)


def test_broken_solution_is_found(prover: Prover, tmp_path: Path) -> None:
    given = folders.cells()
    given[3]["source"] = folders.SHOUT.replace("'!'", "'?'")
    faults = prove(prover, tmp_path, given).faults
    assert any(fault.startswith("solved: “test_shout” scores 0 of 1 (AssertionError") for fault in faults), faults


def test_points_without_work_are_found(prover: Prover, tmp_path: Path) -> None:
    given = folders.cells()
    given[4]["source"] = 'assert True, "always"'
    faults = prove(prover, tmp_path, given).faults
    assert "blank: “test_shout” scores 1 without any work" in faults
    assert "shout.py: loses nothing, test_shout should fail" in faults
    assert "no wrong answer in checks/one loses “test_shout”" in faults


def test_wrong_answer_that_costs_another_task_is_found(prover: Prover, tmp_path: Path) -> None:
    spoils = "def double(number):\n    return 4\n\nimport builtins\nstr_upper = None\nshout = None\n"
    given = folders.cells()
    given[3]["source"] = (
        "### BEGIN SOLUTION\ndef shout(text):\n    return text.upper() + '!' * (double(3) // 6)\n### END SOLUTION"
    )
    faults = prove(prover, tmp_path, given, double=spoils).faults
    assert faults == ["double.py: also loses test_shout"]


def test_wrong_answer_that_is_right_is_found(prover: Prover, tmp_path: Path) -> None:
    faults = prove(prover, tmp_path, double="def double(n):\n    return 2 * n\n").faults
    assert "double.py: loses nothing, test_double should fail" in faults


def test_command_prints_a_table_and_the_faults(
    prover: Prover, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders.write(tmp_path)
    assert main(["--folder", str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert "boats/one" in told
    assert "at least 6 are wanted" in told


@pytest.mark.long
def test_nbgrader_agrees_on_a_right_assignment_and_differs_where_scores_do(prover: Prover, tmp_path: Path) -> None:
    proof = prove(prover, tmp_path)
    python = build("python").path / "bin" / "python"
    # nbgrader works in a process of its own, as in the check: it changes the working directory.
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        agrees = pool.submit(compare, tmp_path / "boats", "one", python, proof.students, proof.scores).result()
        proof.scores["solved"]["one/test_double"] = 1.0
        proof.students["one"] = (tmp_path / "boats/source/one/one.ipynb").read_bytes()
        differs = pool.submit(compare, tmp_path / "boats", "one", python, proof.students, proof.scores).result()
    assert agrees == []
    assert differs == [
        "one: nbgrader's student version differs from the engine's",
        "solved, one/test_double: nbgrader scores 2.0 and the engine 1.0",
    ]
