"""Faithful mode gives the very scores of `nbgrader autograde`, cell by cell, on nbgrader's own fixture notebooks."""

from __future__ import annotations

from pathlib import Path

import nbgrader
import pytest

from app.grading.api import Limits, NotebookFault
from app.grading.environment import Environment
from app.grading.runner import Grader
from tests.integration.grading.conformance.reference import Case, nbgrader_scores

PACKAGE = Path(nbgrader.__file__).parent
FILES = PACKAGE / "tests" / "apps" / "files"
GUIDE = PACKAGE / "docs" / "source" / "user_guide"
CELL_SECONDS = 10
BESIDE = ("jupyter.png", "data.txt")


def beside() -> dict[str, bytes]:
    """The files that the fixtures read, and the templates of automatic tests."""
    files = {name: (FILES / name).read_bytes() for name in BESIDE}
    return {**files, "autotests.yml": (FILES / "autotests.yml").read_bytes()}


def one_case(name: str, source: Path, submitted: Path) -> Case:
    """A case from two paths."""
    return Case(name, source.read_bytes(), submitted.read_bytes(), beside())


def all_cases() -> list[Case]:
    """Every fixture against itself, every changed submission against its source, and the user guide's course."""
    cases = []
    base = FILES / "submitted-unchanged.ipynb"
    for path in sorted(FILES.glob("submitted-*.ipynb")):
        cases.append(one_case(f"base-{path.stem}", base, path))
    for path in sorted(FILES.glob("*.ipynb")):
        cases.append(one_case(f"self-{path.stem}", path, path))
    for stem in ("autotest-simple", "autotest-hashed", "autotest-multi", "autotest-hidden"):
        for path in sorted(FILES.glob(f"{stem}-*.ipynb")):
            cases.append(one_case(f"auto-{path.stem}", FILES / f"{stem}.ipynb", path))
    for problem in ("problem1", "problem2"):
        source = GUIDE / "source" / "ps1" / f"{problem}.ipynb"
        cases.append(one_case(f"guide-{problem}-solved", source, source))
        cases.append(one_case(f"guide-{problem}-blank", source, GUIDE / "release" / "ps1" / f"{problem}.ipynb"))
        for who in ("bitdiddle", "hacker"):
            path = GUIDE / "submitted" / who / "ps1" / f"{problem}.ipynb"
            cases.append(one_case(f"guide-{problem}-{who}", source, path))
        source = GUIDE / "source" / "ps1_autotest" / f"{problem}.ipynb"
        cases.append(one_case(f"guide-auto-{problem}", source, source))
    return cases


def our_scores(grader: Grader, case: Case) -> dict[str, tuple[float | None, float, bool]] | None:
    """The engine's scores in the form of nbgrader's; None where it refuses."""
    limits = Limits(cell_seconds=CELL_SECONDS, total_seconds=300)
    try:
        result = grader.grade(case.source, case.submitted, files=case.files, limits=limits, faithful=True)
    except NotebookFault:
        return None
    return {cell.grade_id: (cell.score, cell.max_score, cell.needs_manual) for cell in result.cells}


def differences(grader: Grader, cases: list[Case], folder: Path, environment: Environment) -> list[str]:
    """What differs, a line each."""
    theirs = nbgrader_scores(cases, folder, environment, cell_seconds=CELL_SECONDS)
    lines = []
    for case in cases:
        ours, reference = our_scores(grader, case), theirs[case.name]
        # Without a graded cell there is no score, whether nbgrader's run of it went through or not.
        if (ours or None) != (reference or None):
            lines.append(f"{case.name}: nbgrader {reference}, ours {ours}")
    return lines


QUICK = (
    "base-submitted-changed",
    "base-submitted-grade-cell-changed",
    "self-test-hidden-tests",
    "guide-problem1-hacker",
)


def test_faithful_scores_equal_nbgrader_on_a_few_notebooks(
    grader: Grader, tmp_path: Path, python_environment: Environment
) -> None:
    cases = [case for case in all_cases() if case.name in QUICK]
    assert len(cases) == len(QUICK)
    assert differences(grader, cases, tmp_path, python_environment) == []


@pytest.mark.long
def test_faithful_scores_equal_nbgrader_on_every_fixture(
    grader: Grader, tmp_path: Path, python_environment: Environment
) -> None:
    assert differences(grader, all_cases(), tmp_path, python_environment) == []
