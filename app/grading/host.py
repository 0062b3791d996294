"""What this host can offer: found out by trying, with a remedy for each thing that is missing."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from app.grading.api import HostReport, Problem
from app.grading.sandbox import bubblewrap, dropped_uid

KEEP_SECONDS = 300.0
_lock = threading.Lock()
_kept: tuple[float, HostReport] | None = None


def check_host(*, fresh: bool = False) -> HostReport:
    """Which sandbox can be had here: full, reduced or none. The answer is kept for five minutes."""
    global _kept
    with _lock:
        if _kept is None or fresh or time.monotonic() - _kept[0] > KEEP_SECONDS:
            _kept = (time.monotonic(), _check())
        return _kept[1]


def _read(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""


def _check() -> HostReport:
    if sys.platform != "linux":
        problem = Problem(
            "The system is not Linux",
            "Sandboxes are made of Linux namespaces.",
            "Run the grading worker on Linux.",
        )
        return HostReport("none", (problem,))
    problem = _full_problem()
    if problem is None:
        return HostReport("full")
    from app.grading.reduced import reduced_problem

    second = reduced_problem()
    if second is None:
        return HostReport("reduced", (problem,))
    return HostReport("none", (problem, second))


def _full_problem() -> Problem | None:
    path = bubblewrap()
    if path is None:
        return Problem(
            "bubblewrap is not installed",
            "Notebooks are graded inside a sandbox made with it.",
            "Install it: apt-get install bubblewrap (Debian, Ubuntu), dnf install bubblewrap (Fedora).",
        )
    command = [
        path,
        "--unshare-all",
        "--ro-bind",
        "/usr",
        "/usr",
        "--proc",
        "/proc",
        "--dev",
        "/dev",
    ]
    for name in ("bin", "lib", "lib64"):
        if os.path.islink(f"/{name}"):
            command += ["--symlink", os.readlink(f"/{name}"), f"/{name}"]
        elif os.path.isdir(f"/{name}"):
            command += ["--ro-bind", f"/{name}", f"/{name}"]
    # The runs make namespaces of their own inside the sandbox, so that is what is tried.
    command += [
        "/bin/sh",
        "-c",
        "command -v unshare >/dev/null || exit 0; exec unshare -Urmpfn --mount-proc true",
    ]
    drop = {"user": dropped_uid(), "group": dropped_uid(), "extra_groups": []} if os.geteuid() == 0 else {}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, cwd="/", **drop)  # type: ignore[call-overload]
    except (OSError, subprocess.TimeoutExpired) as error:
        return Problem(
            "bubblewrap could not be run",
            f"It said: {error}.",
            "See docs/guides/grading.md.",
        )
    if done.returncode == 0:
        return None
    return explain(done.stderr.strip())


def explain(words: str) -> Problem:
    """The likely cause of a refused sandbox and its remedy, from what bubblewrap said and the kernel's settings."""
    why = f"bubblewrap said: {words.splitlines()[-1] if words else 'nothing'}."
    if _read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1":
        return Problem(
            "AppArmor forbids user namespaces to ordinary programs (Ubuntu 24.04 does so)",
            why,
            "Allow them: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, and keep it in /etc/sysctl.d.",
        )
    if _read("/proc/sys/user/max_user_namespaces") == "0" or _read("/proc/sys/kernel/unprivileged_userns_clone") == "0":
        return Problem(
            "User namespaces are switched off",
            why,
            "Switch them on: sysctl -w user.max_user_namespaces=10000 kernel.unprivileged_userns_clone=1.",
        )
    if "proc" in words:
        return Problem(
            "Parts of /proc are masked, as in a container",
            why,
            "Start the container with --security-opt systempaths=unconfined (and seccomp=unconfined), or grade outside.",
        )
    if "Permission denied" in words or "Can't open" in words or "Can't find" in words:
        return Problem(
            "A folder that the sandbox needs cannot be read",
            why,
            "Let others enter the folders above the project and Python (chmod o+x), or start the engine as root.",
        )
    if Path("/.dockerenv").exists() or Path("/run/.containerenv").exists():
        return Problem(
            "The container refuses new namespaces",
            why,
            "Start it with --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
            "--security-opt systempaths=unconfined, or set KISALLI_SANDBOX=reduced.",
        )
    return Problem(
        "The kernel refuses a sandbox",
        why,
        "Run python -m app.grading doctor for the details; KISALLI_SANDBOX=reduced takes the weaker box.",
    )
