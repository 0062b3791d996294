"""What a person at a terminal sees of grading: a progress bar and a table."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from app.grading.api import GradeResult

WIDTH = 30


class Progress:
    """A bar on stderr, drawn only where stderr is a terminal."""

    def __init__(self, total: int, *, quiet: bool = False) -> None:
        self.total, self.done = total, 0
        self.shown = not quiet and sys.stderr.isatty()

    def step(self) -> None:
        """One more is done."""
        self.done += 1
        if self.shown:
            filled = WIDTH * self.done // max(1, self.total)
            sys.stderr.write(f"\r[{'#' * filled}{'.' * (WIDTH - filled)}] {self.done}/{self.total}")
            sys.stderr.flush()

    def end(self) -> None:
        """Leave the line."""
        if self.shown:
            sys.stderr.write("\n")


def table(rows: Sequence[tuple[Path, GradeResult | str]]) -> str:
    """A table of submissions: points, what waits for a person, remarks. Points add up what is given so far."""
    lines = [("file", "points", "of", "waiting", "seconds", "remarks")]
    for path, result in rows:
        if isinstance(result, str):
            lines.append((path.name, "-", "-", "-", "-", result))
            continue
        waiting = sum(cell.needs_manual for cell in result.cells)
        remarks = [result.note] if result.note else []
        remarks += [("failed: " if flag.certain else "") + flag.message for flag in result.flags]
        lines.append(
            (
                path.name,
                f"{result.score:g}",
                f"{result.max_score:g}",
                str(waiting or ""),
                f"{result.seconds:.2f}",
                " ".join(remarks),
            )
        )
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    out = []
    for line in lines:
        cells = [
            line[0].ljust(widths[0]),
            *(line[column].rjust(widths[column]) for column in range(1, 5)),
            line[5],
        ]
        out.append("  ".join(cells).rstrip())
    return "\n".join(out)
