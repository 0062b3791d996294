"""What a course hands out: nbgrader's own preprocessors make the student version and the record that grading rests on."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from nbformat.notebooknode import NotebookNode

from app.grading.api import NotebookFault, StudentVersion, Task
from app.grading.notebook import dump, load, mark_of
from app.grading.submission import id_of

_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)
_MARKUP = re.compile(r"[*_`]|\[([^\]]*)\]\([^)]*\)")
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_KEPT = 64


@dataclass(frozen=True, slots=True)
class SourceCell:
    """A cell of the release that nbgrader keeps: its whole source (with hidden tests) and what it is worth."""

    name: str
    cell_type: str
    locked: bool
    source: str
    checksum: str | None
    grade: bool
    solution: bool
    task: bool
    max_score: float
    visible: str
    metadata: dict[str, Any] = field(hash=False)

    @property
    def hidden(self) -> bool:
        """Whether the trainee was given less than what is run."""
        return self.locked and self.visible != self.source

    @property
    def is_test(self) -> bool:
        """Whether this is an autograded tests cell."""
        return self.grade and not self.solution and self.cell_type == "code"


@dataclass(frozen=True, slots=True)
class Release:
    """A source notebook, prepared once for all its submissions."""

    student: bytes
    cells: dict[str, SourceCell]
    tasks: tuple[Task, ...]
    kernelspec: dict[str, Any]
    language: str

    @property
    def kernel(self) -> str:
        """The name of the Jupyter kernel the notebook asks for."""
        return str(self.kernelspec.get("name") or "python3")

    @property
    def is_python(self) -> bool:
        """Whether the notebook runs on IPython."""
        language = str(self.kernelspec.get("language") or self.language).lower()
        return language in ("python", "ipython") if language else self.kernel.lower().startswith("python")


def first_line(error: BaseException) -> str:
    """The first line of what an error says, or its name where it says nothing.

    nbgrader's check of metadata hides the reason behind a general sentence; the reason is told.
    """
    if "nbgrader metadata may be corrupted" in str(error) and error.__context__ is not None:
        error = error.__context__
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def _chain(notebook: NotebookNode, *names: str, path: str = "") -> NotebookNode:
    """Run nbgrader's preprocessors of those names over the notebook. Raises NotebookFault(unreadable)."""
    from nbgrader import preprocessors

    resources: dict[str, Any] = {"metadata": {"path": path}}
    for name in names:
        preprocessor = getattr(preprocessors, name)()
        if name == "ClearSolutions":
            language = notebook.metadata.get("kernelspec", {}).get("language", "python")
            # nbgrader knows eight languages; others (bash, say) mostly take a comment of this form.
            preprocessor.code_stub = {language: "# YOUR CODE HERE", **preprocessor.code_stub}
        try:
            notebook, resources = preprocessor.preprocess(notebook, resources)
        except Exception as error:
            client = getattr(preprocessor, "kc", None)
            if client is not None:
                # nbgrader leaves its kernel running when an automatic test cannot be written.
                client.shutdown()
                client.stop_channels()
            raise NotebookFault(
                "unreadable",
                f"nbgrader refuses the source notebook ({name}): {first_line(error)}",
                {"step": name, "error": str(error)},
            ) from error
    return notebook


def upgrade(notebook: NotebookNode) -> NotebookNode:
    """nbgrader's metadata brought to its newest schema, as `nbgrader update` does."""
    from nbgrader.nbgraderformat import MetadataValidator

    validator = MetadataValidator()
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            if not isinstance(cell.metadata["nbgrader"], dict) or not cell.metadata["nbgrader"]:
                del cell.metadata["nbgrader"]
                continue
            validator.upgrade_cell_metadata(cell)
    return notebook


def _instantiate(notebook: NotebookNode, files: Mapping[str, bytes]) -> NotebookNode:
    """Write out nbgrader's automatic tests (AUTOTEST lines), which runs the course's own code on this host.

    They need the file autotests.yml among the assignment's files. Raises NotebookFault(unreadable).
    """
    if not any(cell.cell_type == "code" and "AUTOTEST" in cell.source for cell in notebook.cells):
        return notebook
    if "autotests.yml" not in files:
        raise NotebookFault(
            "unreadable",
            "The source notebook has AUTOTEST lines, but there is no file autotests.yml beside it.",
        )
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            path = os.path.normpath(os.path.join(folder, name))
            if path.startswith(folder + os.sep):
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as file:
                    file.write(data)
        return _chain(notebook, "InstantiateTests", path=folder)


def prepare(source: bytes, files: Mapping[str, bytes] | None = None) -> Release:
    """The release made from a source notebook; the last few are kept. Raises NotebookFault."""
    files = files or {}
    key = hashlib.sha256(source + files.get("autotests.yml", b"")).digest()
    with _lock:
        if key in _prepared:
            _prepared.move_to_end(key)
            return _prepared[key]
    release = _prepare(source, files)
    with _lock:
        _prepared[key] = release
        while len(_prepared) > _KEPT:
            _prepared.popitem(last=False)
    return release


_prepared: OrderedDict[bytes, Release] = OrderedDict()
_lock = Lock()


def _prepare(source: bytes, files: Mapping[str, bytes]) -> Release:
    notebook = _instantiate(upgrade(load(source)), files)
    tasks = _tasks(notebook)
    notebook = _chain(
        notebook,
        "LockCells",
        "ClearSolutions",
        "ClearOutput",
        "CheckCellMetadata",
        "ComputeChecksums",
    )
    whole = {name: str(cell.source) for cell in notebook.cells if (name := id_of(cell))}
    checksums = {name: mark_of(cell).get("checksum") for cell in notebook.cells if (name := id_of(cell))}
    notebook = _chain(
        notebook,
        "ClearHiddenTests",
        "ClearMarkScheme",
        "ComputeChecksums",
        "CheckCellMetadata",
    )
    cells: dict[str, SourceCell] = {}
    for cell in notebook.cells:
        name = id_of(cell)
        if name is None:
            continue
        mark = mark_of(cell)
        grade, solution = bool(mark.get("grade")), bool(mark.get("solution"))
        cells[name] = SourceCell(
            name=name,
            cell_type=cell.cell_type,
            # nbgrader.utils.is_locked: a solution cell is open, a graded one locked, others as marked.
            locked=not solution and (grade or bool(mark.get("locked"))),
            source=whole[name],
            checksum=checksums[name],
            grade=grade,
            solution=solution,
            task=bool(mark.get("task")),
            max_score=float(mark.get("points") or 0) if grade or mark.get("task") else 0.0,
            visible=str(cell.source),
            metadata=_plain(cell.metadata),
        )
    return Release(
        student=dump(notebook),
        cells=cells,
        tasks=tasks,
        kernelspec=_plain(notebook.metadata.get("kernelspec", {})),
        language=str(notebook.metadata.get("language_info", {}).get("name") or ""),
    )


def _plain(value: Any) -> dict[str, Any]:
    import json

    plain: dict[str, Any] = json.loads(json.dumps(value))
    return plain


def _kind(cell: NotebookNode) -> str | None:
    mark = mark_of(cell)
    if mark.get("task"):
        return "task"
    if mark.get("grade"):
        return "answer" if mark.get("solution") else "tests"
    return "autograded_answer" if mark.get("solution") else None


def _headings(text: str) -> list[str]:
    found = _HEADING.findall(_FENCE.sub("", text))
    return [_MARKUP.sub(lambda m: m.group(1) or "", heading).strip() for heading in found]


def _tasks(notebook: NotebookNode) -> tuple[Task, ...]:
    tasks: list[Task] = []
    title = ""
    for position, cell in enumerate(notebook.cells):
        name, kind = id_of(cell), _kind(cell)
        headings = _headings(cell.source) if cell.cell_type == "markdown" else []
        # A task's own cell may begin with its heading; an answer's text may hold headings of its own.
        if headings and kind in (None, "task"):
            title = headings[-1] if kind is None else headings[0]
        if name is None or kind is None:
            continue
        points = 0.0 if kind == "autograded_answer" else float(mark_of(cell).get("points") or 0)
        tasks.append(
            Task(
                grade_id=name,
                kind=kind,
                max_score=points,
                position=position,
                title=title or name,
            )
        )
    return tuple(tasks)


def tasks_of(source: bytes) -> tuple[Task, ...]:
    """What the source notebook asks for, in its order. Raises NotebookFault."""
    return _tasks(upgrade(load(source)))


def make_student_version(source: bytes, *, files: Mapping[str, bytes] | None = None) -> StudentVersion:
    """The student version of a source notebook: solutions, hidden tests and mark schemes stripped, checksums written.

    `files` are those beside it; only autotests.yml among them matters. Raises NotebookFault where the source is no notebook or nbgrader finds fault with it (a repeated grade id, say).
    """
    release = prepare(source, files)
    return StudentVersion(
        notebook=release.student,
        tasks=release.tasks,
        total=sum(task.max_score for task in release.tasks),
        language=str(release.kernelspec.get("language") or release.language or "python"),
        kernel=release.kernel,
    )
