"""Bringing a course in from the page: a job, since fetching and reading take longer than a page may; its report stays with the job."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from flask import current_app
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Person
from app.curriculum.services.archives import from_zip
from app.curriculum.services.fetching import from_git, name_of
from app.curriculum.services.importing import Prepared, prepare, write
from app.curriculum.services.report import ImportRefused, Report
from app.platform import files, jobs
from app.platform.database import db
from app.platform.i18n import force_locale
from app.platform.i18n import gettext as _
from app.platform.jobs import Handle, Job, JobKind, Lease

KIND = "course_import"


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asked to bring in; ``archive`` is the zip's content where no address is given."""

    payload: dict[str, Any]
    archive: bytes | None
    language: str
    allow_private: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """The import ended with a refusal."""

    message: str
    report: Report


def order_import(
    *,
    by: Any,
    archive: bytes | None = None,
    name: str = "",
    address: str = "",
    folder: str = "",
    slug: str = "",
    leave_out_faulty: bool = False,
) -> Job:
    """Queue an import from a zip archive or from the https address of a Git repository; returns its job.

    Raises:
        ImportRefused: neither or both were given.
    """  # fmt: skip
    if bool(archive) == bool(address):
        raise ImportRefused(_("Choose a zip archive, or give the address of a repository."), field="archive")
    payload = {
        "by": by.id,
        "sha256": files.store(archive) if archive else "",
        "name": name[:200],
        "address": address[:500],
        "folder": folder[:400],
        "slug": slug[:80],
        "leave_out_faulty": leave_out_faulty,
    }
    return jobs.enqueue(KIND, payload=payload)


def _read(lease: Lease) -> Order:
    payload = lease.payload
    person = db.session.get(Person, payload["by"])
    return Order(
        payload,
        files.load(payload["sha256"]) if payload["sha256"] else None,
        person.language if person else "en",
        bool(current_app.config["ALLOW_PRIVATE_ADDRESSES"]),
    )


def _work(order: Order, handle: Handle) -> Prepared | Refused:
    payload = order.payload
    with force_locale(order.language):
        try:
            if order.archive is not None:
                gathered = from_zip(order.archive)
                name = payload["name"].removesuffix(".zip")
                origin = payload["name"]
            else:
                handle.progress(0, 2, str(_("Fetching the repository")))
                gathered = from_git(payload["address"], allow_private=order.allow_private)
                name, origin = name_of(payload["address"]), payload["address"]
            handle.progress(1, 2, str(_("Reading the notebooks")))
            return prepare(
                gathered,
                name=name,
                origin=origin,
                folder=payload["folder"],
                slug=payload["slug"],
                leave_out_faulty=payload["leave_out_faulty"],
            )
        except ImportRefused as refusal:
            return Refused(str(refusal.message), refusal.report)


def _write(lease: Lease, result: Prepared | Refused) -> None:
    job = db.session.get(Job, lease.job_id)
    assert job is not None
    person = db.session.get(Person, lease.payload["by"])
    outcome: dict[str, Any] = {}
    report = result.report
    if isinstance(result, Refused):
        outcome["refused"] = result.message
    else:
        with force_locale(person.language if person else "en"):
            imported = write(result, by=person)
        outcome |= {"course": imported.course.slug, "version": imported.version.number, "is_new": imported.is_new}
    job.progress = {
        **outcome,
        "notes": report.notes,
        "lines": [
            asdict(line) | {"outcome": line.outcome.value} for line in sorted(report.lines, key=lambda x: x.path)
        ],
    }
    db.session.flush()
    _forget_archive(lease.payload["sha256"])


def _forget_archive(sha256: str) -> None:
    """The archive is not needed any more, unless a course or somebody's hand-in holds the very same file."""
    if not sha256:
        return
    try:
        with db.session.begin_nested():
            db.session.execute(delete(files.Blob).where(files.Blob.sha256 == sha256))
    except IntegrityError:
        pass


def _gave_up(lease: Lease, reason: str) -> None:
    job = db.session.get(Job, lease.job_id)
    if job is not None:
        job.progress = {
            "refused": str(_("Something went wrong on our side. It has been logged; try again.")),
            "lines": [],
        }


jobs.register(JobKind(KIND, "courses", _read, _work, _write, _gave_up))
