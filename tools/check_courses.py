"""Prove every assignment of every course: `python -m tools.check_courses [COURSE ...] [--nbgrader]` (make check-courses).

For each assignment: the source scores full marks; the student version scores nothing and gives nothing away; each
wrong answer kept in checks/ASSIGNMENT/GRADE_ID.py (a second one: GRADE_ID.2.py; for answers marked by hand .md or .py)
loses points in its own task and nowhere else, and every tests cell is lost by one. With --nbgrader, nbgrader's own
generate_assignment and autograde must agree. Prints a table; the exit status is 1 on any fault, 2 where nothing could run.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

from app.grading import environment
from app.grading.api import EngineFault, Grader, NotebookFault, SandboxUnavailable
from tools.coursework.engine import Proof, Prover
from tools.coursework.form import form_faults
from tools.coursework.parity import compare
from tools.coursework.read import Course, Unreadable, read_courses

COURSES = Path(__file__).resolve().parents[1] / "courses"


def parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.check_courses", description="Prove the courses' assignments."
    )
    parser.add_argument("courses", nargs="*", help="names of courses (all)")
    parser.add_argument("--folder", type=Path, default=COURSES, help="where the courses are (courses/)")
    parser.add_argument("--assignment", action="append", default=[], metavar="NAME", help="only this assignment")
    parser.add_argument("--nbgrader", action="store_true", help="also run nbgrader itself; takes minutes")
    parser.add_argument("--form", action="store_true", help="only look at the form; run nothing")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="runs at once (2)")
    parser.add_argument(
        "--sandbox", default="auto", choices=("auto", "reduced", "unsafe"), help="see the engine's guide"
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Check, print the table and the faults; the exit status."""
    options = parser().parse_args(arguments)
    began = time.monotonic()
    try:
        courses = read_courses(options.folder, options.courses)
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 2
    faults = [f"{course.slug}: {fault}" for course in courses for fault in form_faults(course)]
    proofs: list[Proof] = []
    if not options.form:
        try:
            proofs = prove(courses, options.assignment, options.jobs, options.sandbox)
        except (SandboxUnavailable, EngineFault, NotebookFault) as error:
            print(error, file=sys.stderr)
            return 2
        if not proofs:
            print(f"There is no assignment {', '.join(options.assignment)} in these courses.", file=sys.stderr)
            return 2
        print(f"engine: {time.monotonic() - began:.1f} s")
        if options.nbgrader:
            ask_nbgrader(courses, proofs, options.jobs)
        print(table(proofs))
    faults += [f"{proof.course}/{proof.assignment}: {fault}" for proof in proofs for fault in proof.faults]
    for fault in faults:
        print(f"- {fault}")
    seconds = time.monotonic() - began
    print(f"{len(faults)} faults in {len(courses)} courses, {len(proofs)} assignments run, {seconds:.1f} s")
    return 1 if faults else 0


def prove(courses: list[Course], only: list[str], jobs: int, sandbox: str) -> list[Proof]:
    """All assignments (or `only` those named) through one grader. Raises SandboxUnavailable, EngineFault."""
    for name in {course.environment for course in courses}:
        environment.find(name)
        if not environment.is_built(name):
            print(f"The environment “{name}” is out of date: python -m app.grading environment {name}", file=sys.stderr)
    with Grader(sandbox=sandbox) as grader, ThreadPoolExecutor(jobs) as pool:
        prover = Prover(grader, pool)
        proofs = []
        for course in courses:
            # One course at a time, so that the sandboxes of one environment alone are warm.
            chosen = [one for one in course.assignments if not only or one.name in only]
            proofs += [finish() for finish in [prover.begin(course, one) for one in chosen]]
        return proofs


def ask_nbgrader(courses: list[Course], proofs: list[Proof], jobs: int) -> None:
    """Compare with nbgrader, assignments side by side in processes of their own; faults are added to the proofs."""
    by_slug = {course.slug: course for course in courses}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        asked = []
        for proof in proofs:
            course = by_slug[proof.course]
            python = environment.find(course.environment).path / "bin" / "python"
            asked.append(pool.submit(compare, course.folder, proof.assignment, python, proof.students, proof.scores))
        for proof, future in zip(proofs, asked, strict=True):
            differences = future.result()
            proof.parity = "differs" if differences else "agrees"
            proof.faults += differences


def table(proofs: list[Proof]) -> str:
    """One line for each assignment."""
    width = max(len(f"{proof.course}/{proof.assignment}") for proof in proofs)
    head = f"{'assignment':{width}}  tasks  points  solved     blank  wrong answers  nbgrader  run s  verdict"
    lines = [head, "-" * len(head)]
    for proof in proofs:
        name = f"{proof.course}/{proof.assignment}"
        lines.append(
            f"{name:{width}}  {proof.tasks:5d}  {proof.points:6g}  {proof.solved:4g}/{proof.automatic:<4g}  "
            f"{proof.blank:5g}  {proof.wrong_right:6d}/{proof.wrong:<6d}  {proof.parity:8}  {proof.seconds:5.1f}  "
            f"{'FAULT' if proof.faults else 'ok'}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
