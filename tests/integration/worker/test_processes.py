"""Web server, workers and Celery as real processes: they start, survive a kill, and stop cleanly."""

from __future__ import annotations

import os
import signal
import socket
import urllib.error
import urllib.request
from pathlib import Path

import psutil

from app.platform import mail
from app.platform.database import db, writing
from tests.conftest import missing
from tests.integration.worker.conftest import Installation, free_port, wait_for

REDIS = ("127.0.0.1", 6379)


def send_mail(installation: Installation, subject: str) -> None:
    """Queue a mail as a service would."""
    with installation.app.app_context(), writing():
        mail.send("somebody@example.org", subject, "Text.")
        db.session.commit()


def arrived(installation: Installation, subject: str) -> int:
    """How often the mail was delivered to the instance folder."""
    return sum(f"Subject: {subject}" in path.read_text() for path in (installation.folder / "mail").glob("*.eml"))


def answers(port: int) -> bool:
    """Whether the web server says that all is well."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def test_serve_runs_all_survives_a_killed_worker_and_stops_on_one_signal(installation: Installation) -> None:
    port = free_port()
    supervisor = installation.start("flask", "--app", "wsgi", "serve", "--port", str(port), "--graders", "1")
    wait_for(lambda: answers(port) or supervisor.poll() is not None, "the web server")
    assert supervisor.poll() is None, installation.logs()
    send_mail(installation, "first")
    wait_for(lambda: arrived(installation, "first") == 1, "the first mail")

    family = psutil.Process(supervisor.pid)
    workers = [child for child in family.children() if "worker" in child.cmdline() and "mail" in child.cmdline()[-3]]
    assert len(workers) == 1, [child.cmdline() for child in family.children()]
    workers[0].kill()
    send_mail(installation, "second")
    wait_for(lambda: arrived(installation, "second") == 1, "the second mail, by a new worker")

    everybody = family.children(recursive=True)
    assert len(everybody) >= 4
    os.kill(supervisor.pid, signal.SIGINT)
    assert supervisor.wait(40) == 0
    _, alive = psutil.wait_procs(everybody, timeout=20)
    assert not alive
    assert not answers(port)


def test_worker_ends_when_its_supervisor_is_killed(installation: Installation) -> None:
    port = free_port()
    supervisor = installation.start("flask", "--app", "wsgi", "serve", "--port", str(port), "--graders", "1")
    wait_for(lambda: answers(port), "the web server")
    workers = [child for child in psutil.Process(supervisor.pid).children() if "worker" in child.cmdline()]
    web = [child for child in psutil.Process(supervisor.pid).children() if child not in workers]
    supervisor.kill()
    supervisor.wait()
    _, alive = psutil.wait_procs(workers, timeout=40)
    for process in web:
        process.terminate()
    psutil.wait_procs(web, timeout=30)
    assert not alive


def test_celery_worker_takes_work_from_the_ledger(installation: Installation, tmp_path: Path) -> None:
    try:
        socket.create_connection(REDIS, timeout=2).close()
    except OSError:
        missing("no Redis answers at 127.0.0.1:6379")
    broker = {"KISALLI_BROKER_URL": "redis://127.0.0.1:6379/9"}
    send_mail(installation, "queued before the worker")
    installation.start(
        *("celery", "--app", "app.worker.celery_app", "worker", "--queues", "mail", "--concurrency", "1", "--beat"),
        *("--schedule", str(tmp_path / "beat"), "--loglevel", "info", "--hostname", f"test-{os.getpid()}@%h"),
        **broker,
    )
    wait_for(lambda: arrived(installation, "queued before the worker") == 1, "the sweep of beat")
