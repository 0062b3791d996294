"""The first process of a run: starts the kernel, reaps, watches memory, and takes everything with it when it ends."""

from __future__ import annotations

import os
import select
import signal
import socket
from collections.abc import Callable
from typing import Any

from app.grading.box import isolate, system, wire

TICK_MS = 50
_PAGE = os.sysconf("SC_PAGE_SIZE")
_HERTZ = os.sysconf("SC_CLK_TCK")


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _read(path: str) -> str:
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def cpu_seconds() -> float:
    """CPU time of every process of the run so far, the ended ones included."""
    ticks = 0
    for pid in _pids():
        fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
        if len(fields) > 15:
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / _HERTZ


def memory_bytes(limit: int) -> int:
    """Memory of the run: a quick upper bound, and the exact proportional share where that is above `limit`."""
    resident = 0
    pids = _pids()
    for pid in pids:
        fields = _read(f"/proc/{pid}/statm").split()
        if len(fields) > 2:
            resident += int(fields[1]) * _PAGE
    if resident <= limit:
        return resident
    exact = 0
    for pid in pids:
        for line in _read(f"/proc/{pid}/smaps_rollup").splitlines():
            if line.startswith("Pss:"):
                exact += int(line.split()[1]) * 1024
    return exact


def run(
    control: socket.socket,
    limits: dict[str, Any],
    kernel: Callable[[], None],
    inherited: list[int],
) -> None:
    """Be the init of a run: `kernel` is run in a child; `inherited` are descriptors that belong to the child alone.

    Returns never. The run ends when the control socket closes, whatever the processes in it do.
    """
    os.set_blocking(control.fileno(), True)
    base = memory_bytes(0)
    child = os.fork()
    if child == 0:
        control.close()
        system.prctl(system.PR_SET_DUMPABLE, 1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        kernel()
        os._exit(0)
    for fd in inherited:
        os.close(fd)
    try:
        _watch(control, child, base + int(limits["memory_mib"]) * 2**20)
    finally:
        os._exit(0)


def _watch(control: socket.socket, child: int, memory_limit: int) -> None:
    receiver = wire.Receiver(control)
    poll = select.poll()
    poll.register(control, select.POLLIN)
    ended = False
    while True:
        if poll.poll(TICK_MS):
            message = receiver.receive()
            if message is None or message["op"] == "end":
                return
            if message["op"] == "interrupt" and not ended:
                os.kill(child, signal.SIGINT)
            if message["op"] == "usage":
                wire.send(control, {"t": "usage", "cpu": cpu_seconds()})
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                break
            if pid == child:
                ended = True
                wire.send(
                    control,
                    {
                        "t": "ended",
                        "status": os.waitstatus_to_exitcode(status),
                        "cpu": cpu_seconds(),
                    },
                )
        if not ended and memory_bytes(memory_limit) > memory_limit:
            os.kill(-1, signal.SIGKILL)
            wire.send(control, {"t": "memory"})


def start(
    control: socket.socket,
    order: dict[str, Any],
    kernel: Callable[[], None],
    inherited: list[int],
) -> None:
    """In the first process of fresh namespaces: furnish, place the files, restrict, lock, then be init."""
    limits = order["limits"]
    isolate.furnish(int(limits["file_mib"]))
    isolate.place(order.get("files", {}))
    os.chdir(isolate.WORK)
    isolate.restrict(limits, data_mib=int(order["data_mib"]))
    system.prctl(system.PR_SET_DUMPABLE, 0)
    isolate.lock(sockets=bool(order.get("sockets", True)))
    run(control, limits, kernel, inherited)
