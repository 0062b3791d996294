"""For staff: the versions of a course and what differs between two of them."""

from __future__ import annotations

from flask import render_template

from app.curriculum import queries as read
from app.curriculum.models import Course
from app.curriculum.rules import COURSE_SOURCE
from app.curriculum.views import blueprint, loading
from app.platform.permissions import requires


@blueprint.get("/courses/<slug>/versions")
@requires(COURSE_SOURCE, load=loading.course)
def versions(subject: Course) -> str:
    """All versions, newest first."""
    return render_template(
        "curriculum/versions.html",
        course=subject,
        version=loading.version_of(subject),
        lines=read.versions_of(subject),
    )


@blueprint.get("/courses/<slug>/versions/<int:old>/<int:new>")
@requires(COURSE_SOURCE, load=loading.course)
def compare(subject: Course, old: int, new: int) -> str:
    """What differs between two versions, cell by cell."""
    before, after = loading.version_of(subject, old), loading.version_of(subject, new)
    return render_template(
        "curriculum/compare.html",
        course=subject,
        before=before,
        after=after,
        differences=read.differences(before, after),
    )
