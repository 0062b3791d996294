"""The commands of the engine: `release`, `grade`, `doctor`, `environment`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from app.grading.api import (
    EngineFault,
    GradeResult,
    Limits,
    NotebookFault,
    SandboxUnavailable,
)


def parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    top = argparse.ArgumentParser(prog="python -m app.grading", description="Make and grade nbgrader notebooks.")
    commands = top.add_subparsers(dest="command", required=True)
    release = commands.add_parser("release", help="make the student version of a source notebook")
    release.add_argument("source", type=Path, help="the notebook with solutions and hidden tests")
    release.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        help="where to write the student version",
    )
    grade = commands.add_parser("grade", help="grade submissions")
    grade.add_argument(
        "--source",
        type=Path,
        required=True,
        help="the source notebook, or a folder of them",
    )
    grade.add_argument("submitted", type=Path, nargs="+", help="handed-in notebooks")
    grade.add_argument("--json", action="store_true", help="one JSON object a line")
    grade.add_argument(
        "--faithful",
        action="store_true",
        help="the very scores of nbgrader, tampering unnoticed",
    )
    grade.add_argument("--jobs", type=int, default=1, metavar="N", help="how many at once (1)")
    grade.add_argument("--timeout", type=float, metavar="S", help="seconds for one cell (20)")
    grade.add_argument(
        "--environment",
        default="python",
        metavar="NAME",
        help="the set of packages (python)",
    )
    grade.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        help="write the executed notebooks there",
    )
    commands.add_parser("doctor", help="say what sandbox this host can give, and what is missing")
    environment = commands.add_parser("environment", help="build the environment of that name, or find it built")
    environment.add_argument("name", nargs="+", help="names of files in environments/, without .txt")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status is 0, 1 where something could not be graded, 2 where nothing could be done."""
    options = parser().parse_args(arguments)
    try:
        if options.command == "release":
            return _release(options)
        if options.command == "grade":
            return _grade(options)
        if options.command == "environment":
            return _environment(options)
        from app.grading.doctor import doctor

        return doctor()
    except NotebookFault as fault:
        return _fail(fault.message)
    except SandboxUnavailable as missing:
        for problem in missing.problems:
            _fail(f"{problem.what}. {problem.why} {problem.remedy}")
        return _fail(
            "No full sandbox, so nothing was graded. KISALLI_SANDBOX=reduced takes a weaker box, "
            "KISALLI_UNSAFE_GRADING=1 none at all."
        )
    except (EngineFault, OSError) as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return 130


def _fail(words: str) -> int:
    print(words, file=sys.stderr)
    return 2


def sandbox_wanted() -> str:
    """Which sandbox the settings ask for: auto, reduced (KISALLI_SANDBOX) or unsafe (KISALLI_UNSAFE_GRADING=1)."""
    if os.environ.get("KISALLI_UNSAFE_GRADING") == "1":
        return "unsafe"
    return "reduced" if os.environ.get("KISALLI_SANDBOX") == "reduced" else "auto"


def _release(options: argparse.Namespace) -> int:
    from app.grading.release import make_student_version

    version = make_student_version(options.source.read_bytes())
    options.output.write_bytes(version.notebook)
    print(
        f"{options.output}: {len(version.tasks)} tasks, {version.total:g} points",
        file=sys.stderr,
    )
    return 0


def _environment(options: argparse.Namespace) -> int:
    from app.grading.environment import build

    for name in options.name:
        print(build(name, lambda line: print(line, file=sys.stderr, flush=True)).path)
    return 0


def _sources(path: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The source notebooks by name, and the data files beside them."""
    if path.is_file():
        return {path.stem: path.read_bytes()}, {}
    notebooks = {found.stem: found.read_bytes() for found in sorted(path.glob("*.ipynb"))}
    if not notebooks:
        raise NotebookFault("unreadable", f"There is no notebook in the folder {path}.")
    files = {
        str(found.relative_to(path)): found.read_bytes()
        for found in sorted(path.rglob("*"))
        if found.is_file() and found.suffix != ".ipynb" and not any(p.startswith(".") for p in found.parts)
    }
    return notebooks, files


def _chosen(sources: dict[str, bytes], submitted: bytes) -> bytes:
    from app.grading.release import prepare
    from app.grading.submission import match, read_submission

    if len(sources) == 1:
        return next(iter(sources.values()))
    ids = read_submission(submitted, allow_duplicates=True).grade_ids
    name = match(
        ids,
        {name: frozenset(prepare(source).cells) for name, source in sources.items()},
    )
    if name is None:
        raise NotebookFault("other_assignment", "The notebook belongs to none of the source notebooks.")
    return sources[name]


def as_json(path: Path, result: GradeResult) -> dict[str, Any]:
    """The line of a graded submission for machines."""
    return {
        "file": str(path),
        "score": result.score,
        "max_score": result.max_score,
        "cells": [
            {
                "grade_id": cell.grade_id,
                "score": cell.score,
                "max_score": cell.max_score,
                "needs_manual": cell.needs_manual,
                "passed": cell.passed,
                "error": cell.error_name,
                "message": cell.message,
            }
            for cell in result.cells
        ],
        "flags": [
            {
                "grade_id": flag.grade_id,
                "code": flag.code,
                "message": flag.message,
                "certain": flag.certain,
            }
            for flag in result.flags
        ],
        "status": result.status,
        "note": result.note,
        "sandbox": result.sandbox,
        "seconds": round(result.seconds, 4),
        "cpu_seconds": round(result.cpu_seconds, 4),
    }


def _grade(options: argparse.Namespace) -> int:
    from app.grading.report import Progress, table
    from app.grading.runner import Grader

    sources, files = _sources(options.source)
    limits = Limits(
        cell_seconds=options.timeout or 20,
        total_seconds=max(60, 3 * (options.timeout or 20)),
    )
    failures = 0
    rows: list[tuple[Path, GradeResult | str]] = []
    progress = Progress(len(options.submitted), quiet=options.json)
    with Grader(sandbox=sandbox_wanted()) as grader:

        def one(path: Path) -> GradeResult | str:
            try:
                submitted = path.read_bytes()
                return grader.grade(
                    _chosen(sources, submitted),
                    submitted,
                    files=files,
                    environment=options.environment,
                    limits=limits,
                    faithful=options.faithful,
                )
            except NotebookFault as fault:
                return fault.message
            except OSError as error:
                return str(error)

        for path, result in _all(one, options.submitted, max(1, options.jobs)):
            progress.step()
            rows.append((path, result))
            if isinstance(result, str):
                failures += 1
            elif options.output:
                options.output.mkdir(parents=True, exist_ok=True)
                (options.output / path.name).write_bytes(result.notebook)
            if options.json:
                value = {"file": str(path), "error": result} if isinstance(result, str) else as_json(path, result)
                print(json.dumps(value, ensure_ascii=False), flush=True)
    progress.end()
    if not options.json:
        print(table(rows))
    return 1 if failures else 0


def _all(one: Any, paths: list[Path], jobs: int) -> Iterator[tuple[Path, Any]]:
    with ThreadPoolExecutor(jobs) as pool:
        yield from zip(paths, pool.map(one, paths), strict=True)
