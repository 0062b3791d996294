"""``flask --app wsgi demo``: build the demo where there is none, grade it for real, start everything, say how to sign in."""

from __future__ import annotations

import logging
import os
import socket
import sys
import time
from pathlib import Path

import click
from flask import Flask, current_app

from app.demo import build, people
from app.platform import migrations
from app.worker.supervisor import start

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@click.command("demo")
@click.option("--no-serve", is_flag=True, help="Build and grade only; do not start the servers.")
def demo(no_serve: bool) -> None:
    """Start the demo: a cohort with graded work, made on first use and kept after that."""
    logging.getLogger().setLevel(logging.WARNING)
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    if not no_serve:
        _check_port(host, port)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    choose_sandbox(app, host)
    migrations.upgrade()
    if not build.is_built():
        _build(app)
    solved = build.leave_solved_notebook(Path(app.config["INSTANCE"]) / "to-hand-in")
    log = Path(app.config["INSTANCE"]) / "server.log"
    _say_how(app.config["SITE_URL"], solved, log)
    if not no_serve:
        sys.exit(start(host, port, log=log))


def choose_sandbox(app: Flask, host: str) -> None:
    """On loopback the demo never ends for want of a full sandbox: it takes the best there is, and says so."""
    from app.grading import api as grading

    report = grading.check_host()
    if report.sandbox == "full" or os.environ.get("KISALLI_SANDBOX"):
        return
    problems = " ".join(f"{problem.what}: {problem.why} {problem.remedy}" for problem in report.problems)
    if host not in LOOPBACK:
        raise click.ClickException(
            f"No full sandbox on this machine. {problems} Set KISALLI_SANDBOX=reduced to accept the weaker one here."
        )
    if report.sandbox == "reduced":
        os.environ["KISALLI_SANDBOX"] = app.config["SANDBOX"] = "reduced"
        click.secho(f"Grading in the weaker sandbox. {problems}", fg="yellow", err=True)
    else:
        os.environ["KISALLI_UNSAFE_GRADING"] = "1"
        app.config["UNSAFE_GRADING"] = True
        click.secho(f"Grading WITHOUT a sandbox, in this demo only. {problems}", fg="red", err=True)


def _build(app: Flask) -> None:
    click.echo("Building the demo cohort: ", nl=False)
    built = build.build(lambda what: click.echo(f"{what} … ", nl=False))
    click.echo("done.")
    started = time.monotonic()
    graded = build.grade(app, _bar)
    click.echo(f"\rgraded {graded} submissions in {time.monotonic() - started:.1f} s" + " " * 30)
    if graded < built.submissions:
        click.secho(
            f"{built.submissions - graded} wait for a sandbox; the coach's pages say what is missing.", fg="yellow"
        )
    else:
        build.mark(built.cohort_id)


def _bar(done: int, total: int) -> None:
    """A progress bar on a terminal; elsewhere nothing, since the last line says it all."""
    if sys.stdout.isatty() and total:
        filled = done * 30 // total
        click.echo(f"\rgrading  [{'█' * filled}{'·' * (30 - filled)}] {done} of {total}", nl=False)


def _check_port(host: str, port: int) -> None:
    """Say at once, before any work, that the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"{host}:{port} cannot be used ({error.strerror}). Choose another: PORT={port + 1} make demo"
            ) from None


def _shown(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _say_how(address: str, solved: Path, log: Path) -> None:
    click.echo("")
    click.secho(f"  Kisälli is at {address}", bold=True)
    click.echo("")
    for email, what in (
        ("trainee@demo.example", "hands in and sees the result"),
        (people.COACH[0], "reads, marks, gives feedback"),
        (people.COORDINATOR[0], "runs cohorts and releases"),
        (people.ADMINISTRATOR[0], "looks after the site"),
    ):
        click.echo(f"  {email:<26} {people.PASSWORD}   {what}")
    click.echo("")
    click.echo(f"  A solved notebook to hand in as the trainee: {_shown(solved)}")
    click.echo(f"  Logs: {_shown(log)}   Mails: {_shown(log.parent / 'mail')}")
    click.echo("  Ctrl-C stops everything. `make demo-reset` begins anew.")
    click.echo("")
    sys.stdout.flush()
