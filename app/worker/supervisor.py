"""Starts the web server and the workers together on one machine, keeps workers alive, and stops all of it cleanly."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from app.platform.settings import ROOT

log = logging.getLogger(__name__)

STOP_SECONDS = 15


@dataclass
class Child:
    """One process of the installation."""

    name: str
    command: list[str]
    may_restart: bool
    log: Path | None = None
    process: subprocess.Popen[bytes] | None = None
    restarts: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches it only through the supervisor."""
        with self.log.open("ab") if self.log else nullcontext() as output:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, start_new_session=True, env=os.environ.copy(), stdout=output, stderr=output
            )


def web_command(host: str, port: int, workers: int) -> list[str]:
    """gunicorn's command line."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "wsgi:app",
        "--bind",
        f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "--workers",
        str(workers),
        "--threads",
        "8",
        "--timeout",
        "120",
        "--graceful-timeout",
        "10",
        "--no-control-socket",
        "--log-level",
        "warning",
    ]


def worker_command(lanes: list[str]) -> list[str]:
    """The command line of one worker process."""
    return [
        sys.executable,
        "-m",
        "flask",
        "--app",
        "wsgi",
        "worker",
        "--lanes",
        ",".join(lanes),
        "--supervisor",
        str(os.getpid()),
    ]


def lanes_of_kinds() -> tuple[list[str], list[str]]:
    """(grading's lane, all other lanes) of the registered kinds of jobs."""
    from app.platform.jobs import KINDS

    others = sorted({kind.lane for kind in KINDS.values()} - {"grading"})
    return ["grading"], others


class Supervisor:
    """Runs children until one that must live ends, or a signal comes."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children
        self.stopping = threading.Event()

    def run(self) -> int:
        """Start all, wait, stop all. Returns the exit status: 0 after a signal, 1 when the web server ended by itself."""
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._halt)
        for child in self.children:
            child.start()
        status = 0
        while not self.stopping.wait(0.3):
            for child in self.children:
                code = child.process.poll() if child.process else None
                if code is None:
                    continue
                if not child.may_restart:
                    log.error("%s ended with status %s", child.name, code)
                    status = 1
                    self.stopping.set()
                    break
                self._restart(child, code)
        self._stop_all()
        return status

    def _restart(self, child: Child, code: int) -> None:
        moment = time.monotonic()
        child.restarts = [at for at in child.restarts if moment - at < 60]
        if len(child.restarts) >= 5:
            # Something is wrong that starting again does not mend; keep the site up and say so once a minute.
            if moment - child.restarts[-1] > 50:
                log.error("%s keeps ending (status %s); see the log above", child.name, code)
                child.restarts.clear()
            return
        log.warning("%s ended with status %s and is started again", child.name, code)
        child.restarts.append(moment)
        child.start()

    def _halt(self, _signum: int, _frame: FrameType | None) -> None:
        self.stopping.set()

    def _stop_all(self) -> None:
        alive = [child for child in self.children if child.process and child.process.poll() is None]
        for child in alive:
            assert child.process is not None
            child.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in alive:
            assert child.process is not None
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("%s did not stop in time and is killed; its job will be taken up again", child.name)
                child.process.kill()
                child.process.wait()


def start(host: str, port: int, web_workers: int = 2, graders: int = 0, log: Path | None = None) -> int:
    """Run web server and workers under one supervisor; returns the exit status.

    Args:
        log: a file that the children's lines go to instead of the terminal.
    """
    grading, others = lanes_of_kinds()
    count = graders or min(4, os.cpu_count() or 1)
    children = [Child("web", web_command(host, port, web_workers), may_restart=False, log=log)]
    children += [
        Child(f"grader {number + 1}", worker_command(grading), may_restart=True, log=log) for number in range(count)
    ]
    children.append(Child("worker", worker_command(others), may_restart=True, log=log))
    return Supervisor(children).run()
