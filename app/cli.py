"""The commands of ``flask --app wsgi``: set up, run, look after an installation. Features add their own."""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path

import click
from flask import Flask, current_app

from app.platform import migrations
from app.platform.errors import Refusal


@click.command("migrate")
def migrate() -> None:
    """Bring the database to the present form of the program. Safe to repeat."""
    before, after = migrations.upgrade()
    click.echo(
        f"Database is current ({after})." if before == after else f"Database moved from {before or 'empty'} to {after}."
    )


@click.command("new-migration")
@click.argument("message")
def new_migration(message: str) -> None:
    """For developers: write a migration from the difference between the models and the migrated database."""
    migrations.new_step(message)


@click.command("create-admin")
@click.option("--email", prompt="E-mail", help="Address to sign in with.")
@click.option("--first-name", prompt="First name")
@click.option("--last-name", prompt="Last name", default="")
@click.password_option(help="At least 10 characters; asked for when not given.")
def create_admin(email: str, first_name: str, last_name: str, password: str) -> None:
    """Make an administrator: the first account of a new installation."""
    from app.accounts.services import create_administrator
    from app.platform.database import db, writing

    with writing():
        try:
            create_administrator(email=email, first_name=first_name, last_name=last_name, password=password)
        except Refusal as refusal:
            raise click.ClickException(str(refusal.message)) from None
        db.session.commit()
    click.echo(f"{email} can sign in at {current_app.config['SITE_URL']} now.")


@click.command("worker")
@click.option("--lanes", default="", help="Lanes of the ledger to work on, with commas; all when left out.")
@click.option("--supervisor", type=int, default=None, hidden=True)
def worker(lanes: str, supervisor: int | None) -> None:
    """Work on the ledger's jobs (grading, mail …) until stopped. Run as many as the machine has cores for grading."""
    from app.worker import embedded
    from app.worker.supervisor import lanes_of_kinds

    grading, others = lanes_of_kinds()
    chosen = [lane for lane in lanes.split(",") if lane] or [*grading, *others]
    unknown = set(chosen) - {*grading, *others}
    if unknown:
        raise click.ClickException(
            f"No such lane: {', '.join(sorted(unknown))}. There are {', '.join([*grading, *others])}."
        )
    embedded.run(current_app._get_current_object(), chosen, supervisor)  # type: ignore[attr-defined]


@click.command("serve")
@click.option(
    "--host",
    default=lambda: os.environ.get("HOST", "127.0.0.1"),
    help="Address to listen on.",
    show_default="HOST or 127.0.0.1",
)
@click.option(
    "--port", default=lambda: int(os.environ.get("PORT", "8000")), type=int, help="Port.", show_default="PORT or 8000"
)
@click.option("--web-workers", default=2, help="Processes of the web server.", show_default=True)
@click.option("--graders", default=0, help="Grading processes; 0: one a core, four at most.")
def serve(host: str, port: int, web_workers: int, graders: int) -> None:
    """Run the web server and the workers together on this machine."""
    if not migrations.is_current():
        raise click.ClickException(
            "The database is not in the form this program needs. Run `flask --app wsgi migrate` first."
        )
    from app.worker.supervisor import start

    sys.exit(start(host, port, web_workers, graders))


@click.command("backup")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def backup(target: Path) -> None:
    """Write a consistent copy of the database to TARGET while the site runs (SQLite; use pg_dump for PostgreSQL)."""
    from app.platform.database import db

    if db.engine.dialect.name != "sqlite":
        raise click.ClickException("This site runs on PostgreSQL: back it up with pg_dump.")
    if target.exists():
        raise click.ClickException(f"{target} exists already; name a new file.")
    source = db.engine.raw_connection()
    copy = sqlite3.connect(target)
    try:
        # SQLite's own online backup: a consistent copy while others write.
        source.driver_connection.backup(copy)  # type: ignore[union-attr]
    finally:
        copy.close()
        source.close()
    target.chmod(0o600)
    click.echo(f"Copied to {target} ({target.stat().st_size / 2**20:.1f} MiB). Keep the file secret_key beside it.")


COMMANDS = (migrate, new_migration, create_admin, worker, serve, backup)


def install(app: Flask) -> None:
    """Register the commands."""
    from app.demo.command import demo

    for command in (*COMMANDS, demo):
        app.cli.add_command(command)
