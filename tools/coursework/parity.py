"""nbgrader's own word on an assignment: generate_assignment and autograde in a copy of the course, against the engine.

It runs the course's own solutions without a sandbox, as nbgrader does: only for courses that are trusted.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Scores = dict[str, tuple[float | None, float]]


def scores_of(course: Path, assignment: str, python: Path) -> tuple[bytes, dict[str, Scores]]:
    """nbgrader's release of an assignment, and its scores in points for the solved and the blank hand-in.

    The release is a JSON object from notebook's name to notebook, the scores are {solved, blank} -> {notebook/grade id ->
    (score or None, points)}. Cells run on `python`. Raises RuntimeError with nbgrader's own last words.
    """
    with _copy(course, assignment, python) as root:
        # nbgrader's own use of its database gives warnings that are not ours to mend.
        warnings.simplefilter("ignore")
        from nbgrader.apps import NbGraderAPI
        from traitlets.config import Config
        from traitlets.config.loader import PyFileConfigLoader

        config = Config()
        if (root / "nbgrader_config.py").exists():
            config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
        config.CourseDirectory.root = str(root)
        config.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
        api: Any = NbGraderAPI(config=config)
        _run(api.generate_assignment(assignment, create=True), f"generate_assignment {assignment}")
        release = root / "release" / assignment
        for student, origin in (("solved", root / "source" / assignment), ("blank", release)):
            shutil.copytree(origin, root / "submitted" / student / assignment)
            _run(api.autograde(assignment, student), f"autograde {assignment} of {student}")
        scores: dict[str, Scores] = {}
        with api.gradebook as gradebook:
            for student in ("solved", "blank"):
                submission = gradebook.find_submission(assignment, student)
                scores[student] = {
                    f"{notebook.name}/{grade.name}": (grade.auto_score, float(grade.max_score))
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                }
        books = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(release.glob("*.ipynb"))}
        return json.dumps(books).encode(), scores


def _run(answer: dict[str, Any], what: str) -> None:
    if not answer.get("success"):
        words = str(answer.get("error") or answer.get("log") or "").strip().splitlines()[-6:]
        raise RuntimeError(f"nbgrader, {what}: " + "\n".join(words))


@contextmanager
def _copy(course: Path, assignment: str, python: Path) -> Iterator[Path]:
    """A copy of the course with one assignment, and a kernel that runs on `python`; the process works in it."""
    before, old_path = Path.cwd(), dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="course-") as name:
        root = Path(name).resolve()
        shutil.copytree(course / "source" / assignment, root / "source" / assignment)
        if (course / "nbgrader_config.py").exists():
            shutil.copy(course / "nbgrader_config.py", root)
        kernel = root / "jupyter" / "kernels" / "python3"
        kernel.mkdir(parents=True)
        argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=40"]
        (kernel / "kernel.json").write_text(
            json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"}), encoding="utf-8"
        )
        os.environ["JUPYTER_PATH"] = str(root / "jupyter")
        # nbgrader calls the command “alembic”, which lies beside our Python.
        os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        os.chdir(root)
        try:
            yield root
        finally:
            os.chdir(before)
            os.environ.clear()
            os.environ.update(old_path)


def essence(notebook: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What must be the same in two student versions: kind, text and nbgrader's record of each cell."""
    return [
        (
            cell["cell_type"],
            cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"]),
            json.dumps(cell["metadata"].get("nbgrader", {}), sort_keys=True),
        )
        for cell in notebook["cells"]
    ]


def compare(
    course: Path,
    assignment: str,
    python: Path,
    students: dict[str, bytes],
    ours: dict[str, dict[str, float | None]],
) -> list[str]:
    """Where nbgrader and the engine differ for an assignment: student versions, and scores by cell."""
    try:
        release, theirs = scores_of(course, assignment, python)
    except RuntimeError as error:
        return [str(error)]
    faults = []
    books = json.loads(release)
    for name, student in students.items():
        if essence(json.loads(student)) != essence(books.get(name, {"cells": []})):
            faults.append(f"{name}: nbgrader's student version differs from the engine's")
    for who, scores in theirs.items():
        for cell in sorted(scores.keys() | ours[who].keys()):
            theirs_says = scores[cell][0] if cell in scores else "nothing"
            ours_says = ours[who].get(cell, "nothing")
            if theirs_says != ours_says:
                faults.append(f"{who}, {cell}: nbgrader scores {theirs_says} and the engine {ours_says}")
    return faults
