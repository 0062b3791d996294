"""The grader: keeps a warm sandbox per environment and takes one submission through restore, run and score."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from app.grading.api import (
    EngineFault,
    GradeResult,
    Limits,
    NotebookFault,
    SandboxUnavailable,
)
from app.grading.environment import find
from app.grading.execute import Execution, execute
from app.grading.guarded import Guarded, own_names
from app.grading.host import check_host
from app.grading.leaks import cut
from app.grading.notebook import dump, load
from app.grading.pages import for_pages
from app.grading.release import prepare
from app.grading.restore import (
    Restored,
)
from app.grading.restore import (
    faithful as restore_faithful,
)
from app.grading.restore import (
    hardened as restore_hardened,
)
from app.grading.scoring import score
from app.grading.submission import read_submission
from app.grading.zygote import Zygote

MODES = ("auto", "full", "reduced", "unsafe")


class Grader:
    """Grades submissions, one at a time or from several threads; close it, or use it as a context manager.

    `sandbox` is auto (a full sandbox or none), reduced or unsafe. Raises SandboxUnavailable where it cannot be had.
    """

    def __init__(self, *, sandbox: str = "auto") -> None:
        if sandbox not in MODES:
            raise ValueError(f"sandbox is one of {', '.join(MODES)}, not {sandbox!r}")
        self.sandbox = _settled(sandbox)
        self._lock = threading.Lock()
        self._zygotes: dict[str, Zygote] = {}
        self._spawner = ThreadPoolExecutor(1, thread_name_prefix="grading-spawner")
        self._pid = os.getpid()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every sandbox of this grader; waits until they are gone."""
        with self._lock:
            self._closed = True
            zygotes, self._zygotes = list(self._zygotes.values()), {}
        for zygote in zygotes:
            zygote.close()
        self._spawner.shutdown(wait=True)

    def zygote(self, name: str) -> Zygote:
        """The warm sandbox of an environment, started if need be. Raises EngineFault."""
        with self._lock:
            if self._closed:
                raise EngineFault("The grader is closed.")
            if os.getpid() != self._pid:
                raise EngineFault("A grader cannot be used in a forked process; make a new one there.")
            zygote = self._zygotes.get(name)
            if zygote is not None and not zygote.is_alive():
                zygote.close()
                zygote = None
            if zygote is None:
                zygote = self._zygotes[name] = Zygote(find(name), self._spawner, self.sandbox)
            return zygote

    def grade(
        self,
        source: bytes,
        submitted: bytes,
        *,
        files: Mapping[str, bytes] | None = None,
        environment: str = "python",
        limits: Limits | None = None,
        faithful: bool = False,
    ) -> GradeResult:
        """Grade one submission (points per cell) against its source notebook (with solutions and hidden tests).

        Raises NotebookFault where the submission is not a notebook of this assignment, EngineFault where the engine
        itself failed and the run should be tried again.
        """
        began = time.monotonic()
        limits = limits or Limits()
        release = prepare(source, files)
        reading = read_submission(
            submitted, max_bytes=100 * 2**20, max_cells=20_000, allow_duplicates=True, require_ids=not faithful
        )
        if not reading.grade_ids & set(release.cells) and not faithful:
            raise NotebookFault(
                "other_assignment",
                "The notebook has none of the tasks of this assignment: it belongs to another one.",
                {"grade_ids": sorted(reading.grade_ids)[:20]},
            )
        restore = restore_faithful if faithful else restore_hardened
        restored = restore(release, reading.notebook)
        own = own_names(release) if release.is_python and not faithful else None
        kernel = "" if release.is_python else self._kernel(environment, release.kernel)
        ran = self._run(restored, files or {}, environment, limits, own=own, skip_tagged=faithful, kernel=kernel)
        cells, flags = score(restored, frozenset(ran.failed))
        if not faithful:
            flags += cut(restored)
        return GradeResult(
            cells=tuple(cells),
            score=sum(cell.score or 0.0 for cell in cells),
            max_score=sum(cell.max_score for cell in cells),
            flags=(*restored.flags, *ran.flags, *flags),
            notebook=dump(for_pages(restored)),
            seconds=time.monotonic() - began,
            cpu_seconds=ran.cpu_seconds,
            sandbox=self.sandbox,
            status=ran.status,
            note=ran.note,
        )

    def run(
        self,
        notebook: bytes,
        *,
        files: Mapping[str, bytes] | None = None,
        environment: str = "python",
        limits: Limits | None = None,
    ) -> bytes:
        """Run a notebook as it is and give it back with its outputs. Raises NotebookFault, EngineFault."""
        loaded = load(notebook)
        for cell in loaded.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        restored = Restored(loaded, [None] * len(loaded.cells))
        self._run(restored, files or {}, environment, limits or Limits(), own=None, skip_tagged=True)
        return dump(loaded)

    def _kernel(self, environment: str, name: str) -> str:
        """Check that the environment has the kernel. Raises NotebookFault; EngineFault in the reduced box."""
        if not (find(environment).path / "share" / "jupyter" / "kernels" / name / "kernel.json").is_file():
            raise NotebookFault(
                "unreadable",
                f"The notebook runs on the Jupyter kernel “{name}”, which the environment “{environment}” does not "
                "have. Name an environment that has it, or add it to the list in environments/.",
                {"kernel": name, "environment": environment},
            )
        if self.sandbox == "reduced":
            raise EngineFault("Notebooks of other languages than Python need a full sandbox; this host gives none.")
        return name

    def _run(
        self,
        restored: Restored,
        files: Mapping[str, bytes],
        environment: str,
        limits: Limits,
        *,
        own: list[str] | None,
        skip_tagged: bool,
        kernel: str = "",
    ) -> Execution:
        """Run in a fresh box; with `own` (names the course means trainees to define) tests run under guard."""
        box = self.zygote(environment).fork(limits, files, kernel)
        try:
            guarded = Guarded(box, own) if own is not None else None
            return execute(box, restored, guarded=guarded, skip_tagged=skip_tagged)
        finally:
            box.close()


def _settled(sandbox: str) -> str:
    """The sandbox that will be used: full, reduced or unsafe. Raises SandboxUnavailable."""
    if sandbox == "unsafe":
        return "unsafe"
    report = check_host()
    if sandbox == "reduced":
        if report.sandbox == "none":
            raise SandboxUnavailable(report.problems)
        return "reduced"
    if report.sandbox != "full":
        raise SandboxUnavailable(report.problems)
    return "full"
