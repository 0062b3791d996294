"""Courses come in whole or not at all, as versions; what comes out for trainees holds no solutions."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.curriculum import queries as read
from app.curriculum.models import Course, CourseFile, CourseVersion, Module
from app.curriculum.services import ImportRefused, import_course
from app.curriculum.states import Outcome, TaskKind
from app.platform.database import db
from app.platform.settings import ROOT
from tests import factories
from tests.unit.curriculum.notebooks import cell, graded, lesson, notebook

MANIFEST = b"""
slug = "sums"
title = "Sums"
summary = "Adding."
hours = 3
skills = ["python-basics", "no-such-skill"]
environment = "python"
[[modules]]
slug = "adding"
title = "Adding"
hours = 3
skills = ["python-basics"]
lesson = "lessons/adding.ipynb"
assignments = ["adding"]
"""


def course(**more: bytes) -> dict[str, bytes]:
    return {
        "course.toml": MANIFEST,
        "lessons/adding.ipynb": lesson("How to add"),
        "source/adding/adding.ipynb": graded(),
        "source/adding/data/numbers.csv": b"1,2\n",
    } | more


@pytest.fixture(autouse=True)
def context(app: Flask) -> Flask:
    return app


def counts() -> tuple[int, ...]:
    return tuple(
        db.session.scalar(select(func.count()).select_from(model)) or 0
        for model in (Course, CourseVersion, Module, CourseFile)
    )


def test_a_course_comes_in_with_its_parts() -> None:
    person = factories.person()
    imported = import_course(course(), by=person, origin="a test", name="folder")
    version = read.current_version(imported.course)
    assert version is not None
    assert (imported.course.slug, version.number, version.title, version.hours) == ("sums", 1, "Sums", 3)
    assert version.skills == ["python-basics"]
    assert any("no-such-skill" in note for note in imported.report.notes)
    assert (version.created_by_id, version.origin) == (person.id, "a test")
    (module,) = version.modules
    assert [(part.slug, part.title) for part in module.lessons] == [("adding", "How to add")]
    assignment = read.assignment_with_notebooks(module.assignments[0].id)
    assert assignment is not None
    assert (assignment.slug, assignment.title, assignment.max_score) == ("adding", "Adding", 2)
    (book,) = assignment.notebooks
    assert [(task.grade_id, task.kind, task.max_score) for task in book.tasks] == [
        ("add", TaskKind.AUTOGRADED_ANSWER, 0),
        ("test_add", TaskKind.TESTS, 2),
    ]
    assert read.source_of(book) == graded()
    assert read.data_files(assignment) == {"data/numbers.csv": b"1,2\n"}


def test_student_files_hold_neither_solutions_nor_hidden_tests() -> None:
    imported = import_course(course(), name="x")
    version = read.current_version(imported.course)
    assert version is not None
    assignment = read.assignment_with_notebooks(version.assignments[0].id)
    assert assignment is not None
    found = read.student_files(assignment)
    assert set(found) == {"adding.ipynb", "data/numbers.csv"}
    text = found["adding.ipynb"].decode()
    assert "assert add(1, 2) == 3" in text
    assert "return a + b" not in text
    assert "add(4, 5)" not in text
    with zipfile.ZipFile(io.BytesIO(read.student_zip(assignment))) as archive:
        assert sorted(archive.namelist()) == ["adding/adding.ipynb", "adding/data/numbers.csv"]


def test_the_same_content_is_the_same_version_and_a_repair_a_new_one() -> None:
    first = import_course(course(), name="x")
    again = import_course(course(), name="x")
    assert (first.is_new, again.is_new, again.version.id) == (True, False, first.version.id)
    repaired = import_course(course() | {"source/adding/adding.ipynb": graded(points=5)}, name="x")
    assert (repaired.is_new, repaired.version.number) == (True, 2)
    back = import_course(course(), name="x")
    assert (back.is_new, back.version.number) == (True, 3)
    assert not import_course(course(), name="x").is_new
    old = read.version_by_number(first.course, 1)
    new = read.current_version(first.course)
    assert old is not None
    assert new is not None
    assert new.number == 3
    found = read.same_assignment_in(new, old.assignments[0])
    assert found is not None
    assert (found.version_id, found.slug) == (new.id, "adding")


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        ("source/adding/adding.ipynb", b"{not json", "not valid JSON"),
        ("source/adding/adding.ipynb", b"[1]", "no cells"),
        ("source/adding/adding.ipynb", b"\xff\xfe{}", "UTF-8"),
        (
            "source/adding/adding.ipynb",
            notebook(*json.loads(graded())["cells"], *json.loads(graded())["cells"]),
            "Duplicate grade id: add",
        ),
        (
            "source/adding/adding.ipynb",
            notebook(cell("code", "### AUTOTEST add(1, 2)", "t", grade=True, locked=True, points=1)),
            "AUTOTEST",
        ),
        (
            "source/adding/adding.ipynb",
            notebook(cell("code", "x", "t", schema=9, grade=True, locked=True, points=1)),
            "newer nbgrader",
        ),
        ("lessons/adding.ipynb", b"{}", "no cells"),
        ("course.toml", b"title = ", "not valid TOML"),
        ("course.toml", b"title = 3\nhours = 'many'\nslug = 'No Slug'", "course.hours"),
        ("course.toml", MANIFEST.replace(b'["adding"]', b'["subtracting"]'), "subtracting"),
        ("course.toml", MANIFEST.replace(b"lessons/adding", b"lessons/nothing"), "lessons/nothing.ipynb"),
        ("source/adding/../../../etc/passwd", b"x", "leads out"),
        ("source/adding/big.csv", b"x" * (21 * 2**20), "20 MiB"),
    ],
)
def test_a_fault_is_named_and_nothing_is_written(path: str, content: bytes, words: str) -> None:
    import_course({"ps1/a.ipynb": graded()}, name="other")
    before = counts()
    with pytest.raises(ImportRefused) as refusal:
        import_course(course() | {path: content}, name="x")
    (line,) = refusal.value.report.refused
    assert line.path.endswith(path.rpartition("/")[2])
    assert words in line.reason
    assert line.path in str(refusal.value)
    assert counts() == before


def test_faulty_assignments_can_be_left_out_by_choice() -> None:
    files = {"source/good/a.ipynb": graded(), "source/bad/a.ipynb": b"{", "source/bad/b.ipynb": graded()}
    with pytest.raises(ImportRefused):
        import_course(files, name="x")
    imported = import_course(files, name="x", leave_out_faulty=True)
    version = read.current_version(imported.course)
    assert version is not None
    assert [assignment.slug for assignment in version.assignments] == ["good"]
    assert [module.slug for module in version.modules] == ["good"]
    left = imported.report.of(Outcome.LEFT_OUT)
    assert [line.path for line in left] == ["source/bad/a.ipynb", "source/bad/b.ipynb"]
    paths = set(db.session.scalars(select(CourseFile.path)))
    assert paths == {"source/good/a.ipynb"}


def test_the_python_course_of_this_project_comes_in() -> None:
    imported = import_course(ROOT / "courses" / "python")
    assert imported.report.refused == []
    version = read.current_version(imported.course)
    assert version is not None
    assert len(version.modules) >= 2
    assert all(module.lessons and module.assignments for module in version.modules)


def test_the_catalogue_runs_the_same_queries_for_one_course_and_for_many(queries: type) -> None:
    import_course({"ps1/a.ipynb": graded()}, name="one")
    db.session.expire_all()
    with queries() as few:
        assert len(read.catalogue()) == 1
    for name in ("two", "three", "four"):
        import_course({"ps1/a.ipynb": graded()}, name=name)
    db.session.expire_all()
    with queries() as many:
        assert [version.title for version in read.catalogue()] == ["four", "one", "three", "two"]
    assert few.count == many.count
