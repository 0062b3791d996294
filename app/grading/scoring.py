"""Scores from an executed notebook: nbgrader's determine_grade, and the words a trainee may read."""

from __future__ import annotations

import builtins
import math

from nbformat.notebooknode import NotebookNode

from app.grading.api import CellResult, Flag
from app.grading.leaks import secrets_of
from app.grading.messages import is_visible
from app.grading.release import SourceCell
from app.grading.restore import Restored

MESSAGE_LENGTH = 600
HIDDEN_LINE = "(a hidden test)"
# Names that the engine itself gives to how a tests cell ended.
OWN_WORDS = frozenset({"", "CellTimeoutError", "NotRun", "Refused", "stderr"})


def failure_of(cell: NotebookNode) -> tuple[str, str]:
    """The name and the words of what made a cell fail: its first error, or text on stderr; empty where it passed."""
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            return str(output.ename), str(output.evalue)
        if output.output_type == "stream" and output.name == "stderr":
            return "stderr", str(output.text)
    return "", ""


def failing_line(cell: NotebookNode) -> str:
    """The line of the tests that failed, where guarded tests say so and the trainee may see it; else empty."""
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            lines = list(output.traceback)
            places = [place for place, line in enumerate(lines[:-1]) if str(line).startswith("  tests, line ")]
            # The outermost line: deeper ones a trainee can forge, by raising with a traceback kept from another call.
            line = str(lines[places[0] + 1]).strip() if places else ""
            return "" if line == HIDDEN_LINE else line
    return ""


def words_of(source: SourceCell, name: str, text: str, line: str = "") -> str:
    """What a trainee may read about a failed tests cell: of hidden tests the kind of error and no more.

    `line` is a line of the visible tests that failed. Where hidden tests stand in the same cell, words and name of an
    error may carry what those tests called the trainee's code with; told are then the words of visible assertions and
    names that Python itself has.
    """
    if name == "CellTimeoutError":
        return "The tests were stopped: they took longer than the time limit."
    if name == "NotRun":
        return text
    if source.hidden:
        if name == "stderr":
            return "The hidden tests wrote to stderr."
        known = name if _is_pythons_own(name) else "an error"
        told = name == "AssertionError" and _may_be_told(source, text)
        if line:
            return f"{name}: {text.strip()[:MESSAGE_LENGTH]}, at: {line}" if told else f"{known}, at: {line}"
        if not told:
            return f"A hidden test did not pass ({known})."
    if line and name != "stderr":
        said = f"{name}: {text.strip()[:MESSAGE_LENGTH]}" if text.strip() else name
        return f"{said}, at: {line}"
    if name == "stderr":
        return f"Text on stderr counts as failed: {text.strip()[:MESSAGE_LENGTH]}"
    return f"{name}: {text.strip()[:MESSAGE_LENGTH]}" if text.strip() else f"{name}"


def _is_pythons_own(name: str) -> bool:
    """Whether an error's name is one of Python's own, which says nothing that a trainee's code put there."""
    kind = getattr(builtins, name, None)
    return isinstance(kind, type) and issubclass(kind, BaseException)


def _may_be_told(source: SourceCell, text: str) -> bool:
    """Whether the words are those of an assertion that the trainee can see, without anything hidden filled in."""
    if any(secret in text for secret in secrets_of(source, source.visible)):
        return False
    return is_visible(text, source.source, source.visible)


def score(restored: Restored, failed: frozenset[str] = frozenset()) -> tuple[list[CellResult], list[Flag]]:
    """The result of each graded cell, in points. `failed` are cells that count as failed whatever their output.

    Partial credit above a cell's maximum gives no points and a flag (nbgrader's command fails the whole submission).
    """
    from nbgrader.utils import determine_grade

    results: list[CellResult] = []
    flags: list[Flag] = []
    for cell, source in zip(restored.notebook.cells, restored.owner, strict=True):
        if source is None or not (source.grade or source.task):
            continue
        if source.task:
            results.append(
                CellResult(
                    source.name,
                    None,
                    source.max_score,
                    True,
                    False,
                    "",
                    "",
                    source.hidden,
                ),
            )
            continue
        name, text = failure_of(cell) if source.is_test else ("", "")
        try:
            points, most = determine_grade(cell)
        except (ValueError, KeyError) as error:
            points, most = 0.0, source.max_score
            name, text = "ValueError", str(error)
            flags.append(
                Flag(
                    source.name,
                    "partial_credit",
                    f"The tests cell “{source.name}” gave more points than it is worth; it counts as failed.",
                    True,
                )
            )
        if points is not None and not math.isfinite(points):
            points = 0.0
        if source.name in failed and source.is_test:
            points, name = 0.0, name or "Refused"
        results.append(
            CellResult(
                grade_id=source.name,
                score=points,
                max_score=most,
                needs_manual=points is None,
                passed=points is not None and points >= most and not name,
                error_name=name if not source.hidden or name in OWN_WORDS or _is_pythons_own(name) else "Exception",
                message=_message(source, cell, points, name, text),
                hidden=source.hidden,
            )
        )
    return results, flags


def _message(source: SourceCell, cell: NotebookNode, points: float | None, name: str, text: str) -> str:
    if source.solution:
        return "No answer was given." if points == 0 else ""
    if name == "Refused":
        return "The tests were tampered with, so they count as failed. Ask your coach if you think this is wrong."
    return words_of(source, name, text, failing_line(cell)) if name else ""
