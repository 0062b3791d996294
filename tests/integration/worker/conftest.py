"""An installation of its own for tests that start real processes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask

from app.factory import create_app
from app.platform import migrations
from app.platform.settings import ROOT

PATIENCE = 60.0


def wait_for(condition: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Look until ``condition`` holds; a test failure that says what was waited for when it never does."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.1)
    pytest.fail(f"waited {patience:.0f} s in vain for {what}")


def free_port() -> int:
    """A TCP port that nothing uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Installation:
    """A database and instance folder of their own, and the processes started on them."""

    folder: Path
    environment: dict[str, str]
    app: Flask
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start ``python -m …`` in the project's root; its output goes to a log in the folder."""
        with (self.folder / f"process-{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env={**self.environment, **environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def logs(self) -> str:
        """What all processes printed, for the message of a failure."""
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("process-*.log")))


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """A migrated SQLite installation in a folder of its own; whatever was started is ended after the test."""
    environment = {
        **os.environ,
        "KISALLI_INSTANCE": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'kisalli.db'}",
        "PYTHONUNBUFFERED": "1",
    }
    app = create_app({"INSTANCE": tmp_path, "SQLALCHEMY_DATABASE_URI": environment["DATABASE_URL"], "TESTING": True})
    with app.app_context():
        migrations.upgrade()
    made = Installation(tmp_path, environment, app)
    yield made
    for process in made.processes:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
