"""Commands of the curriculum: bring courses in and out, keep the list of skills."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app

from app.curriculum import queries as read
from app.curriculum import services
from app.curriculum.services.gathering import Gathered, from_folder
from app.curriculum.states import Outcome
from app.platform.database import db, writing
from app.platform.errors import Refusal

WORDS = {
    Outcome.TAKEN: "taken",
    Outcome.UPGRADED: "upgraded",
    Outcome.LEFT_OUT: "left out",
    Outcome.REFUSED: "REFUSED",
}


@click.command("import-course")
@click.argument("source")
@click.option("--folder", default="", help="The course's folder inside, where SOURCE holds several courses.")
@click.option("--slug", default="", help="Its name in addresses; else what course.toml or the folder's name says.")
@click.option("--leave-out-faulty", is_flag=True, help="Leave out assignments with faults instead of refusing all.")
@click.option("--verbose", "-v", is_flag=True, help="List the files that were simply taken, too.")
def import_course(source: str, folder: str, slug: str, leave_out_faulty: bool, verbose: bool) -> None:
    """Bring in the nbgrader course SOURCE: a folder, a zip archive, or the https address of a Git repository.

    The course comes in whole or not at all. The same content again changes nothing; other content is a new version.
    """
    try:
        gathered, name = _gather(source)
        with writing():
            imported = services.import_course(
                gathered, name=name, origin=source, folder=folder, slug=slug, leave_out_faulty=leave_out_faulty
            )
            db.session.commit()
    except services.ImportRefused as refusal:
        db.session.rollback()
        _say(refusal.report, verbose)
        raise click.ClickException(str(refusal.message)) from None
    _say(imported.report, verbose)
    what = "is" if imported.is_new else "is known already as"
    click.echo(
        f"{imported.version.title} {what} version {imported.version.number} of /courses/{imported.course.slug}: "
        f"{imported.report.count(Outcome.TAKEN)} files taken, {imported.report.count(Outcome.UPGRADED)} upgraded, "
        f"{imported.report.count(Outcome.LEFT_OUT)} left out."
    )


def _gather(source: str) -> tuple[Gathered, str]:
    if "://" in source:
        private = bool(current_app.config["ALLOW_PRIVATE_ADDRESSES"])
        return services.from_git(source, allow_private=private), services.name_of(source)
    path = Path(source)
    if path.is_file():
        return services.from_zip(path.read_bytes()), path.stem
    return from_folder(path), path.resolve().name


def _say(report: services.Report, verbose: bool) -> None:
    for line in sorted(report.lines, key=lambda line: line.path):
        if verbose or line.reason or line.outcome is not Outcome.TAKEN:
            click.echo(f"{WORDS[line.outcome]:9} {line.path}{f': {line.reason}' if line.reason else ''}")
    for note in report.notes:
        click.echo(f"Note: {note}")


@click.command("export-course")
@click.argument("slug")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--version", "number", type=int, default=None, help="Which version; the present one when left out.")
def export_course(slug: str, target: Path, number: int | None) -> None:
    """Write the course SLUG to TARGET, a new folder or a .zip file, in nbgrader's own layout."""
    course = read.course_by_slug(slug)
    found = course and (read.current_version(course) if number is None else read.version_by_number(course, number))
    if not found:
        raise click.ClickException(f"There is no such course: {slug}{f' version {number}' if number else ''}.")
    if target.exists():
        raise click.ClickException(f"{target} exists already; name a new one.")
    if target.suffix == ".zip":
        target.write_bytes(services.export_zip(found))
    else:
        for path, content in services.export_files(found).items():
            place = target / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    click.echo(f"{found.title}, version {found.number}, is in {target}.")


@click.command("sync-skills")
def sync_skills() -> None:
    """Bring the list of skills up to courses/skills.toml: adds and renames, never takes away."""
    with writing():
        try:
            changed = services.seed_skills()
        except Refusal as refusal:
            raise click.ClickException(str(refusal.message)) from None
        db.session.commit()
    click.echo(f"{changed} skills added or changed.")


def install(app: Flask) -> None:
    """Register the commands."""
    for command in (import_course, export_course, sync_skills):
        app.cli.add_command(command)
