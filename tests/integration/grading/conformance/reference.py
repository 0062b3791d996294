"""nbgrader's own scores: `nbgrader autograde` run in a process of its own on a course folder made for the purpose."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.grading.environment import Environment


@dataclass(frozen=True)
class Case:
    """One submission against one source notebook, both with the files beside them."""

    name: str
    source: bytes
    submitted: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)


def kernel_for(environment: Environment, folder: Path) -> dict[str, str]:
    """The variables that make Jupyter run python3 notebooks on the environment's Python."""
    spec = folder / "jupyter" / "kernels" / "python3"
    spec.mkdir(parents=True, exist_ok=True)
    python = str(environment.path / "bin" / "python")
    argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"}))
    return {
        **os.environ,
        "JUPYTER_PATH": str(folder / "jupyter"),
        "JUPYTER_DATA_DIR": str(folder / "jupyter-data"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }


def lay_out(course: Path, cases: Sequence[Case], *, cell_seconds: int) -> None:
    """Write an nbgrader course: each case is an assignment with one notebook and one student."""
    for case in cases:
        for top, notebook in (("source", case.source), (Path("submitted") / "someone", case.submitted)):
            place = course / top / case.name
            place.mkdir(parents=True)
            (place / "notebook.ipynb").write_bytes(notebook)
            for name, data in case.files.items():
                (place / name).write_bytes(data)
    (course / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        f"c.Execute.timeout = {cell_seconds}\n"
        "c.ExecutePreprocessor.startup_timeout = 300\n"
        "c.Execute.startup_timeout = 300\n"
    )


SCRIPT = """
import json, sys
from nbgrader.apps import NbGraderAPI
from nbgrader.api import Gradebook
from nbgrader.apps.updateapp import UpdateApp
from traitlets.config import Config, PyFileConfigLoader
names = json.loads(sys.argv[1])
config = PyFileConfigLoader("nbgrader_config.py", path=".").load_config()
config.CourseDirectory.root = "."
api = NbGraderAPI(config=config)
scores = {}
for name in names:
    for place in ("source/" + name, "submitted/someone/" + name):
        # Old metadata is brought up to date as nbgrader asks its users to do; what it refuses stays as it is.
        update = UpdateApp(config=config, extra_args=[place])
        update.log = api.log
        try:
            update.start()
        except SystemExit:
            pass
    made = api.generate_assignment(name)
    done = api.autograde(name, "someone") if made["success"] else made
    if not done["success"]:
        scores[name] = None
        continue
    with Gradebook("sqlite:///gradebook.db") as book:
        graded = book.find_submission_notebook("notebook", name, "someone")
        scores[name] = {g.name: [g.auto_score, g.max_score, g.needs_manual_grade] for g in graded.grades}
print("SCORES" + json.dumps(scores))
"""


def nbgrader_scores(
    cases: Sequence[Case], folder: Path, environment: Environment, *, cell_seconds: int = 10
) -> dict[str, dict[str, tuple[float | None, float, bool]] | None]:
    """For each case nbgrader's scores: grade id to (auto score, maximum, waits for a person); None where it refuses."""
    course = folder / "course"
    course.mkdir()
    lay_out(course, cases, cell_seconds=cell_seconds)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps([case.name for case in cases])],
        cwd=course,
        env=kernel_for(environment, folder),
        capture_output=True,
        text=True,
        check=False,
        timeout=1200,
    )
    line = next((line for line in done.stdout.splitlines() if line.startswith("SCORES")), None)
    assert line is not None, done.stdout[-3000:] + done.stderr[-3000:]
    scores = json.loads(line.removeprefix("SCORES"))
    return {
        name: None if found is None else {key: (value[0], value[1], value[2]) for key, value in found.items()}
        for name, found in scores.items()
    }
