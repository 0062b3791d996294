"""Run the cells of a restored notebook in a box, one by one, and say how it went."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nbformat.notebooknode import NotebookNode

from app.grading.api import Flag
from app.grading.guarded import Guarded
from app.grading.outputs import Outputs, timeout_reply
from app.grading.protocol import Box, Outcome
from app.grading.restore import Restored


@dataclass(slots=True)
class Execution:
    """How a run went: `status` is done, timeout or crashed; `failed` are cells that count as failed for tampering."""

    status: str = "done"
    note: str = ""
    cpu_seconds: float = 0.0
    flags: list[Flag] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)


def execute(box: Box, restored: Restored, *, guarded: Guarded | None, skip_tagged: bool) -> Execution:
    """Run every code cell, whatever the ones before it did. Raises EngineFault where the box itself fails.

    With `guarded`, tests cells run under guard. `skip_tagged` believes the tag “skip-execution”, as nbclient does.
    """
    execution = Execution()
    outputs = Outputs()
    over = False
    for number, (cell, source) in enumerate(zip(restored.notebook.cells, restored.owner, strict=True)):
        if cell.cell_type != "code" or not cell.source.strip() or (skip_tagged and _is_skipped(cell)):
            continue
        if over:
            outputs.add_error(cell, _not_run(execution.note))
            continue
        outcome: Outcome | None = None
        if guarded is not None and source is not None and source.is_test:
            outcome = guarded.run(number, cell, source, outputs)
            if outcome is not None and outcome.why != "done":
                _record_end(cell, outcome, outputs, box)
        if outcome is None:
            outcome = box.execute(number, cell.source)
            outputs.fill(cell, outcome.messages)
            count = outcome.reply.get("execution_count")
            cell["execution_count"] = count if isinstance(count, int) else None
            _record_end(cell, outcome, outputs, box)
        if outcome.why == "timeout" and execution.status == "done":
            execution.status = "timeout"
            execution.note = f"A cell was stopped after {box.limits.cell_seconds:g} seconds, the limit for one cell."
        if outcome.is_over or box.is_over:
            over = True
            execution.status, execution.note = _verdict(outcome, box)
    if guarded is not None:
        execution.flags, execution.failed = guarded.flags, guarded.failed
    execution.cpu_seconds = box.usage()
    return execution


def _is_skipped(cell: NotebookNode) -> bool:
    """nbclient leaves out cells with this tag; only the faithful mode believes tags."""
    tags = cell.metadata.get("tags", [])
    return isinstance(tags, list) and "skip-execution" in tags


def _record_end(cell: NotebookNode, outcome: Outcome, outputs: Outputs, box: Box) -> None:
    """Note in the cell how it ended, where it did not end well."""
    if outcome.why in ("timeout", "total"):
        outputs.add_error(cell, timeout_reply())
    elif outcome.is_over:
        _, note = _verdict(outcome, box)
        outputs.add_error(cell, {"ename": "DeadKernelError", "evalue": note, "traceback": [note]})
    elif outcome.reply.get("status") != "ok":
        outputs.add_error(cell, outcome.reply)


def _not_run(note: str) -> dict[str, Any]:
    text = f"This cell did not run. {note}"
    return {"ename": "NotRun", "evalue": text, "traceback": [text]}


def _verdict(outcome: Outcome, box: Box) -> tuple[str, str]:
    """The status and the words for a run that ended before its end."""
    limits = box.limits
    if outcome.why in ("timeout", "total"):
        if outcome.why == "total":
            return (
                "timeout",
                f"The notebook was stopped after {limits.total_seconds:g} seconds, the limit for all of it.",
            )
        return (
            "timeout",
            f"A cell ran longer than {limits.cell_seconds:g} seconds and could not be interrupted.",
        )
    if outcome.why == "memory":
        return (
            "crashed",
            f"The notebook needed more than {limits.memory_mib} MiB of memory and was stopped.",
        )
    if outcome.why == "disk":
        return "crashed", f"The notebook wrote more than {4 * limits.file_mib} MiB of files and was stopped."
    if outcome.why == "flood":
        return (
            "crashed",
            "The notebook wrote far more output than can be kept and was stopped.",
        )
    if outcome.why == "garbled":
        return (
            "crashed",
            "The notebook's Python broke the connection to the grader and was stopped.",
        )
    if outcome.status is not None and outcome.status < 0:
        return (
            "crashed",
            f"The notebook's Python was killed (signal {-outcome.status}).",
        )
    if outcome.status is not None:
        return (
            "crashed",
            f"The notebook ended its own Python (exit status {outcome.status}).",
        )
    return "crashed", "The notebook's Python ended without a word."
