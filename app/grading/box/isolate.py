"""The walls of one run: own namespaces, bounded scratch space, limits, no capabilities, and the filter last of all."""

from __future__ import annotations

import base64
import os
import resource
from typing import Any

from app.grading.box import seccomp, system

WORK = "/home/trainee"
SCRATCH = ("/tmp", "/dev/shm", WORK)
INODES = 4096


def enter(*, uid: int, gid: int) -> None:
    """Leave every namespace of the zygote for fresh ones; the next fork is the first of the process namespace."""
    system.unshare(
        system.CLONE_NEWUSER
        | system.CLONE_NEWNS
        | system.CLONE_NEWPID
        | system.CLONE_NEWNET
        | system.CLONE_NEWIPC
        | system.CLONE_NEWUTS
    )
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    system.mount(None, "/", None, system.MS_REC | system.MS_PRIVATE)


def furnish(file_mib: int) -> None:
    """Mount bounded scratch space over every writable place, bring loopback up and mount the namespace's own /proc."""
    for path in SCRATCH:
        size = file_mib if path == "/dev/shm" else 2 * file_mib
        mode = "1777" if path != WORK else "0755"
        system.mount(
            "tmpfs",
            path,
            "tmpfs",
            system.MS_NOSUID | system.MS_NODEV,
            f"size={size}m,nr_inodes={INODES},mode={mode}",
        )
    system.loopback_up()
    quiet = system.MS_NOSUID | system.MS_NODEV | system.MS_NOEXEC
    system.mount("proc", "/proc", "proc", quiet | system.MS_RDONLY)


def place(files: dict[str, str], work: str = WORK, *, bind: bool = True) -> None:
    """Write the run's data files (name to base64) beside the notebook, read-only. Raises ValueError for bad names."""
    for name, text in files.items():
        path = os.path.normpath(os.path.join(work, name))
        if not path.startswith(work + "/"):
            raise ValueError(f"a file named {name!r}")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(text))
        os.chmod(path, 0o444)
        if bind:
            # The owner of a file may change its mode; a read-only mount may not be changed without capabilities.
            keep = system.MS_NOSUID | system.MS_NODEV
            system.mount(path, path, None, system.MS_BIND)
            system.mount(
                None,
                path,
                None,
                system.MS_REMOUNT | system.MS_BIND | system.MS_RDONLY | keep,
            )


def restrict(limits: dict[str, Any], *, data_mib: int = 0) -> None:
    """Set the limits of the run for this process and all it will start; `data_mib` is what the zygote holds already."""
    mib = 2**20
    system.limit(resource.RLIMIT_CORE, 0)
    system.limit(resource.RLIMIT_DATA, (int(limits["memory_mib"]) + data_mib) * mib)
    system.limit(resource.RLIMIT_FSIZE, int(limits["file_mib"]) * mib)
    system.limit(resource.RLIMIT_NOFILE, int(limits["open_files"]))
    system.limit(resource.RLIMIT_NPROC, int(limits["processes"]))
    system.limit(resource.RLIMIT_CPU, int(limits["total_seconds"]) + 5)
    system.limit(resource.RLIMIT_MSGQUEUE, 0)
    system.limit(resource.RLIMIT_SIGPENDING, 256)


def lock(network: str = "own") -> None:
    """Give up all capabilities and install the filter. Nothing after this can widen the box."""
    system.drop_capabilities()
    seccomp.install(network=network)
