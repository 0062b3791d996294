"""Environments: named sets of packages that notebooks run on, each in a virtual environment of its own."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.grading.api import EngineFault, NotebookFault

ROOT = Path(__file__).resolve().parents[2]
STAMP = ".kisalli-stamp"


@dataclass(frozen=True, slots=True)
class Environment:
    """A built environment: its folder, the modules to import beforehand, and lines to run beforehand."""

    name: str
    path: Path
    preload: tuple[str, ...]
    warm: tuple[str, ...]
    needs_loopback: bool


def folder() -> Path:
    """Where environments are kept: the setting KISALLI_ENVIRONMENTS, or .envs beside the project."""
    return Path(os.environ.get("KISALLI_ENVIRONMENTS") or ROOT / ".envs").resolve()


def listed() -> list[str]:
    """The names of all environments that the project lists."""
    return sorted(path.stem for path in (ROOT / "environments").glob("*.txt"))


def _list_of(name: str) -> Path:
    path = ROOT / "environments" / f"{name}.txt"
    if name not in listed():
        raise NotebookFault(
            "unreadable",
            f"There is no environment called “{name}”. There are: {', '.join(listed())}.",
            {"environment": name},
        )
    return path


def _packages(name: str) -> bytes:
    """The lines that name packages: comments may change without a new build."""
    lines = _list_of(name).read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if line.strip() and not line.startswith("#")).encode()


def _stamp(name: str) -> str:
    digest = hashlib.sha256()
    digest.update(sys.version.encode() + sys.base_prefix.encode())
    digest.update(_packages(name))
    return digest.hexdigest()


def _pins() -> dict[str, str]:
    """The versions that constraints.txt pins, by normal name."""
    constraints = ROOT / "constraints.txt"
    pins: dict[str, str] = {}
    for line in constraints.read_text(encoding="utf-8").splitlines() if constraints.exists() else []:
        name, found, version = line.partition("==")
        if found:
            pins[_normal(name)] = version.strip()
    return pins


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def _agrees(path: Path) -> bool:
    """Whether what is installed has the pinned versions; pins of other packages do not matter."""
    pins = _pins()
    for folder_name in path.glob("lib/python*/site-packages/*.dist-info"):
        name, _, version = folder_name.name.removesuffix(".dist-info").partition("-")
        if pins.get(_normal(name), version) != version:
            return False
    return True


def _described(name: str) -> Environment:
    preload: list[str] = []
    warm: list[str] = []
    loopback = False
    for line in _list_of(name).read_text(encoding="utf-8").splitlines():
        if line.startswith("# preload:"):
            preload.extend(line.partition(":")[2].split())
        elif line.startswith("# warm:"):
            warm.append(line.partition(":")[2].strip())
        elif line.startswith("# needs: loopback"):
            loopback = True
    return Environment(
        name=name, path=folder() / name, preload=tuple(preload), warm=tuple(warm), needs_loopback=loopback
    )


def is_built(name: str) -> bool:
    """Whether the environment is there and up to date."""
    try:
        return (folder() / name / STAMP).read_text() == _stamp(name) and _agrees(folder() / name)
    except OSError:
        return False


def find(name: str) -> Environment:
    """A built environment. Raises EngineFault with the command that builds it where it is not there at all.

    One that is merely out of date is still used: grading goes on while a newer one is made.
    """
    described = _described(name)
    if not (described.path / STAMP).exists():
        raise EngineFault(
            f"The environment “{name}” is not built. Build it with: python -m app.grading environment {name}"
        )
    return described


def build(name: str, say: Callable[[str], None] = lambda line: None) -> Environment:
    """Build the environment, or do nothing where it is up to date. Raises EngineFault with pip's last words."""
    described = _described(name)
    folder().mkdir(parents=True, exist_ok=True)
    with open(folder() / f".{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_built(name):
            return described
        say(f"building the environment “{name}” in {described.path}")
        fresh = folder() / f".{name}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        python = getattr(sys, "_base_executable", sys.executable)
        _call([python, "-m", "venv", str(fresh)])
        pip = [
            str(fresh / "bin" / "python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        constraints = ROOT / "constraints.txt"
        if constraints.exists():
            pip += ["-c", str(constraints)]
        _call([*pip, "-r", str(_list_of(name))])
        for line in _list_of(name).read_text(encoding="utf-8").splitlines():
            if line.startswith("# after:"):
                _call([str(fresh / "bin" / "python"), *line.partition(":")[2].split()])
        (fresh / STAMP).write_text(_stamp(name))
        old = folder() / f".{name}.old"
        shutil.rmtree(old, ignore_errors=True)
        if described.path.exists():
            described.path.rename(old)
        fresh.rename(described.path)
        shutil.rmtree(old, ignore_errors=True)
    return described


def _call(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()[-8:]
        raise EngineFault("The environment could not be built:\n" + "\n".join(words))
