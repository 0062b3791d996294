"""The form of the courses that ship, and that the check of the form finds what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.courses import folders
from tools.check_courses import COURSES, main
from tools.coursework.form import form_faults
from tools.coursework.read import Unreadable, read_course, read_courses


@pytest.mark.parametrize("name", sorted(path.parent.name for path in COURSES.glob("*/course.toml")))
def test_shipped_course_has_the_form_of_a_course(name: str) -> None:
    assert form_faults(read_course(COURSES / name)) == []


def test_right_course_has_no_faults(tmp_path: Path) -> None:
    assert form_faults(folders.course(tmp_path), whole=False) == []


def test_small_course_is_not_a_full_course(tmp_path: Path) -> None:
    faults = form_faults(folders.course(tmp_path))
    assert "1 modules, at least 6 are wanted" in faults
    assert "2 hand-graded answers, at least 3 are wanted" in faults


def test_wrong_hours_and_unknown_skills_are_found(tmp_path: Path) -> None:
    about = folders.ABOUT.replace("hours = 2\nskills", "hours = 9\nskills", 1).replace('"knots"', '"sailing"')
    faults = form_faults(folders.course(tmp_path, about=about), whole=False)
    assert "course.toml: the skill “sailing” is not in skills.toml" in faults
    assert "course.toml: the modules take 2 hours together, but the course says 9" in faults


def test_missing_lesson_is_found(tmp_path: Path) -> None:
    about = folders.ABOUT.replace("lessons/one/one.ipynb", "lessons/two/two.ipynb")
    assert "one: the lesson “lessons/two/two.ipynb” is not there" in form_faults(folders.course(tmp_path, about=about))


@pytest.mark.parametrize(
    ("number", "old", "new", "fault"),
    [
        (0, "one.ipynb#", "two.ipynb#", "leads nowhere"),
        (0, "#All-about-knots", "#All-about-boats", "leads to no heading"),
        (0, "# Boats", "![a boat](attachment:boat.svg)", "there is no attachment"),
        (0, "# Boats", "Open /tmp/boats", "holds a path of the machine"),
        (5, "MARK SCHEME", "SCHEME", "“explain” has no mark scheme"),
        (2, "HIDDEN TESTS", "MORE TESTS", "there are no hidden tests"),
        (4, folders.TEST_SHOUT, "pass", "“test_shout” has no visible test"),
    ],
)
def test_spoiled_notebook_is_found(tmp_path: Path, number: int, old: str, new: str, fault: str) -> None:
    given = folders.cells()
    assert old in given[number]["source"]
    given[number]["source"] = given[number]["source"].replace(old, new)
    faults = form_faults(folders.course(tmp_path, given), whole=False)
    assert any(fault in one for one in faults), faults


def test_grade_id_used_twice_and_missing_points_are_found(tmp_path: Path) -> None:
    given = folders.cells()
    given[6]["metadata"]["nbgrader"] |= {"grade_id": "explain", "points": 0}
    faults = form_faults(folders.course(tmp_path, given), whole=False)
    assert "one: the grade id “explain” is used twice in the course" in faults
    assert "one: “explain” has no points" in faults


def test_wrong_answer_to_no_task_is_refused(tmp_path: Path) -> None:
    folder = folders.write(tmp_path)
    (folder / "checks/one/triple.py").write_text("def triple(n):\n    return n\n")
    with pytest.raises(Unreadable, match=r"triple\.py: no cell of the assignment has the grade id “triple”"):
        read_course(folder)


def test_folder_without_course_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no folder in it has a course"):
        read_courses(tmp_path, [])


def test_check_of_the_form_exits_with_one_on_a_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders.write(tmp_path)
    assert main(["--folder", str(tmp_path), "--form"]) == 1
    assert "boats: 1 modules, at least 6 are wanted" in capsys.readouterr().out


def test_check_of_an_unknown_course_exits_with_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders.write(tmp_path)
    assert main(["--folder", str(tmp_path), "ships"]) == 2
    assert "There is no course “ships”" in capsys.readouterr().err
