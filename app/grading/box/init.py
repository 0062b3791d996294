"""The first process of a run: starts the kernel, reaps, watches memory, and takes everything with it when it ends."""

from __future__ import annotations

import os
import select
import signal
import socket
from collections.abc import Callable, Iterator
from typing import Any

from app.grading.box import isolate, system, weaker, wire

TICK_MS = 50
DISK_TICKS = 20
NICE = 5
_PAGE = os.sysconf("SC_PAGE_SIZE")
_HERTZ = os.sysconf("SC_CLK_TCK")


def _read(path: str) -> str:
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


class Init:
    """Watches one run. In a namespace of its own every process is the run's; else (`folder` set) its descendants are."""

    def __init__(self, control: socket.socket, limits: dict[str, Any], folder: str = "") -> None:
        self.control = control
        self.folder = folder
        self.receiver = wire.Receiver(control)
        self.file_limit = int(limits["file_mib"]) * 4 * 2**20
        self.limit = 0
        self.memory_limit = int(limits["memory_mib"]) * 2**20

    def pids(self) -> list[int]:
        """The processes of the run, this one included."""
        if self.folder:
            return [os.getpid(), *weaker.children(os.getpid())]
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]

    def cpu_seconds(self) -> float:
        """CPU time of every process of the run so far, the ended ones included."""
        ticks = 0
        for pid in self.pids():
            fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
            if len(fields) > 15:
                ticks += sum(int(field) for field in fields[11:15])
        return ticks / _HERTZ

    def scan(self) -> Iterator[int]:
        """Measure the run's memory again and again, a process at a time; gives bytes when a round is through, else 0.

        In small steps, because a hundred busy processes leave this one little time, and it must hear the monitor.
        The quick sum of a round counts shared pages twice; only where it is too much the exact one is taken.
        """
        exact = False
        while True:
            total = 0
            for pid in self.pids():
                if exact:
                    for line in _read(f"/proc/{pid}/smaps_rollup").splitlines():
                        if line.startswith("Pss:"):
                            total += int(line.split()[1]) * 1024
                else:
                    fields = _read(f"/proc/{pid}/statm").split()
                    total += int(fields[1]) * _PAGE if len(fields) > 2 else 0
                if exact or total > self.limit:
                    yield 0
            if exact:
                yield max(total, 1)
                exact = False
            elif total > self.limit:
                exact = True
            else:
                yield max(total, 1)

    def disk_bytes(self) -> int:
        """What the run has written, where no bounded scratch space bounds it; a file counts at least 4 KiB."""
        total = 0
        for where, folders, files in os.walk(self.folder):
            for name in (*folders, *files):
                try:
                    total += max(4096, os.lstat(os.path.join(where, name)).st_size)
                except OSError:
                    continue
        return total

    def kill(self) -> None:
        """Kill every process of the run but this one."""
        if self.folder:
            weaker.end_all(os.getpid())
        else:
            try:
                os.kill(-1, signal.SIGKILL)
            except ProcessLookupError:
                return

    def end(self) -> None:
        """End the run and this process; never returns."""
        try:
            if self.folder:
                self.kill()
                weaker.remove(self.folder)
        finally:
            os._exit(0)

    def start(self, kernel: Callable[[], None], inherited: list[int]) -> int:
        """Start the kernel in a child; `inherited` are descriptors that belong to the child alone."""
        child = os.fork()
        if child == 0:
            # Whatever happens here, this child must never go on to do what its parent does.
            try:
                self.control.close()
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                system.prctl(system.PR_SET_DUMPABLE, 1)
                system.prctl(system.PR_SET_PDEATHSIG, signal.SIGKILL)
                # However many busy processes the run makes, this one's parent comes first.
                os.nice(NICE)
                kernel()
                os._exit(0)
            except BaseException as error:
                os.write(2, f"{type(error).__name__}: {error}\n".encode())
            finally:
                os._exit(5)
        for fd in inherited:
            os.close(fd)
        return child

    def watch(self, child: int) -> None:
        """Serve until the control socket closes, or the order to end comes."""
        self.limit = 0
        scan = self.scan()
        self.limit = next(size for size in scan if size) + self.memory_limit
        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        ended = between = False
        ticks = 0
        while True:
            if poll.poll(0 if between else TICK_MS):
                message = self.receiver.receive()
                if message is None or message["op"] == "end":
                    return
                if message["op"] == "interrupt" and not ended:
                    os.kill(child, signal.SIGINT)
                if message["op"] == "usage":
                    wire.send(self.control, {"t": "usage", "cpu": self.cpu_seconds()})
            ended = self.reap(child) or ended
            ticks += 1
            if ended:
                between = False
                continue
            size = next(scan)
            between = size == 0
            if size > self.limit:
                wire.send(self.control, {"t": "memory"})
                self.kill()
            elif self.folder and ticks % DISK_TICKS == 0 and self.disk_bytes() > self.file_limit:
                wire.send(self.control, {"t": "disk"})
                self.kill()

    def reap(self, child: int) -> bool:
        """Collect the dead; True when the kernel is among them, which is told."""
        ended = False
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return ended
            if pid == 0:
                return ended
            if pid == child:
                ended = True
                code = os.waitstatus_to_exitcode(status)
                wire.send(self.control, {"t": "ended", "status": code, "cpu": self.cpu_seconds()})


def tell(control: socket.socket, error: BaseException) -> None:
    """Say over the control socket why a run could not be."""
    try:
        wire.send(control, {"t": "fault", "error": f"{type(error).__name__}: {error}"})
    except OSError:
        return


def run_full(control: socket.socket, order: dict[str, Any], kernel: Callable[[], None], inherited: list[int]) -> None:
    """Be the first process of fresh namespaces: furnish, place the files, restrict, lock, watch. Never returns."""
    isolate.furnish(int(order["limits"]["file_mib"]))
    isolate.place(order.get("files", {}))
    os.chdir(isolate.WORK)
    isolate.restrict(order["limits"], data_mib=int(order["data_mib"]))
    system.prctl(system.PR_SET_DUMPABLE, 0)
    isolate.lock("routes" if order.get("kernel") else "own")
    init = Init(control, order["limits"])
    try:
        init.watch(init.start(kernel, inherited))
    except BaseException as error:
        tell(control, error)
    finally:
        init.end()


def run_weaker(
    control: socket.socket, order: dict[str, Any], kernel: Callable[[], None], inherited: list[int], *, safe: bool
) -> None:
    """Be the watcher of a run without namespaces; with `safe` unset without any walls at all. Never returns."""
    weaker.adopt()
    path = weaker.folder(order["base"])
    init = Init(control, order["limits"], path)
    # No process namespace ends this run when the zygote is killed, so this process is told and ends it.
    zygote = os.getppid()
    signal.signal(signal.SIGTERM, lambda *_: init.end())
    system.prctl(system.PR_SET_PDEATHSIG, signal.SIGTERM)
    try:
        if os.getppid() != zygote:
            init.end()
        isolate.place(order.get("files", {}), path, bind=False)
        system.prctl(system.PR_SET_DUMPABLE, 0)
        told = control.dup()

        def confined() -> None:
            try:
                weaker.settle(path)
                weaker.lock(path, order, safe=safe)
            except OSError as error:
                tell(told, error)
                os._exit(4)
            told.close()
            kernel()

        init.watch(init.start(confined, inherited))
    except BaseException as error:
        tell(control, error)
    finally:
        init.end()
