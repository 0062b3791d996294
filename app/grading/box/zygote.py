"""The zygote: imports an environment's packages once, then forks a walled-in run for each order it gets."""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import sys
import time
import warnings
from typing import Any

LIBRARY = "/kisalli/lib"
if LIBRARY not in sys.path:
    sys.path.insert(0, LIBRARY)

from app.grading.box import init, isolate, wire  # noqa: E402


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
    """Serve orders from the control socket (descriptor in argv[1]) until it closes."""
    control = socket.socket(fileno=int(sys.argv[1]))
    names = [name for name in sys.argv[2].split(",") if name]
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    from app.grading.box import kernel as box_kernel

    missing = preload(names)
    del sys.modules["debugpy"]
    shell, link = box_kernel.build()
    missing += box_kernel.warm(shell, json.loads(sys.argv[3]))
    threads = len(os.listdir("/proc/self/task"))
    # A notebook may have an app.py of its own; our modules go on living without their names.
    for name in [name for name in sys.modules if name == "app" or name.startswith("app.")]:
        del sys.modules[name]
    sys.path[:] = [path for path in sys.path if path != LIBRARY and not path.startswith("/kisalli/lib/")]
    sys.path.insert(0, "")
    sys.argv = [""]
    gc.collect()
    gc.freeze()
    held = data_mib()
    wire.send(
        control,
        {
            "t": "ready",
            "missing": missing,
            "threads": threads,
            "version": sys.version.split()[0],
        },
    )
    while True:
        packet, fds, _, _ = socket.recv_fds(control, wire.PIECE + 64, 8)
        if not packet:
            os._exit(0)
        whole, order = wire.Receiver(control).feed(packet)
        if not whole or order is None or len(fds) != 4:
            os._exit(3)
        order["data_mib"] = held
        first = os.fork()
        if first == 0:
            control.close()
            born(order, fds, shell, link, box_kernel)
        for fd in fds:
            os.close(fd)
        os.waitpid(first, 0)


def born(order: dict[str, Any], fds: list[int], shell: Any, link: Any, box_kernel: Any) -> None:
    """In the fork: new namespaces, then init, then the kernel. Faults are told over the run's control socket."""
    channel, run_control, out, err = fds
    control = socket.socket(fileno=run_control)
    try:
        os.setsid()
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
            box_kernel.serve(shell, link, socket.socket(fileno=channel))

        init.start(control, order, kernel, [channel, out, err])
    except BaseException as error:
        wire.send(control, {"t": "fault", "error": f"{type(error).__name__}: {error}"})
        os._exit(4)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    main()
