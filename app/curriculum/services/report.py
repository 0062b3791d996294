"""What became of each file of a course that is brought in, and the refusal that carries it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from app.curriculum.states import Outcome
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Line:
    """One file and its outcome; ``reason`` is for people and may be empty for what was simply taken."""

    path: str
    outcome: Outcome
    reason: str = ""


@dataclass
class Report:
    """What became of every file of one import, by its path."""

    by_path: dict[str, Line] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, path: str, outcome: Outcome, reason: Any = "") -> None:
        """Say what became of a file; a later word on the same file replaces the earlier one."""
        self.by_path[path] = Line(path, outcome, str(reason))

    @property
    def lines(self) -> list[Line]:
        """All lines."""
        return list(self.by_path.values())

    def note(self, text: Any) -> None:
        """Say something about the course as a whole."""
        if str(text) not in self.notes:
            self.notes.append(str(text))

    def of(self, *outcomes: Outcome) -> list[Line]:
        """The lines with one of these outcomes, by path."""
        return sorted((line for line in self.lines if line.outcome in outcomes), key=lambda line: line.path)

    @property
    def refused(self) -> list[Line]:
        """Lines that stand in the way of the import."""
        return self.of(Outcome.REFUSED)

    def count(self, outcome: Outcome) -> int:
        """How many files had this outcome."""
        return sum(line.outcome is outcome for line in self.lines)


class ImportRefused(Refusal):
    """Nothing was brought in; ``report`` says file by file why."""

    def __init__(self, message: Any, report: Report | None = None, *, field: str = "") -> None:
        super().__init__(message, field=field)
        self.report = report or Report()


def refuse_for(report: Report) -> ImportRefused:
    """The refusal for a report with refused files."""
    first = report.refused[0]
    return ImportRefused(
        _(
            "Nothing was brought in. Files with faults: %(count)d. The first is %(path)s: %(reason)s "
            "Repair it, or choose to leave out assignments with faults.",
            count=len(report.refused),
            path=first.path,
            reason=first.reason,
        ),
        report,
    )


def joined(names: Iterable[str], most: int = 5) -> str:
    """A few names in one line, and how many more there are."""
    listed = list(names)
    more = f" … (+{len(listed) - most})" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more
