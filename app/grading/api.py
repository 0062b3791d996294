"""The interface of the grading engine: the values it takes and gives, its faults, and its functions.

Importing this module is cheap: nbgrader and what it needs are loaded by the first call that uses them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.grading.host import check_host
    from app.grading.notebook import answers_of, fill_answers
    from app.grading.release import make_student_version, tasks_of
    from app.grading.runner import Grader
    from app.grading.submission import match, read_submission

__all__ = [
    "CellResult",
    "EngineFault",
    "Flag",
    "GradeResult",
    "Grader",
    "HostReport",
    "Limits",
    "NotebookFault",
    "Problem",
    "SandboxUnavailable",
    "StudentVersion",
    "SubmittedNotebook",
    "Task",
    "answers_of",
    "check_host",
    "fill_answers",
    "make_student_version",
    "match",
    "read_submission",
    "tasks_of",
]

_LAZY = {
    "Grader": "app.grading.runner",
    "answers_of": "app.grading.notebook",
    "check_host": "app.grading.host",
    "fill_answers": "app.grading.notebook",
    "make_student_version": "app.grading.release",
    "match": "app.grading.submission",
    "read_submission": "app.grading.submission",
    "tasks_of": "app.grading.release",
}


def __getattr__(name: str) -> Any:
    """Load the module behind a function of the interface when it is first asked for."""
    if name in _LAZY:
        from importlib import import_module

        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@dataclass(frozen=True, slots=True)
class Task:
    """One thing a trainee is asked to do: `kind` is tests, answer, task or autograded_answer; points in `max_score`."""

    grade_id: str
    kind: str
    max_score: float
    position: int
    title: str


@dataclass(frozen=True, slots=True)
class StudentVersion:
    """What is handed out: the notebook without solutions, hidden tests and mark schemes, and what it asks for."""

    notebook: bytes
    tasks: tuple[Task, ...]
    total: float
    language: str
    kernel: str


@dataclass(frozen=True, slots=True)
class SubmittedNotebook:
    """A handed-in notebook that can be read: its bytes (UTF-8, nbformat 4) and the grade ids found in it."""

    notebook: bytes
    grade_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Flag:
    """Something a coach should look at; `certain` means that the cell was scored as failed for it."""

    grade_id: str | None
    code: str
    message: str
    certain: bool


@dataclass(frozen=True, slots=True)
class CellResult:
    """The result of one graded cell, in points; `score` is None while a person has to give it."""

    grade_id: str
    score: float | None
    max_score: float
    needs_manual: bool
    passed: bool
    error_name: str
    message: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class GradeResult:
    """The result of one submission. `status` is done, timeout or crashed; `note` says in words what happened."""

    cells: tuple[CellResult, ...]
    score: float
    max_score: float
    flags: tuple[Flag, ...]
    notebook: bytes
    seconds: float
    cpu_seconds: float
    sandbox: str
    status: str
    note: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use: seconds of wall time, MiB, processes, bytes of output, open files."""

    cell_seconds: float = 20
    total_seconds: float = 60
    memory_mib: int = 1024
    processes: int = 128
    output_bytes: int = 1_000_000
    file_mib: int = 64
    open_files: int = 256


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the host lacks: what it is, why it matters, and what to do about it."""

    what: str
    why: str
    remedy: str


@dataclass(frozen=True, slots=True)
class HostReport:
    """What sandbox this host can give (full, reduced or none) and what stands in the way of a better one."""

    sandbox: str
    problems: tuple[Problem, ...] = field(default=())


class NotebookFault(Exception):
    """The notebook cannot be taken. `code` is for programs, `message` for people, `detail` for both."""

    def __init__(self, code: str, message: str, detail: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.detail: dict[str, Any] = dict(detail or {})


class SandboxUnavailable(Exception):
    """No sandbox that was asked for can be had on this host; `problems` name what is missing and the remedy."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(" ".join(f"{p.what}: {p.why} {p.remedy}" for p in problems) or "No sandbox is available.")
        self.problems = problems


class EngineFault(Exception):
    """The engine itself failed, which is never the trainee's fault: the run should be tried again."""
