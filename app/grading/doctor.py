"""`python -m app.grading doctor`: what sandbox this host gives, what each limit rests on, and probes that try to get out."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.grading.api import EngineFault, Limits, NotebookFault, SandboxUnavailable
from app.grading.box import landlock
from app.grading.host import check_host

if TYPE_CHECKING:
    from app.grading.runner import Grader

LIMITS = Limits(cell_seconds=30, total_seconds=120, memory_mib=256, processes=32, output_bytes=100_000, file_mib=8)


@dataclass(frozen=True, slots=True)
class Probe:
    """Something that is tried inside a box: what it shows, what it rests on, the code, and what it must print."""

    what: str
    rests_on: tuple[str, str]
    code: str
    wanted: str = "held"


def _attempt(code: str) -> str:
    """Code that prints “held” where the attempt is refused."""
    lines = "\n".join("    " + line for line in code.splitlines())
    return f"try:\n{lines}\n    print('got through')\nexcept BaseException:\n    print('held')"


PROBES = (
    Probe("runs notebooks", ("IPython", "IPython"), "print('held' if 1 + 1 == 2 else 'no')"),
    Probe(
        "no network",
        ("network namespace", "seccomp"),
        _attempt("import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=2)"),
    ),
    Probe("no files of the host", ("mount namespace", "Landlock"), _attempt("open({marker!r}).read()")),
    Probe("nothing written outside", ("read-only mounts", "Landlock"), _attempt("open('/usr/x', 'w')")),
    Probe(
        "no processes of the host",
        ("process namespace", "Landlock"),
        _attempt("open('/proc/{pid}/status').read()"),
    ),
    Probe(
        "no secrets in the environment",
        ("cleared", "cleared"),
        "import os\nprint('held' if not [v for v in os.environ.values() if {secret!r} in v] else 'no')",
    ),
    Probe(
        "no new namespaces",
        ("seccomp", "seccomp"),
        _attempt("import ctypes\nassert ctypes.CDLL(None).unshare(0x10000000) == 0"),
    ),
    Probe("no way to become root", ("no capabilities", "no capabilities"), _attempt("import os\nos.setuid(0)")),
    Probe(
        "processes are limited",
        ("rlimit in a user namespace", "rlimit of the user"),
        _attempt(
            "import os, time\nfor _ in range({many}):\n    if os.fork() == 0:\n        time.sleep(60)\n        os._exit(0)"
        ),
    ),
    Probe("memory is limited", ("rlimit and watch", "rlimit and watch"), _attempt("x = bytearray(2**30)")),
    Probe(
        "files are limited",
        ("rlimit and sized scratch", "rlimit and watch"),
        _attempt("with open('big', 'wb') as f:\n    for _ in range(64):\n        f.write(b'x' * 2**20)"),
    ),
    Probe("open files are limited", ("rlimit", "rlimit"), _attempt("kept = [open('/dev/null') for _ in range(1000)]")),
)


# What a worker tries before it grades anything: the walls, and not the limits, whose probes take longer.
CANARIES = PROBES[:8]


def _printed(grader: Grader, probe: Probe, names: dict[str, str]) -> str:
    """What a probe printed in a box of this grader."""
    import nbformat

    code = probe.code
    for name, value in names.items():
        code = code.replace(name, value)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    ran = nbformat.reads(grader.run(nbformat.writes(notebook).encode(), limits=LIMITS).decode(), as_version=4)
    return "".join(str(out.get("text", "")) for out in ran.cells[0].outputs)


def run_with(grader: Grader, probes: Sequence[Probe]) -> Iterator[tuple[Probe, bool]]:
    """Try probes in boxes of this grader: each with whether it was held."""
    secret = f"probe-{os.getpid()}"
    os.environ["KISALLI_PROBE"] = secret
    # A file of the host, outside of all that notebooks need, that any user may read: who reads it has got out.
    marker = tempfile.NamedTemporaryFile(prefix="kisalli-probe-")  # noqa: SIM115
    Path(marker.name).chmod(0o644)
    names = {
        "{marker!r}": repr(marker.name),
        "{pid}": str(os.getpid()),
        "{secret!r}": repr(secret),
        "{many}": str(LIMITS.processes + (5000 if grader.sandbox != "full" else 5)),
    }
    try:
        for probe in probes:
            yield probe, _printed(grader, probe, names).strip().endswith(probe.wanted)
    finally:
        os.environ.pop("KISALLI_PROBE", None)
        marker.close()


def open_walls(grader: Grader) -> list[str]:
    """The walls that do not hold in boxes of this grader, in words; empty when it may grade."""
    return [f"“{probe.what}”" for probe, held in run_with(grader, CANARIES) if not held]


def run_probes(sandbox: str, say: Callable[[str], None]) -> bool:
    """Try every probe in a box of that kind, through the real grader; says pass or fail for each. True when all pass."""
    from app.grading.environment import build
    from app.grading.runner import Grader

    passed = True
    build("python", say)
    with Grader(sandbox="auto" if sandbox == "full" else sandbox) as grader:
        for probe, held in run_with(grader, PROBES):
            passed = passed and held
            say(f"  {'pass' if held else 'FAIL'}  {probe.what} ({probe.rests_on[0 if sandbox == 'full' else 1]})")
    return passed


def doctor() -> int:
    """Print the report; 0 where a full sandbox can be had and every probe passes, else 1."""
    report = check_host(fresh=True)
    print(
        f"{platform.system()} {platform.release()} ({platform.machine()}), Python {platform.python_version()}, user {os.geteuid()}"
    )
    print(f"sandbox: {report.sandbox}; Landlock version {landlock.version()}")
    for problem in report.problems:
        print(f"- {problem.what}. {problem.why} {problem.remedy}")
    if report.sandbox == "none":
        return 1
    print(f"probes in the {report.sandbox} box (what each rests on in brackets):")
    try:
        passed = run_probes(report.sandbox, lambda line: print(line, flush=True))
    except (EngineFault, NotebookFault, SandboxUnavailable) as error:
        print(f"the probes could not be run: {error}", file=sys.stderr)
        return 1
    return 0 if passed and report.sandbox == "full" else 1
