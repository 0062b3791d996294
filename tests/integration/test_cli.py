"""The commands of ``flask --app wsgi``, run as an operator runs them."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from app.platform.settings import ROOT

COMMANDS = ("migrate", "create-admin", "worker", "serve", "backup", "demo", "import-course")


def flask(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one command on an SQLite installation in ``folder``."""
    env = {**os.environ, "KISALLI_INSTANCE": str(folder), **environment}
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_help_text(tmp_path: Path, command: str) -> None:
    answer = flask(tmp_path, command, "--help")
    assert answer.returncode == 0, answer.stderr
    assert len(answer.stdout.split("Options:")[0].splitlines()) > 2


def test_a_new_installation_from_nothing(tmp_path: Path) -> None:
    refused = flask(tmp_path, "serve")
    assert refused.returncode == 1
    assert "migrate" in refused.stderr and "Traceback" not in refused.stderr
    assert flask(tmp_path, "migrate").returncode == 0
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    options = ("--email", "boss@example.org", "--first-name", "Bo", "--last-name", "Ss")
    short = flask(tmp_path, "create-admin", *options, "--password", "short")
    assert short.returncode == 1 and "Traceback" not in short.stderr
    made = flask(tmp_path, "create-admin", *options, "--password", "a long enough password")
    assert made.returncode == 0, made.stderr
    again = flask(tmp_path, "create-admin", *options, "--password", "a long enough password")
    # Repeating it is the way back in for an operator who lost the password: the same person, no second one.
    assert again.returncode == 0, again.stderr
    with sqlite3.connect(tmp_path / "kisalli.db") as database:
        assert database.execute("SELECT count(*) FROM person").fetchone() == (1,)


def test_backup_is_a_whole_database(tmp_path: Path) -> None:
    flask(tmp_path, "migrate")
    target = tmp_path / "copy.db"
    assert flask(tmp_path, "backup", str(target)).returncode == 0
    copy = sqlite3.connect(target)
    assert copy.execute("SELECT count(*) FROM person").fetchone() == (0,)
    copy.close()
    assert flask(tmp_path, "backup", str(target)).returncode == 1


def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    answer = flask(tmp_path, "migrate", KISALLI_SITE_URL="kisalli.example")
    assert answer.returncode != 0
    assert "KISALLI_SITE_URL" in answer.stderr
