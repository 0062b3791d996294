"""A cohort with coaches, trainees, one released assignment (tests and a hand-graded answer) and attempts already run by tests."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from app.assignments.grade_models import Run, RunFlag, TaskScore
from app.assignments.models import Release, Submission, SubmissionMember, SubmissionNotebook
from app.assignments.services import scores
from app.assignments.states import GradeChangeKind, HandInSource, RunState, SubmissionState
from app.cohorts.models import Cohort, Enrolment
from app.cohorts.states import StaffRole
from app.curriculum.models import Assignment, AssignmentNotebook, Course, CourseVersion, Module, Task
from app.curriculum.states import TaskKind
from app.platform import files
from app.platform.clock import now
from app.platform.database import db
from tests import factories
from tests.factories import add

_numbers = count(1)

SCHEME = "=== BEGIN MARK SCHEME ===\n- 1 point: says **what repeats**\n- 3 points: the rest\n=== END MARK SCHEME ==="


def cell(kind: str, source: str, grade_id: str = "", **facts: Any) -> dict[str, Any]:
    """One cell of a notebook, with nbgrader's facts where a grade id is given."""
    made: dict[str, Any] = {"cell_type": kind, "source": source, "metadata": {}}
    if kind == "code":
        made |= {"outputs": [], "execution_count": None}
    if grade_id:
        given = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
        made["metadata"]["nbgrader"] = given | {"grade_id": grade_id} | facts
    return made


def notebook(add_code: str, answer: str, *, extra: str = "", hidden: bool = False) -> bytes:
    """A notebook: a question, code with tests (2 points), a question answered in words (4 points)."""
    tests = "assert add(1, 2) == 3" + (
        "\n### BEGIN HIDDEN TESTS\nassert add(-7, 7) == 0\n### END HIDDEN TESTS" if hidden else ""
    )
    cells = [
        cell("markdown", "# Loops\n\nWrite `add`." + extra),
        cell("code", add_code, "add", solution=True),
        cell("code", tests, "test_add", grade=True, locked=True, points=2),
        cell("markdown", "Explain your loop in your own words."),
        cell("markdown", answer, "explain", grade=True, solution=True, points=4),
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


class World:
    """One cohort with its people and one release of 6 points."""

    def __init__(self, *, trainees: int = 2, **release: Any) -> None:
        number = next(_numbers)
        self.cohort: Cohort = factories.cohort()
        self.coach = factories.staff(self.cohort)
        self.coach.first_name, self.coach.last_name = "Marja", "Heikkilä"
        self.other_coach = factories.staff(self.cohort)
        self.other_coach.first_name = "Otso"
        self.coordinator = factories.staff(self.cohort, StaffRole.COORDINATOR)
        self.trainees: list[Enrolment] = [factories.enrolment(self.cohort) for _ in range(trainees)]
        self.course: Course = add(Course(slug=f"loops-{number}"))
        self.version = add(
            CourseVersion(course_id=self.course.id, number=1, content_hash=f"{number:064d}", title=f"Course {number}")
        )
        self.module = add(Module(version_id=self.version.id, position=0, slug="loops", title="Loops"))
        self.release = self.new_release("Loops", **release)

    def new_release(self, title: str, **values: Any) -> Release:
        """Another assignment of the same tasks, released to the cohort."""
        number = next(_numbers)
        assignment = add(
            Assignment(
                version_id=self.version.id, module_id=self.module.id, slug=f"a{number}", title=title, max_score=6
            )
        )
        source = files.store(
            notebook(
                "def add(a, b):\n    ### BEGIN SOLUTION\n    return a + b\n    ### END SOLUTION",
                f"Model answer.\n\n{SCHEME}",
                hidden=True,
            )
        )
        self.book = add(
            AssignmentNotebook(
                assignment_id=assignment.id, name="loops", source_sha256=source, student_sha256=source, max_score=6
            )
        )
        kinds = [
            ("add", TaskKind.AUTOGRADED_ANSWER, 0, "Write add"),
            ("test_add", TaskKind.TESTS, 2, "Write add"),
            ("explain", TaskKind.ANSWER, 4, "Explain your loop"),
        ]
        self.tasks: dict[str, Task] = {
            grade_id: add(
                Task(
                    notebook_id=self.book.id,
                    position=position,
                    grade_id=grade_id,
                    kind=kind,
                    max_score=most,
                    title=name,
                )
            )
            for position, (grade_id, kind, most, name) in enumerate(kinds)
        }
        return factories.release(self.cohort, assignment, **values)

    def submission(
        self,
        enrolment: Enrolment,
        *,
        release: Release | None = None,
        answer: str = "It repeats.",
        tests: float = 2,
        by_hand: float | None = None,
        received_at: datetime | None = None,
        number: int = 1,
        flag: str = "",
    ) -> Submission:
        """An attempt whose tests have run; ``by_hand``: the coach's points for the answer, already given."""
        release = release or self.release
        row = add(
            Submission(
                release_id=release.id,
                cohort_id=self.cohort.id,
                enrolment_id=enrolment.id,
                number=number,
                source=HandInSource.UPLOAD,
                received_at=received_at or now(),
                handed_in_by_id=enrolment.person_id,
                state=SubmissionState.BEING_GRADED,
                max_score=6,
            )
        )
        add(SubmissionMember(submission_id=row.id, enrolment_id=enrolment.id))
        tasks = {task.grade_id: task for task in self._tasks_of(release)}
        data = files.store(notebook("def add(a, b):\n    return a + b", answer))
        add(
            SubmissionNotebook(
                submission_id=row.id,
                notebook_id=tasks["explain"].notebook_id,
                sha256=data,
                executed_sha256=data,
                file_name="loops.ipynb",
            )
        )
        add(
            TaskScore(
                submission_id=row.id,
                task_id=tasks["test_add"].id,
                max_score=2,
                auto_score=tests,
                passed=tests == 2,
                message="" if tests == 2 else "add(1, 2) gave 4",
            )
        )
        words = hashlib.sha256(answer.encode()).hexdigest()
        add(
            TaskScore(
                submission_id=row.id, task_id=tasks["explain"].id, max_score=4, needs_manual=True, answer_hash=words
            )
        )
        run = add(Run(submission_id=row.id, state=RunState.DONE, sandbox="full", finished_at=now()))
        if flag:
            add(RunFlag(run_id=run.id, grade_id="test_add", code="noticed", message=flag, is_certain=True))
        scores.settle(row, kind=GradeChangeKind.RUN, run=run)
        if by_hand is not None:
            self.mark(row, by_hand)
        return row

    def mark(self, submission: Submission, points: float) -> None:
        """The coach's points for the answer in words."""
        from app.assignments.services import marks

        task = next(task for task in self._tasks_of_submission(submission) if task.grade_id == "explain")
        row = marks.locked_row(submission, task.id)
        marks.give_points(submission, task.id, points, by=self.coach, version=row.version)

    def task(self, grade_id: str) -> Task:
        """A task of the first release."""
        return next(task for task in self._tasks_of(self.release) if task.grade_id == grade_id)

    def _tasks_of(self, release: Release) -> list[Task]:
        return list(
            db.session.scalars(
                db.select(Task)
                .join(AssignmentNotebook, AssignmentNotebook.id == Task.notebook_id)
                .where(AssignmentNotebook.assignment_id == release.assignment_id)
            )
        )

    def _tasks_of_submission(self, submission: Submission) -> list[Task]:
        return self._tasks_of(db.session.get_one(Release, submission.release_id))


def days(number: float) -> timedelta:
    """A span of days."""
    return timedelta(days=number)
