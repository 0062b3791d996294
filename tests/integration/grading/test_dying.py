"""Whatever dies, its processes die with it: the grader by SIGKILL, the sandbox by SIGKILL, a run by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.grading.api import EngineFault, Limits
from app.grading.box.weaker import children
from app.grading.environment import Environment
from app.grading.runner import Grader

DEADLINE = 180.0
STAYS = """
import os, signal, time
for number in (1, 2, 15):
    signal.signal(number, signal.SIG_IGN)
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while True:
                time.sleep(1)
        os._exit(0)
open("/proc/self/comm").read()
print("ready", flush=True)
while True:
    time.sleep(1)
"""
SCRIPT = """
import sys, nbformat
from app.grading.api import Limits
from app.grading.runner import Grader
cell = nbformat.v4.new_code_cell(sys.argv[2])
data = nbformat.writes(nbformat.v4.new_notebook(cells=[cell])).encode()
with Grader(sandbox=sys.argv[1]) as grader:
    grader.run(nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])).encode())
    print("warm", flush=True)
    sys.stdin.readline()
    grader.run(data, limits=Limits(cell_seconds=3000, total_seconds=3000))
"""


def started(pid: int) -> str:
    """When a process started, to tell it from a later one with its number; empty where it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def wait_until(what: str, is_so: object, *, seconds: float = DEADLINE) -> None:
    """Wait for a condition (a function) with a generous deadline."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_so():  # type: ignore[operator]
            return
        time.sleep(0.05)
    raise AssertionError(f"waited in vain: {what}")


@pytest.fixture(params=["auto", pytest.param("reduced", marks=pytest.mark.long)])
def running(request: pytest.FixtureRequest, python_environment: Environment) -> Iterator[subprocess.Popen[str]]:
    """A grader in a process of its own, in the midst of a run that has left processes everywhere."""
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, request.param, STAYS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path.cwd(),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "warm\n"
    idle = 3 if request.param == "auto" else 1
    wait_until("the end of the first run", lambda: len(children(process.pid)) == idle)
    process.stdin.write("go\n")
    process.stdin.flush()
    # The init of the run, its kernel and three processes that have left their sessions.
    wait_until("the run's processes", lambda: len(children(process.pid)) >= idle + 5)
    yield process
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def test_everything_dies_with_a_killed_grader(running: subprocess.Popen[str]) -> None:
    pids = {pid: started(pid) for pid in children(running.pid)}
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    wait_until("the death of all", lambda: not [pid for pid, when in pids.items() if when and started(pid) == when])


def test_everything_dies_with_a_killed_sandbox(running: subprocess.Popen[str]) -> None:
    direct = [int(pid) for pid in Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()]
    direct = direct or [
        int(pid)
        for task in Path(f"/proc/{running.pid}/task").iterdir()
        for pid in (task / "children").read_text().split()
    ]
    pids = {pid: started(pid) for pid in children(running.pid)}
    os.kill(direct[0], signal.SIGKILL)
    wait_until("the death of all", lambda: not [pid for pid, when in pids.items() if when and started(pid) == when])


def test_a_grader_whose_sandbox_was_killed_starts_another(python_environment: Environment) -> None:
    import nbformat

    data = nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("6 * 7")])).encode()
    limits = Limits(cell_seconds=120, total_seconds=300)
    with Grader() as grader:
        assert b"42" in grader.run(data, limits=limits)
        os.kill(grader.zygote("python").pid, signal.SIGKILL)

        def again() -> bool:
            try:
                return b"42" in grader.run(data, limits=limits)
            except EngineFault:
                return False

        wait_until("another sandbox", again)


def test_closing_ends_the_sandbox(python_environment: Environment) -> None:
    grader = Grader()
    pid = grader.zygote("python").pid
    pids = {one: started(one) for one in [pid, *children(pid)]}
    grader.close()
    wait_until("the end", lambda: not [one for one, when in pids.items() if when and started(one) == when])
    with pytest.raises(EngineFault):
        grader.zygote("python")
