"""An assignment proved in the engine: solved scores all, blank scores nothing, each wrong answer loses its own task."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from app.grading.api import (
    EngineFault,
    Grader,
    GradeResult,
    NotebookFault,
    answers_of,
    fill_answers,
    make_student_version,
    tasks_of,
)
from tools.coursework.read import Assignment, Book, Course, WrongAnswer
from tools.coursework.regions import leaks

TRIES = 3


@dataclass(slots=True)
class Proof:
    """What was found for one assignment: scores in points, numbers of wrong answers, seconds of runs, and faults."""

    course: str
    assignment: str
    tasks: int = 0
    points: float = 0.0
    solved: float = 0.0
    automatic: float = 0.0
    blank: float = 0.0
    wrong: int = 0
    wrong_right: int = 0
    seconds: float = 0.0
    parity: str = "-"
    faults: list[str] = field(default_factory=list)
    # For comparing with nbgrader: the student versions by notebook, and {solved, blank} -> {notebook/grade id -> score}.
    students: dict[str, bytes] = field(default_factory=dict)
    scores: dict[str, dict[str, float | None]] = field(default_factory=lambda: {"solved": {}, "blank": {}})


class Prover:
    """Proves assignments with one grader; runs go through `pool`, so that cores are shared by all assignments."""

    def __init__(self, grader: Grader, pool: ThreadPoolExecutor) -> None:
        self.grader = grader
        self.pool = pool

    def begin(self, course: Course, assignment: Assignment) -> Callable[[], Proof]:
        """Put all runs of an assignment into the pool; the function that comes back waits for them."""
        proof = Proof(course.slug, assignment.name)
        waiting = []
        for book in assignment.books:
            try:
                waiting.append(self._begin_book(proof, course, assignment, book))
            except NotebookFault as fault:
                proof.faults.append(f"{book.path.name}: {fault.message}")

        def finish() -> Proof:
            for wait in waiting:
                wait()
            return proof

        return finish

    def _begin_book(self, proof: Proof, course: Course, assignment: Assignment, book: Book) -> Callable[[], None]:
        student = make_student_version(book.data)
        solution = answers_of(book.data, tasks_of(book.data))
        proof.tasks += sum(task.kind != "autograded_answer" for task in student.tasks)
        proof.points += student.total
        proof.faults += leaks(book.cells, student.notebook)
        proof.students[book.path.stem] = student.notebook

        def run(submitted: bytes) -> GradeResult:
            """The engine's own failures (a host without free processes, say) are tried again, as its workers do."""
            for _ in range(TRIES - 1):
                try:
                    return self._run(course, assignment, book, submitted)
                except EngineFault:
                    continue
            return self._run(course, assignment, book, submitted)

        def grade(submitted: bytes) -> Future[GradeResult]:
            return self.pool.submit(run, submitted)

        solved = grade(book.data)
        blank = grade(student.notebook)
        runs = [
            (wrong, grade(fill_answers(student.notebook, solution | {wrong.grade_id: wrong.text})))
            for wrong in book.wrong
        ]

        def finish() -> None:
            for name, future, judge in (("solved", solved, judge_solved), ("blank", blank, judge_blank)):
                result = self._judge(proof, name, future, partial(judge, proof))
                if result is not None:
                    proof.scores[name].update(
                        (f"{book.path.stem}/{cell.grade_id}", cell.score) for cell in result.cells
                    )
            lost: set[str] = set()
            for wrong, future in runs:
                result = self._judge(proof, f"wrong answer {wrong.path.name}", future, lambda result: [])
                if result is None:
                    continue
                proof.wrong += 1
                faults, gone = judge_wrong(wrong, result)
                proof.faults += faults
                proof.wrong_right += not faults
                lost |= gone
            for cell in book.tests:
                if cell.grade_id not in lost:
                    proof.faults.append(f"no wrong answer in checks/{assignment.name} loses “{cell.grade_id}”")

        return finish

    def _run(self, course: Course, assignment: Assignment, book: Book, submitted: bytes) -> GradeResult:
        return self.grader.grade(book.data, submitted, files=assignment.files, environment=course.environment)

    def _judge(
        self, proof: Proof, what: str, future: Future[GradeResult], judge: Callable[[GradeResult], list[str]]
    ) -> GradeResult | None:
        try:
            result = future.result()
        except (EngineFault, NotebookFault) as fault:
            proof.faults.append(f"{what}: {fault}")
            return None
        proof.seconds += result.seconds
        if result.status != "done":
            proof.faults.append(f"{what}: {result.note}")
        proof.faults += [f"{what}: {fault}" for fault in judge(result)]
        return result


def judge_solved(proof: Proof, result: GradeResult) -> list[str]:
    """The source itself scores all points that are not given by hand, and nothing about it looks suspicious."""
    faults = []
    for cell in result.cells:
        if cell.needs_manual:
            continue
        proof.solved += cell.score or 0.0
        proof.automatic += cell.max_score
        if cell.score != cell.max_score:
            why = f"{cell.error_name}: {cell.message}" if cell.error_name else "no error"
            faults.append(f"“{cell.grade_id}” scores {cell.score:g} of {cell.max_score:g} ({why})")
    return faults + [f"flag “{flag.code}”: {flag.message}" for flag in result.flags]


def judge_blank(proof: Proof, result: GradeResult) -> list[str]:
    """The notebook as handed out scores nothing."""
    proof.blank += result.score
    return [f"“{cell.grade_id}” scores {cell.score:g} without any work" for cell in result.cells if cell.score]


def judge_wrong(wrong: WrongAnswer, result: GradeResult) -> tuple[list[str], set[str]]:
    """A wrong answer loses points in its own tests cells and nowhere else. Gives the faults and the cells it lost."""
    lost = {cell.grade_id for cell in result.cells if not cell.needs_manual and cell.score != cell.max_score}
    faults = []
    others = sorted(lost - set(wrong.group))
    if others:
        faults.append(f"{wrong.path.name}: also loses {', '.join(others)}")
    if wrong.by_hand:
        if not any(cell.grade_id == wrong.grade_id and cell.needs_manual for cell in result.cells):
            faults.append(f"{wrong.path.name}: a changed answer should wait for a person's mark")
    elif not lost & set(wrong.group):
        faults.append(f"{wrong.path.name}: loses nothing, {', '.join(wrong.group) or 'there are no tests'} should fail")
    return faults, lost & set(wrong.group)
