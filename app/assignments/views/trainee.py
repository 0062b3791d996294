"""The trainee's page of an assignment: facts, download, hand in a file; and the page to write the answers in."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_login import current_user

from app.assignments import lateness, rules
from app.assignments.costs import cost_lines
from app.assignments.models import Release, Submission
from app.assignments.queries import releases as reads
from app.assignments.queries import submissions
from app.assignments.queries.results import visible
from app.assignments.queries.terms import terms_of_enrolment
from app.assignments.queries.writing import fields_of, notebooks_of
from app.assignments.services import drafts
from app.assignments.services.hand_in import candidates_of, check_open, hand_in
from app.assignments.services.reading import UnreadableFiles, Upload, read_files
from app.assignments.states import ReleasePhase
from app.assignments.views import blueprint, loading
from app.assignments.views.writing_page import pages_of
from app.cohorts.models import Enrolment
from app.curriculum import queries as curriculum
from app.platform.clock import now
from app.platform.database import db
from app.platform.downloads import attachment
from app.platform.errors import Refusal
from app.platform.i18n import format_moment
from app.platform.i18n import gettext as _
from app.platform.permissions import can, requires


def may_open(person: Any, release: Release) -> bool:
    """A trainee finds a withdrawn assignment only where attempts of it were made; staff find all."""
    if can(person, rules.RELEASE_EDIT, release) or release.withdrawn_at is None:
        return True
    enrolment = reads.enrolment_of(person, release.cohort_id)
    return enrolment is not None and submissions.last_attempt(release.id, enrolment.id) is not None


@blueprint.get("/assignments/<int:release_id>", endpoint="release")
@requires(rules.RELEASE_VIEW, load=loading.release, rule=may_open)
def show(release: Release) -> str:
    """Facts, what was handed in, and the ways to hand in."""
    return _page(release)


@blueprint.post("/assignments/<int:release_id>", endpoint="hand_in")
@requires(rules.HAND_IN, load=loading.release, rule=may_open)
def take(release: Release) -> Any:
    """Hand in files: notebooks, or an archive of them."""
    received_at = now()
    enrolment = _enrolment(release)
    try:
        check_open(release, enrolment, received_at)
        candidates = candidates_of(release)
        # No transaction stays open while the files are read: it would keep every other writer waiting.
        db.session.rollback()
        notebooks = read_files(_uploads(), candidates)
        fresh = reads.release_by_id(release.id)
        assert fresh is not None
        release, enrolment = fresh, _enrolment(fresh)
        submission = hand_in(release, enrolment, notebooks, by=current_user, received_at=received_at)
    except UnreadableFiles as faults:
        fresh = reads.release_by_id(release.id)
        assert fresh is not None
        return _page(fresh, faults=faults.faults), 400
    except Refusal as refusal:
        return _page(release, refusal=str(refusal.message)), 400
    return _handed_in(submission)


def _uploads() -> list[Upload]:
    return [Upload(file.filename or "", file.read()) for file in request.files.getlist("notebooks") if file.filename]


@blueprint.get("/assignments/<int:release_id>/download", endpoint="release_download")
@requires(rules.RELEASE_VIEW, load=loading.release, rule=may_open)
def download(release: Release) -> Response:
    """The student version: one notebook as it is, several (or one with data files) as an archive."""
    if rules.phase_of(release) is ReleasePhase.PLANNED and not can(current_user, rules.RELEASE_EDIT, release):
        raise Refusal(_("This assignment opens %(when)s. Download it then.", when=format_moment(release.opens_at)))
    given = curriculum.student_files(release.assignment)
    if len(given) == 1:
        name, content = given.popitem()
        return attachment(content, name, loading.NOTEBOOK)
    return attachment(curriculum.student_zip(release.assignment), f"{release.assignment.slug}.zip", "application/zip")


@blueprint.get("/assignments/<int:release_id>/write", endpoint="write")
@requires(rules.HAND_IN, load=loading.release, rule=may_open)
def write(release: Release) -> Any:
    """The assignment with one field a task."""
    if rules.phase_of(release) is ReleasePhase.PLANNED:
        return redirect(url_for("assignments.release", release_id=release.id))
    return _writing_page(release, _enrolment(release))


@blueprint.post("/assignments/<int:release_id>/write", endpoint="write_save")
@requires(rules.HAND_IN, load=loading.release, rule=may_open)
def save(release: Release) -> Any:
    """Without script: keep the draft, hand in, or settle what two windows wrote. ``do`` says which."""
    received_at = now()
    enrolment = _enrolment(release)
    what, _sep, number = request.form.get("do", "save").partition(":")
    typed = _typed()
    try:
        if what == "hand_in":
            return _handed_in(
                drafts.hand_in_answers(release, enrolment, typed, by=current_user, received_at=received_at)
            )
        drafts.save_drafts(release, enrolment, typed)
        if what == "use" and number.isdigit():
            drafts.use_other(release, enrolment, int(number))
        elif what == "forget" and number.isdigit():
            drafts.forget_other(release, enrolment, int(number))
    except Refusal as refusal:
        db.session.rollback()
        fresh = reads.release_by_id(release.id)
        assert fresh is not None
        sent = {each.task_id: each.text for each in typed}
        return _writing_page(fresh, _enrolment(fresh), refusal=str(refusal.message), sent=sent), 400
    flash(_("Your draft is saved. Nobody sees it before you hand in."), "good")
    return redirect(url_for("assignments.write", release_id=release.id))


@blueprint.post("/assignments/<int:release_id>/drafts", endpoint="drafts")
@requires(rules.HAND_IN, load=loading.release, rule=may_open)
def autosave(release: Release) -> Any:
    """What the page's script sends every few seconds; answers what each field's new base is, as JSON."""
    try:
        saved = drafts.save_drafts(release, _enrolment(release), _typed())
    except Refusal as refusal:
        return jsonify(error=str(refusal.message)), 400
    return jsonify(
        saved=[
            {
                "task": each.task_id,
                "base": each.base,
                "other": each.other_text,
                "other_at": format_moment(each.other_at) if each.other_at else "",
            }
            for each in saved
        ]
    )


def _typed() -> list[drafts.Typed]:
    """The fields of the page: answer-<task> with base-<task>."""
    return [
        drafts.Typed(int(name[7:]), text, request.form.get(f"base-{name[7:]}", ""))
        for name, text in request.form.items()
        if name.startswith("answer-") and name[7:].isdigit()
    ]


def _enrolment(release: Release) -> Enrolment:
    enrolment = reads.enrolment_of(current_user, release.cohort_id)
    assert enrolment is not None, "the permission asks for a trainee of the cohort"
    return enrolment


def _handed_in(submission: Submission) -> Any:
    flash(
        _(
            "Attempt %(number)s is handed in. It is graded now; this page shows the result by itself.",
            number=submission.number,
        ),
        "good",
    )
    return redirect(url_for("assignments.submission", submission_id=submission.id))


def _page(release: Release, *, faults: Any = (), refusal: str = "") -> str:
    enrolment = reads.enrolment_of(current_user, release.cohort_id)
    attempts = submissions.attempts_of_enrolment(release.id, enrolment.id) if enrolment else []
    terms = terms_of_enrolment([release], enrolment.id)[release.id] if enrolment else lateness.terms_of(release)
    return render_template(
        "assignments/release.html",
        release=release,
        is_trainee=enrolment is not None and can(current_user, rules.HAND_IN, release),
        is_staff=can(current_user, rules.RELEASE_EDIT, release),
        phase=rules.phase_of(release, terms=terms),
        terms=terms,
        costs=cost_lines(terms),
        attempts=attempts,
        results=visible(attempts),
        left=lateness.attempts_left(terms, len(attempts)),
        notebooks=[book.name for book in release.assignment.notebooks],
        data_files=reads.data_file_names(release.assignment),
        faults=faults,
        refusal=refusal,
    )


def _writing_page(
    release: Release, enrolment: Enrolment, *, refusal: str = "", sent: dict[int, str] | None = None
) -> str:
    fields = fields_of(release, enrolment)
    terms = terms_of_enrolment([release], enrolment.id)[release.id]
    return render_template(
        "assignments/write.html",
        release=release,
        pages=pages_of(release, notebooks_of(release), fields, sent or {}),
        fields=fields,
        phase=rules.phase_of(release, terms=terms),
        terms=terms,
        refusal=refusal,
        saved_at=max((field.draft.updated_at for field in fields if field.draft), default=None),
    )
