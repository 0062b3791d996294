"""The zygote: imports an environment's packages once, then forks a walled-in run for each order it gets."""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import time
import warnings
from typing import Any

HERE = os.path.dirname(os.path.abspath(__file__))
LIBRARY = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
REAP_MS = 1000
if LIBRARY not in sys.path:
    sys.path.insert(0, LIBRARY)

from app.grading.box import init, isolate, system, weaker, wire  # noqa: E402


def preload(names: list[str]) -> list[str]:
    """Import what the environment's notebooks will most likely import; gives the names that could not be."""
    missing = []
    for name in names:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                importlib.import_module(name)
        except Exception as error:
            missing.append(f"{name}: {error}")
    return missing


def data_mib() -> int:
    """What this process already holds against RLIMIT_DATA, in MiB."""
    with open("/proc/self/status") as file:
        for line in file:
            if line.startswith("VmData:"):
                return int(line.split()[1]) // 1024 + 1
    return 0


def main() -> None:
    """Serve orders from the control socket until it closes.

    Arguments: the socket's descriptor, what to import (commas between), lines to run (JSON), the mode (full, reduced or
    unsafe), and the folder for runs where the mode is not full.
    """
    control = socket.socket(fileno=int(sys.argv[1]))
    names = [name for name in sys.argv[2].split(",") if name]
    mode, base = sys.argv[4], sys.argv[5]
    if mode != "full":
        system.prctl(system.PR_SET_PDEATHSIG, signal.SIGKILL)
        weaker.adopt()
        os.environ.update(HOME=base, TMPDIR=base, MPLCONFIGDIR=base)
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    from app.grading.box import foreign
    from app.grading.box import kernel as box_kernel

    # What tests rest on is loaded before anything else can pose as it.
    missing = preload(["cmath", "statistics", "fractions", "decimal", "unittest", "unittest.mock", *names])
    missing += preload([name for name in ("numpy.testing", "pandas.testing") if name.split(".")[0] in sys.modules])
    del sys.modules["debugpy"]
    shell, link = box_kernel.build()
    missing += box_kernel.warm(shell, json.loads(sys.argv[3]))
    threads = len(os.listdir("/proc/self/task"))
    # A notebook may have an app.py of its own; our modules go on living without their names.
    for name in [name for name in sys.modules if name == "app" or name.startswith("app.")]:
        del sys.modules[name]
    sys.path[:] = [path for path in sys.path if path != LIBRARY and not path.startswith(HERE)]
    sys.path.insert(0, "")
    sys.argv = [""]
    gc.collect()
    gc.freeze()
    held = data_mib()
    wire.send(control, {"t": "ready", "missing": missing, "threads": threads, "version": sys.version.split()[0]})
    runs: set[int] = set()
    poll = select.poll()
    poll.register(control, select.POLLIN)
    while True:
        if not poll.poll(None if mode == "full" else REAP_MS):
            reap(runs)
            continue
        packet, fds, _, _ = socket.recv_fds(control, wire.PIECE + 64, 8)
        if not packet:
            if mode != "full":
                weaker.end_all(os.getpid())
            os._exit(0)
        whole, order = wire.Receiver(control).feed(packet)
        if not whole or order is None or len(fds) != 4:
            os._exit(3)
        order.update(data_mib=held, base=base, mode=mode)
        first = os.fork()
        if first == 0:
            control.close()
            born(order, fds, shell, link, box_kernel, foreign)
        for fd in fds:
            os.close(fd)
        if mode == "full":
            os.waitpid(first, 0)
        else:
            runs.add(first)
            reap(runs)


def reap(runs: set[int]) -> None:
    """Without namespaces: collect ended runs, and end what a run whose watcher was killed has left behind."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            break
        if pid == 0:
            break
        runs.discard(pid)
    for pid in weaker.own_children(os.getpid()):
        if pid not in runs:
            weaker.end_all(pid)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def born(order: dict[str, Any], fds: list[int], shell: Any, link: Any, box_kernel: Any, foreign: Any) -> None:
    """In the fork: new namespaces, then init, then the kernel. Faults are told over the run's control socket."""
    channel, run_control, out, err = fds
    control = socket.socket(fileno=run_control)
    try:
        os.setsid()
        if order["mode"] == "full":
            isolate.enter(uid=os.getuid(), gid=os.getgid())
            if os.fork() != 0:
                os._exit(0)
        # The files come in their own message, which may be long.
        files = wire.Receiver(control).receive()
        if files is None:
            os._exit(0)
        order.update(files)
        for fd in fds:
            os.set_inheritable(fd, False)

        def kernel() -> None:
            os.dup2(out, 1)
            os.dup2(err, 2)
            os.close(out)
            os.close(err)
            box_kernel.claim()
            box_kernel.reseed()
            gc.enable()
            time.tzset()
            if order.get("kernel"):
                foreign.serve(order["kernel"], socket.socket(fileno=channel))
                return
            box_kernel.serve(shell, link, socket.socket(fileno=channel))

        inherited = [channel, out, err]
        if order["mode"] == "full":
            init.run_full(control, order, kernel, inherited)
        else:
            init.run_weaker(control, order, kernel, inherited, safe=order["mode"] == "reduced")
    except BaseException as error:
        init.tell(control, error)
        os._exit(4)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    main()
