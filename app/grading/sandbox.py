"""The outer walls: the bubblewrap command that a zygote lives in, and how it is started without root's powers."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
from pathlib import Path

from app.grading.environment import Environment

BOX = Path(__file__).resolve().parent / "box"
LAUNCH = Path(__file__).resolve().parent / "launch.py"
INSIDE_UID = 1000
DROPPED_UID = 64998
PYTHON = "/kisalli/venv/bin/python"
ETC = (
    "alternatives",
    "fonts",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "mime.types",
    "ssl/certs",
)
FILES = {
    "/etc/passwd": "trainee:x:1000:1000::/home/trainee:/bin/bash\n",
    "/etc/group": "trainee:x:1000:\n",
    "/etc/hosts": "127.0.0.1 localhost kisalli\n::1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}


def dropped_uid() -> int:
    """The user that sandboxes run as when the engine is started by root (setting KISALLI_SANDBOX_UID)."""
    return int(os.environ.get("KISALLI_SANDBOX_UID") or DROPPED_UID)


def bubblewrap() -> str | None:
    """The path of bubblewrap, or None where it is not installed."""
    return shutil.which(
        os.environ.get("KISALLI_BWRAP") or "bwrap",
        path=os.environ.get("PATH", "") + ":/usr/bin:/bin",
    )


def base_python() -> tuple[str, str]:
    """The interpreter behind this one: (its prefix, its path below that prefix)."""
    executable = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    prefix = os.path.realpath(sys.base_prefix)
    if not executable.startswith(prefix + "/"):
        prefix = os.path.dirname(os.path.dirname(executable))
    return prefix, os.path.relpath(executable, prefix)


def _pipe_of(text: str) -> int:
    reading, writing = os.pipe()
    os.write(writing, text.encode())
    os.close(writing)
    return reading


def inner_environment() -> list[str]:
    """bubblewrap's arguments for the environment variables that notebooks see; nothing of ours is among them."""
    values = {
        "HOME": "/home/trainee",
        "USER": "trainee",
        "LOGNAME": "trainee",
        "SHELL": "/bin/bash",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "xterm-color",
        "PATH": "/kisalli/venv/bin:/usr/local/bin:/usr/bin:/bin",
        "TMPDIR": "/tmp",
        "VIRTUAL_ENV": "/kisalli/venv",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": "/tmp/matplotlib",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "JUPYTER_PLATFORM_DIRS": "1",
        "NBGRADER_EXECUTION": "autograde",
        # Threads of numerical libraries would start before the fork, and with it be lost.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "NUMEXPR_NUM_THREADS": "1",
    }
    arguments = ["--clearenv"]
    for name, value in values.items():
        arguments += ["--setenv", name, value]
    return arguments


class Command:
    """A command line for a sandbox, with the descriptors it needs; close() when it has been started."""

    def __init__(self, environment: Environment, program: list[str]) -> None:
        self.fds: list[int] = []
        bwrap = bubblewrap() or "bwrap"
        prefix, executable = base_python()
        self.folders = {"box": str(BOX), "env": str(environment.path)}
        in_usr = prefix == "/usr" or prefix.startswith("/usr/")
        inside = f"{prefix}/{executable}" if in_usr else f"/kisalli/python/{executable}"
        arguments = [
            bwrap,
            *("--unshare-user", "--uid", str(INSIDE_UID), "--gid", str(INSIDE_UID)),
            *(
                "--unshare-pid",
                "--unshare-net",
                "--unshare-ipc",
                "--unshare-uts",
                "--unshare-cgroup-try",
            ),
            *("--hostname", "kisalli", "--die-with-parent", "--new-session"),
            *inner_environment(),
            *("--ro-bind", "/usr", "/usr"),
        ]
        for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
            path = f"/{name}"
            if os.path.islink(path):
                arguments += ["--symlink", os.readlink(path), path]
            elif os.path.isdir(path):
                arguments += ["--ro-bind", path, path]
        for name in ETC:
            if os.path.exists(f"/etc/{name}"):
                arguments += ["--ro-bind", f"/etc/{name}", f"/etc/{name}"]
        if not in_usr:
            self.folders["python"] = prefix
            arguments += ["--ro-bind", "{python}", "/kisalli/python"]
        arguments += [
            "--ro-bind",
            "{box}",
            "/kisalli/lib/app/grading/box",
            "--ro-bind",
            "{env}/lib",
            "/kisalli/venv/lib",
        ]
        if (environment.path / "share").is_dir():
            arguments += ["--ro-bind", "{env}/share", "/kisalli/venv/share"]
        for name in (
            "python",
            "python3",
            f"python{sys.version_info[0]}.{sys.version_info[1]}",
        ):
            arguments += ["--symlink", inside, f"/kisalli/venv/bin/{name}"]
        config = (
            f"home = {os.path.dirname(inside)}\ninclude-system-site-packages = false\n"
            f"version = {platform.python_version()}\n"
        )
        for path, text in {**FILES, "/kisalli/venv/pyvenv.cfg": config}.items():
            fd = _pipe_of(text)
            self.fds.append(fd)
            arguments += ["--file", str(fd), path]
        arguments += [
            "--proc",
            "/proc",
            "--dev",
            "/dev",
            "--tmpfs",
            "/tmp",
            "--dir",
            "/home/trainee",
            "--dir",
            "/run",
        ]
        arguments += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]
        self.arguments = arguments + program

    def argv(self) -> list[str]:
        """The command to start: as it is for an ordinary user, through the launcher for root."""
        if os.geteuid() == 0:
            folders = json.dumps([[source, name] for name, source in self.folders.items()])
            uid = str(dropped_uid())
            return [
                sys.executable,
                "-I",
                str(LAUNCH),
                uid,
                uid,
                folders,
                *self.arguments,
            ]
        return [part.format(**self.folders) if part.startswith("{") else part for part in self.arguments]

    def close(self) -> None:
        """Close the descriptors on this side."""
        for fd in self.fds:
            os.close(fd)
        self.fds = []
