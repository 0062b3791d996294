"""Bringing courses in and out: the form, the report of an import, the download of a course as an nbgrader folder."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from flask_login import current_user

from app.curriculum import queries as read
from app.curriculum import services
from app.curriculum.forms import ImportForm
from app.curriculum.models import Course
from app.curriculum.rules import COURSE_IMPORT, COURSE_SOURCE, Catalogue
from app.curriculum.states import Outcome
from app.curriculum.views import blueprint, loading
from app.platform.downloads import attachment
from app.platform.errors import Refusal
from app.platform.jobs import JobState
from app.platform.permissions import requires


@blueprint.route("/courses/import", methods=["GET", "POST"])
@requires(COURSE_IMPORT, load=loading.catalogue)
def import_page(subject: Catalogue) -> Any:
    """Ask for a course to be brought in; the import itself is a job."""
    form = ImportForm()
    if request.method == "GET":
        form.slug.data = request.args.get("course", "")
    if form.validate_on_submit():
        upload = form.archive.data
        try:
            job = services.order_import(
                by=current_user,
                archive=upload.read() if upload else None,
                name=upload.filename or "" if upload else "",
                address=form.address.data,
                folder=form.folder.data,
                slug=form.slug.data,
                leave_out_faulty=form.leave_out_faulty.data,
            )
        except Refusal as refusal:
            form[refusal.field or "archive"].errors = [str(refusal.message)]
        else:
            return redirect(url_for("curriculum.import_report", job_id=job.id), 303)
    return render_template("curriculum/import.html", form=form), 400 if form.errors else 200


@blueprint.get("/courses/import/<int:job_id>")
@requires(COURSE_IMPORT, load=loading.catalogue)
def import_report(subject: Catalogue, job_id: int) -> str:
    """How an import stands, and file by file what became of it."""
    return render_template("curriculum/import_report.html", **_report(job_id))


@blueprint.get("/courses/import/<int:job_id>/status")
@requires(COURSE_IMPORT, load=loading.catalogue)
def import_status(subject: Catalogue, job_id: int) -> str:
    """The changing part of an import's page, as a fragment."""
    return render_template("curriculum/_import_report.html", **_report(job_id))


def _report(job_id: int) -> dict[str, Any]:
    job = read.import_job(job_id, services.IMPORT_KIND) or abort(404)
    lines = job.progress.get("lines", [])
    return {
        "job": job,
        "progress": job.progress,
        "is_running": job.state in (JobState.QUEUED, JobState.RUNNING),
        "groups": [(outcome, [line for line in lines if line["outcome"] == outcome]) for outcome in reversed(Outcome)],
    }


@blueprint.get("/courses/<slug>/export")
@requires(COURSE_SOURCE, load=loading.course)
def export(subject: Course) -> Response:
    """For staff: the present version as an nbgrader folder."""
    version = loading.version_of(subject)
    return attachment(services.export_zip(version), f"{subject.slug}-{version.number}.zip", "application/zip")
