"""The outer walls: the bubblewrap command that a zygote lives in, and how it is started without root's powers."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from app.grading.environment import ROOT, Environment

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


def variables() -> dict[str, str]:
    """The environment variables that notebooks see; nothing of ours is among them."""
    return {
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


def _dropped(wanted: dict[str, Any], arguments: list[str]) -> list[str]:
    """The command behind the launcher, which makes root an ordinary user."""
    uid = str(dropped_uid())
    return [sys.executable, "-I", str(LAUNCH), uid, uid, json.dumps(wanted), *arguments]


class Command:
    """The command line of a full sandbox, with the descriptors it needs; close() when it has been started."""

    variables: dict[str, str] | None = None

    def __init__(self, environment: Environment, program: list[str]) -> None:
        self.fds: list[int] = []
        prefix, executable = base_python()
        self.folders = {"box": str(BOX), "env": str(environment.path)}
        in_usr = prefix == "/usr" or prefix.startswith("/usr/")
        inside = f"{prefix}/{executable}" if in_usr else f"/kisalli/python/{executable}"
        if not in_usr:
            self.folders["python"] = prefix
        self.arguments = [
            bubblewrap() or "bwrap",
            *("--unshare-user", "--uid", str(INSIDE_UID), "--gid", str(INSIDE_UID)),
            *("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
            *("--hostname", "kisalli", "--die-with-parent", "--new-session", "--clearenv"),
            *(part for name, value in variables().items() for part in ("--setenv", name, value)),
            *_system_folders(),
            *(() if in_usr else ("--ro-bind", "{python}", "/kisalli/python")),
            # An interpreter with a shared library would else load the system's one, which may be of another version.
            *(() if in_usr else ("--setenv", "LD_LIBRARY_PATH", "/kisalli/python/lib")),
            *("--ro-bind", "{box}", "/kisalli/lib/app/grading/box"),
            *("--ro-bind", "{env}/lib", "/kisalli/venv/lib"),
            *(("--ro-bind", "{env}/share", "/kisalli/venv/share") if (environment.path / "share").is_dir() else ()),
            *self._files(inside),
            *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--dir", "/home/trainee", "--dir", "/run"),
            *("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"),
            *(PYTHON, "-I", "/kisalli/lib/app/grading/box/zygote.py", *program, "full", ""),
        ]

    def _files(self, inside: str) -> list[str]:
        arguments: list[str] = []
        for name in ("python", "python3", f"python{sys.version_info[0]}.{sys.version_info[1]}"):
            arguments += ["--symlink", inside, f"/kisalli/venv/bin/{name}"]
        config = (
            f"home = {os.path.dirname(inside)}\ninclude-system-site-packages = false\n"
            f"version = {platform.python_version()}\n"
        )
        for path, text in {**FILES, "/kisalli/venv/pyvenv.cfg": config}.items():
            fd = _pipe_of(text)
            self.fds.append(fd)
            arguments += ["--file", str(fd), path]
        return arguments

    def argv(self) -> list[str]:
        """The command to start: as it is for an ordinary user, through the launcher for root."""
        if os.geteuid() == 0:
            return _dropped({"folders": [[source, name] for name, source in self.folders.items()]}, self.arguments)
        return [part.format(**self.folders) if part.startswith("{") else part for part in self.arguments]

    def close(self) -> None:
        """Close the descriptors on this side."""
        for fd in self.fds:
            os.close(fd)
        self.fds = []

    def clean(self) -> None:
        """Nothing is left on the host by a full sandbox."""


def _system_folders() -> list[str]:
    arguments = ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        path = f"/{name}"
        if os.path.islink(path):
            arguments += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            arguments += ["--ro-bind", path, path]
    for name in ETC:
        if os.path.exists(f"/etc/{name}"):
            arguments += ["--ro-bind", f"/etc/{name}", f"/etc/{name}"]
    return arguments


class WeakerCommand:
    """The command line of a zygote without namespaces: reduced (Landlock and filter) or unsafe (limits alone)."""

    def __init__(self, environment: Environment, program: list[str], mode: str) -> None:
        self.fds: list[int] = []
        self.base = tempfile.mkdtemp(prefix="kisalli-runs-")
        self.plain = {"venv": str(environment.path), "library": str(ROOT)}
        self.folders = [[str(BOX), "lib/app/grading/box"], [str(environment.path), "env"], [base_python()[0], "python"]]
        self.folders.append([self.base, "runs"])
        self.variables = {
            **variables(),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "VIRTUAL_ENV": "",
        }
        script = "{library}/app/grading/box/zygote.py"
        self.arguments = ["{venv}/bin/python", "-I", script, *program, mode, "{runs}"]

    def argv(self) -> list[str]:
        """The command to start; root becomes another user, who owns the folder for runs."""
        if os.geteuid() != 0:
            seen = {**self.plain, "runs": self.base}
            return [part.format(**seen) if part.startswith("{") else part for part in self.arguments]
        os.chown(self.base, dropped_uid(), dropped_uid())
        wanted = {
            "folders": self.folders,
            "python": base_python()[1],
            "version": platform.python_version(),
            "venv": True,
            "plain": {**self.plain, "runs": self.base},
        }
        return _dropped(wanted, self.arguments)

    def close(self) -> None:
        """There are no descriptors to close."""

    def clean(self) -> None:
        """Delete what runs have left in their folder."""
        shutil.rmtree(self.base, ignore_errors=True)
