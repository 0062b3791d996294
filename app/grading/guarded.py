"""Tests cells in hardened mode: run beside the trainee's machinery, between canaries, and judged from outside."""

from __future__ import annotations

import ast
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from nbformat.notebooknode import NotebookNode

from app.grading.api import Flag
from app.grading.outputs import Outputs
from app.grading.protocol import Box, Outcome
from app.grading.release import Release, SourceCell
from app.grading.scoring import HIDDEN_LINE
from app.grading.testcode import FILE, canary, compile_tests

MESSAGES = {
    "always_equal": "an object of the class “{0}” says that it is equal to everything, which deceives tests",
    "forged_points": "an object of the class “{0}” poses as the points of the tests",
    "later_patched_function": "“{0}” was replaced while the tests ran, which deceives them",
    "patched_function": "“{0}” had been replaced; it was put back before the tests ran, so the points are right",
    "patched_shell": "the notebook changed “{0}” of IPython; the tests ran without it",
    "transformer": "the notebook rewrites the code of later cells; the tests ran without that",
    "shadowed_builtin": "the notebook defines a function “{0}” in place of Python's own; the tests ran with Python's",
    "traced": "the function “{0}” traces the tests while they run, which can skip them",
    "looks_at_caller": "the function “{0}” looks at who calls it while the tests run",
}
CERTAIN = frozenset({"always_equal", "forged_points", "later_patched_function", "traced"})
TAMPERED = "Tests that must fail did not fail in this notebook: its code changes how tests work. They count as failed from here."


@dataclass(slots=True)
class Guarded:
    """Runs the tests cells of one submission; `failed` are cells that count as failed."""

    box: Box
    own: list[str]
    flags: list[Flag] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    tampered: bool = False

    def run(self, number: int, cell: NotebookNode, source: SourceCell, outputs: Outputs) -> Outcome | None:
        """Run one tests cell and fill its outputs; None where it has to run as text. Raises EngineFault."""
        code = compile_tests(cell.source)
        if code is None:
            return None
        birds = (canary(), canary())
        order = [birds[0].code, code, birds[1].code]
        if secrets.randbelow(2):
            order = [birds[0].code, birds[1].code, code]
        outcome = self.box.test(number, [(one.body, one.last, one.compare) for one in order], self.own)
        # Results come as answers; one that is published from within the tests would be a forgery.
        outputs.fill(cell, [one for one in outcome.messages if one["type"] not in ("clear_output", "execute_result")])
        if outcome.why != "done":
            return outcome
        answers = outcome.reply.get("answers")
        if not isinstance(answers, list) or len(answers) != 3 or not all(isinstance(one, dict) for one in answers):
            self._tamper(source)
            answers = [{}, {}, {}]
        place = order.index(code)
        others = [answer for index, answer in enumerate(answers) if index != place]
        for bird, answer in zip(birds, others, strict=True):
            if answer.get("error") != bird.error or answer.get("text") != bird.text:
                self._tamper(source)
        self._notice(source, outcome.reply.get("noticed"))
        self._show(cell, source, answers[place], outputs)
        if self.tampered:
            self.failed.add(source.name)
        return outcome

    def _tamper(self, source: SourceCell) -> None:
        if not self.tampered:
            self.flags.append(Flag(source.name, "tampered", TAMPERED, certain=True))
        self.tampered = True

    def _notice(self, source: SourceCell, noticed: Any) -> None:
        for entry in noticed[:50] if isinstance(noticed, list) else []:
            if not isinstance(entry, list) or len(entry) != 2 or entry[0] not in MESSAGES:
                continue
            code, detail = str(entry[0]), str(entry[1])[:100]
            words = MESSAGES[code].format(detail)
            certain = code in CERTAIN
            if certain:
                self.failed.add(source.name)
            code = code.removeprefix("later_")
            if any(flag.code == code and words in flag.message and flag.certain == certain for flag in self.flags):
                continue
            self.flags.append(Flag(source.name, code, f"Cell “{source.name}”: {words}.", certain))

    def _show(self, cell: NotebookNode, source: SourceCell, answer: dict[str, Any], outputs: Outputs) -> None:
        data = answer.get("data")
        if isinstance(data, dict):
            outputs.fill(cell, [{"type": "execute_result", "content": {"data": data, "metadata": {}}}])
        name = str(answer.get("error") or "")
        if not name:
            return
        text = str(answer.get("text") or "")
        lines = traceback_lines(source, answer.get("frames"), name, text)
        content = {"ename": name, "evalue": text, "traceback": lines}
        outputs.fill(cell, [{"type": "error", "content": content}])


def traceback_lines(source: SourceCell, frames: Any, name: str, text: str) -> list[str]:
    """A plain traceback: lines of tests are given where the trainee may see them, others as the box tells them."""
    visible = set(source.visible.splitlines())
    written = source.source.splitlines()
    lines = ["Traceback (most recent call last):"]
    for frame in frames[:60] if isinstance(frames, list) else []:
        if not isinstance(frame, list) or len(frame) != 4 or not isinstance(frame[1], int):
            continue
        file, number, function, said = str(frame[0]), frame[1], str(frame[2])[:100], str(frame[3])[:200]
        if file == FILE:
            line = written[number - 1] if 0 < number <= len(written) else ""
            if source.hidden and line not in visible:
                line = HIDDEN_LINE
            lines.append(f"  tests, line {number}")
        else:
            where = "your notebook" if "ipykernel" in file else file.rsplit("site-packages/", 1)[-1]
            line = said
            lines.append(f"  {where}, line {number}, in {function}")
        if line:
            lines.append(f"    {line.strip()}")
    lines.append(f"{name}: {text}" if text else name)
    return lines


def own_names(release: Release) -> list[str]:
    """Names that the course's cells bind, which trainees are therefore meant to define."""
    names: set[str] = set()
    for source in release.cells.values():
        if source.cell_type != "code":
            continue
        for text in (source.source, source.visible):
            names.update(re.findall(r"^\s*(?:async\s+)?(?:def|class)\s+(\w+)", text, re.MULTILINE))
            try:
                tree = ast.parse(text)
            except (SyntaxError, ValueError, RecursionError):
                continue
            names.update(
                node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            )
    return sorted(names)
