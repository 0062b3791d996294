"""A small course for tests, made by the engine itself, and notebooks solved, half solved, broken and hostile."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

from app.curriculum.models import Assignment, AssignmentNotebook, Course, CourseVersion, Module, Skill, Task
from app.curriculum.states import TaskKind
from app.grading import api as grading
from app.platform import files
from app.platform.database import db
from tests.factories import add

_numbers = count(1)

SUM_RIGHT = "def total(numbers):\n    return sum(numbers)"
SUM_WRONG = "def total(numbers):\n    return 0"
LONGEST_RIGHT = 'def longest(words):\n    return max(words, key=len, default="")'
LONGEST_PARTLY = "def longest(words):\n    return max(words, key=len)"
WORDS = "A loop repeats its lines once for each thing in a list."


def mark(grade_id: str, **flags: Any) -> dict[str, Any]:
    """nbgrader's metadata of a cell."""
    given = {"grade": False, "locked": False, "solution": False, "task": False} | flags
    return {"nbgrader": {"grade_id": grade_id, "schema_version": 3, **given}}


def code(source: str, metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    """A code cell."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata or {},
        "outputs": [],
        "source": source,
        "id": f"c{next(_numbers)}",
    }


def words(source: str, metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    """A markdown cell."""
    return {"cell_type": "markdown", "metadata": metadata or {}, "source": source, "id": f"m{next(_numbers)}"}


def notebook(*cells: dict[str, Any]) -> bytes:
    """A notebook of these cells."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    value = {"cells": list(cells), "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(value).encode()


def functions_source(prefix: str = "") -> bytes:
    """Two functions with visible and hidden tests (2 + 3 points) and one hand-graded answer (4 points)."""
    return notebook(
        words("# Functions\n\nThree short tasks."),
        words("## Sum of a list"),
        code(
            "def total(numbers):\n    ### BEGIN SOLUTION\n    return sum(numbers)\n    ### END SOLUTION",
            mark(f"{prefix}total", solution=True),
        ),
        code(
            'assert total([1, 2]) == 3, "the sum of 1 and 2 is 3"',
            mark(f"{prefix}test_total", grade=True, locked=True, points=2),
        ),
        words("## Longest word"),
        code(
            'def longest(words):\n    ### BEGIN SOLUTION\n    return max(words, key=len, default="")\n    ### END SOLUTION',
            mark(f"{prefix}longest", solution=True),
        ),
        code(
            'assert longest(["a", "abc"]) == "abc", "of a and abc the longest is abc"\n### BEGIN HIDDEN TESTS\n'
            'secret_word = "hidden-from-trainees"\nassert longest([]) == "", "an empty list has no longest word"\n### END HIDDEN TESTS',
            mark(f"{prefix}test_longest", grade=True, locked=True, points=3),
        ),
        words("## Explain a loop\n\nIn your own words."),
        words(
            "### BEGIN SOLUTION\nIt repeats.\n### END SOLUTION",
            mark(f"{prefix}explain", grade=True, solution=True, points=4),
        ),
    )


def answered(student: bytes, answers: dict[str, str]) -> bytes:
    """A student version with these answers written in, as Jupyter would save it."""
    return grading.fill_answers(student, answers)


def answers(
    total: str = SUM_RIGHT, longest: str = LONGEST_RIGHT, explain: str = WORDS, prefix: str = ""
) -> dict[str, str]:
    """Answers to ``functions_source``."""
    return {f"{prefix}total": total, f"{prefix}longest": longest, f"{prefix}explain": explain}


def assignment(
    *sources: tuple[str, bytes], title: str = "Functions", slug: str = "", environment: str = "python"
) -> Assignment:
    """An assignment with its course, version and module; one notebook of ``functions_source`` unless others are given."""
    number = next(_numbers)
    if db.session.get(Skill, "python-basics") is None:
        add(Skill(slug="python-basics", title="Python"))
    course = add(Course(slug=f"course-{number}"))
    version = add(
        CourseVersion(
            course_id=course.id,
            number=1,
            content_hash=f"{number:064d}",
            title=f"Course {number}",
            environment=environment,
            skills=["python-basics"],
        )
    )
    module = add(Module(version_id=version.id, position=1, slug="one", title="Module one", skills=["python-basics"]))
    given = sources or (("functions", functions_source()),)
    row = add(
        Assignment(
            version_id=version.id, module_id=module.id, position=1, slug=slug or f"functions-{number}", title=title
        )
    )
    for position, (name, source) in enumerate(given):
        add_notebook(row, name, source, position)
    db.session.flush()
    return row


def add_notebook(row: Assignment, name: str, source: bytes, position: int) -> AssignmentNotebook:
    """One notebook of an assignment, its student version and its tasks made by the engine."""
    student = grading.make_student_version(source)
    book = add(
        AssignmentNotebook(
            assignment_id=row.id,
            position=position,
            name=name,
            source_sha256=files.store(source),
            student_sha256=files.store(student.notebook),
            max_score=student.total,
        )
    )
    for task in student.tasks:
        add(
            Task(
                notebook_id=book.id,
                position=task.position,
                grade_id=task.grade_id,
                kind=TaskKind(task.kind),
                max_score=task.max_score,
                title=task.title,
            )
        )
    row.max_score = (row.max_score or 0) + student.total
    return book


def student_version(row: Assignment, name: str = "functions") -> bytes:
    """What trainees download of one notebook."""
    sha256 = db.session.query(AssignmentNotebook.student_sha256).filter_by(assignment_id=row.id, name=name).scalar()
    return files.load(sha256)


def solved(row: Assignment, **changes: str) -> bytes:
    """The one notebook of ``assignment()`` with all answers right, except where ``changes`` say otherwise."""
    return answered(student_version(row), answers(**changes))
