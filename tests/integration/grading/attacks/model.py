"""What an attack is: a notebook, what it tries, and what has to come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from nbformat.notebooknode import NotebookNode

CHEAT, BREAK, ESCAPE = "cheating", "breaking", "escaping"
# What an escape prints when it got somewhere, and when it has tried everything.
OUT, TRIED = "GOT-OUT", "HAS-TRIED"


@dataclass(frozen=True)
class Attack:
    """One attack. `code` stands in a cell before the tests; {names} in it are filled in by the test.

    `points` are the most it may get; `flags` of which one must be raised (none: any or none); `status` those it may end
    in. `reduced` says how the reduced box fares: contained, or open with what stays open. `alter` changes the handed-in
    notebook itself, `after` is a cell after the tests, `add` the trainee's answer.
    """

    name: str
    group: str
    tries: str
    code: str = ""
    add: str = ""
    after: str = ""
    points: float = 0
    flags: tuple[str, ...] = ()
    status: tuple[str, ...] = ("done",)
    reduced: str = "contained"
    quick: bool = False
    tight: bool = False
    alter: Callable[[NotebookNode], None] | None = field(default=None, compare=False)


def cheat(name: str, tries: str, code: str = "", **rest: object) -> Attack:
    """An attack on the points."""
    return Attack(name, CHEAT, tries, code, **rest)  # type: ignore[arg-type]


def breaks(name: str, tries: str, code: str, **rest: object) -> Attack:
    """An attack on the machine; it may end in any way as long as it ends and gets nothing."""
    rest.setdefault("status", ("done", "timeout", "crashed"))
    return Attack(name, BREAK, tries, code, **rest)  # type: ignore[arg-type]


def escape(name: str, tries: str, code: str, **rest: object) -> Attack:
    """An attack on what lies outside: it prints OUT where it succeeds, and TRIED once it has tried."""
    lines = "\n".join("    " + line for line in code.strip().splitlines())
    wrapped = f"import os, sys\ntry:\n{lines}\nexcept BaseException as error:\n    print(type(error).__name__, error)\n"
    rest.setdefault("status", ("done", "timeout", "crashed"))
    return Attack(name, ESCAPE, tries, wrapped + f"print({TRIED!r})\n", **rest)  # type: ignore[arg-type]
