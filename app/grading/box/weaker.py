"""The walls of a run in the reduced box, where the host gives no namespaces: a fresh folder, Landlock, the filter, limits."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sys
from typing import Any

from app.grading.box import isolate, landlock, seccomp, system

READABLE = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache")
READABLE_TOO = ("/etc/localtime", "/etc/mime.types", "/etc/ssl/certs", "/etc/passwd", "/etc/group", "/etc/hosts")
DEVICES = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"]
# Where a course runs servers, these ports may be used: Flask, web servers and MQTT by custom.
PORTS = [1883, *range(5000, 5011), *range(8000, 8011), 8080, 8081, *range(18000, 18101)]
PR_SET_CHILD_SUBREAPER = 36


def children(root: int) -> list[int]:
    """All living descendants of a process."""
    parents: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] not in ("Z", "X"):
            parents.setdefault(int(fields[1]), []).append(int(name))
    found: list[int] = []
    waiting = [root]
    while waiting:
        for pid in parents.get(waiting.pop(), []):
            found.append(pid)
            waiting.append(pid)
    return found


def own_children(root: int) -> list[int]:
    """The living children of a process, without theirs."""
    with open(f"/proc/{root}/task/{root}/children") as file:
        return [int(pid) for pid in file.read().split()]


def end_all(root: int) -> None:
    """Kill every descendant of a process until there is none; those it forks meanwhile too."""
    while living := children(root):
        for pid in living:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        while True:
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    break
            except ChildProcessError:
                break


def adopt() -> None:
    """Have orphans of the run come to this process, wherever they fork to."""
    system.prctl(PR_SET_CHILD_SUBREAPER, 1)


def folder(base: str) -> str:
    """A fresh folder for one run."""
    path = os.path.join(base, f"run-{os.getpid()}")
    os.mkdir(path, 0o700)
    os.mkdir(os.path.join(path, ".tmp"), 0o700)
    return path


def settle(path: str) -> None:
    """Make the folder this process's home, scratch and working folder."""
    os.environ.update(HOME=path, TMPDIR=os.path.join(path, ".tmp"), MPLCONFIGDIR=os.path.join(path, ".tmp"))
    os.chdir(path)


def _tasks_of_user() -> int:
    count = 0
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and os.stat(f"/proc/{name}").st_uid == os.getuid():
                count += len(os.listdir(f"/proc/{name}/task"))
        except OSError:
            continue
    return count


def lock(path: str, order: dict[str, Any], *, safe: bool) -> None:
    """Limit and confine this process (the trainee's) and all it will start."""
    limits = dict(order["limits"])
    # Without a user namespace the limit counts everything that the user runs on this host.
    limits["processes"] = int(limits["processes"]) + _tasks_of_user()
    isolate.restrict(limits, data_mib=int(order["data_mib"]))
    if not safe:
        return
    system.limit(resource.RLIMIT_MEMLOCK, 64 * 1024)
    sockets = bool(order.get("sockets"))
    own = [sys.prefix, sys.base_prefix, os.path.dirname(os.__file__)]
    own += [os.path.realpath(os.path.join(sys.prefix, name)) for name in ("lib", "share")]
    landlock.restrict(
        [*READABLE, *READABLE_TOO, *own, f"/proc/{os.getpid()}"], [path], DEVICES, PORTS if sockets else []
    )
    system.drop_capabilities()
    seccomp.install(network="ports" if sockets else "none", signals=landlock.version() >= 6)


def remove(path: str) -> None:
    """Delete the run's folder and what the run put into it."""
    for where, _, _ in os.walk(path):
        os.chmod(where, 0o700)
    shutil.rmtree(path, ignore_errors=True)
