"""Which tests belong to a wrong answer, and what counts as giving a solution away."""

from __future__ import annotations

import json
from pathlib import Path

from app.grading.api import make_student_version
from tests.unit.courses import folders
from tools.coursework.read import read_cells
from tools.coursework.regions import leaks, split


def groups(tmp_path: Path, given: list[dict[str, object]]) -> dict[str, tuple[str, ...]]:
    """Grade id of each wrong answer -> the cells it may lose."""
    book = folders.course(tmp_path, given).assignments[0].books[0]
    return {wrong.grade_id: wrong.group for wrong in book.wrong}


def test_tests_are_found_by_name_wherever_they_stand(tmp_path: Path) -> None:
    given = folders.cells()
    given.append(folders.cell("code", "assert double(0) == 0, 'zero'", "test_double_zero", 1, grade=True, locked=True))
    found = groups(tmp_path, given)
    assert found == {"double": ("test_double", "test_double_zero"), "shout": ("test_shout",), "explain": ("explain",)}


def test_tests_with_other_names_are_those_up_to_the_next_solution(tmp_path: Path) -> None:
    given = folders.cells()
    given[2]["metadata"]["nbgrader"]["grade_id"] = "check-1"
    assert groups(tmp_path, given)["double"] == ("check-1",)


def test_split_keeps_back_what_stands_between_the_marks() -> None:
    seen, kept = split(folders.TEST_DOUBLE)
    assert seen == ['assert double(2) == 4, "twice 2 is 4"']
    assert kept == ['assert double(-3) == -6, "twice -3 is -6"']


def test_engine_version_gives_nothing_away(tmp_path: Path) -> None:
    path = folders.write(tmp_path) / "source/one/one.ipynb"
    data = path.read_bytes()
    assert leaks(read_cells(path, data), make_student_version(data).notebook) == []


def test_solution_hidden_test_and_scheme_left_in_are_found(tmp_path: Path) -> None:
    path = folders.write(tmp_path) / "source/one/one.ipynb"
    data = path.read_bytes()
    found = "\n".join(leaks(read_cells(path, data), data))
    for words in (
        "BEGIN SOLUTION",
        "BEGIN HIDDEN TESTS",
        "BEGIN MARK SCHEME",
        "of “double”",
        "of “test_double”",
        "of “draw”",
    ):
        assert words in found


def test_solution_left_in_an_output_is_found(tmp_path: Path) -> None:
    path = folders.write(tmp_path) / "source/one/one.ipynb"
    data = path.read_bytes()
    student = json.loads(make_student_version(data).notebook)
    code = next(cell for cell in student["cells"] if cell["cell_type"] == "code")
    code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x\nreturn number + number\ny"}]
    assert any("“double”" in fault for fault in leaks(read_cells(path, data), json.dumps(student).encode()))
