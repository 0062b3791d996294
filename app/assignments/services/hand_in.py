"""Take an attempt: all notebooks of an assignment at one moment, with its members, and queue its grading."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.assignments import lateness, rules
from app.assignments.models import Release, Submission, SubmissionMember, SubmissionNotebook
from app.assignments.queries.submissions import last_attempt
from app.assignments.queries.terms import terms_of_enrolment
from app.assignments.services.reading import Candidates, ReadNotebook
from app.assignments.services.runs import queue_run
from app.assignments.states import HandInSource, ReleasePhase
from app.cohorts.models import Enrolment
from app.cohorts.states import EnrolmentState
from app.curriculum.models import AssignmentNotebook, Task
from app.platform import audit, files
from app.platform.clock import now
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import format_moment
from app.platform.i18n import gettext as _


def check_open(release: Release, enrolment: Enrolment, at: datetime | None = None) -> None:
    """Whether this trainee may hand in at a moment (now).

    Raises:
        Refusal: withdrawn, not open yet, closed, no attempts left, or the trainee's place in the cohort has ended.
    """
    terms = terms_of_enrolment([release], enrolment.id)[release.id]
    phase = rules.phase_of(release, at, terms)
    if enrolment.cohort_id != release.cohort_id or enrolment.state is not EnrolmentState.ACTIVE:
        raise Refusal(
            _(
                "Your place in this cohort has ended, so nothing can be handed in. Ask your coordinator if that is a mistake."
            )
        )
    if phase is ReleasePhase.WITHDRAWN:
        raise Refusal(_("This assignment was withdrawn. Nothing can be handed in; ask your coach what to do instead."))
    if phase is ReleasePhase.PLANNED:
        raise Refusal(_("This assignment opens %(when)s. Hand in after that.", when=format_moment(terms.opens_at)))
    if phase is ReleasePhase.CLOSED:
        raise Refusal(
            _(
                "This assignment closed %(when)s, so nothing was handed in. Ask your coach if you need more time.",
                when=format_moment(lateness.last_moment(terms)),
            )
        )
    used = db.session.scalar(_own_attempts(release.id, enrolment.id)) or 0
    if lateness.attempts_left(terms, used) == 0:
        raise Refusal(
            _(
                "You have used all %(count)s attempts of this assignment. Ask your coach if you need another.",
                count=used,
            )
        )


def candidates_of(release: Release) -> Candidates:
    """What may be handed in to a release, and (to name a mistake) what belongs to the cohort's other releases."""
    rows = db.session.execute(
        select(Release.id, Release.title, AssignmentNotebook.id, AssignmentNotebook.name, Task.grade_id)
        .join(AssignmentNotebook, AssignmentNotebook.assignment_id == Release.assignment_id)
        .join(Task, Task.notebook_id == AssignmentNotebook.id)
        .where(Release.cohort_id == release.cohort_id)
    ).all()
    own: dict[int, set[str]] = {}
    names: dict[int, str] = {}
    others: dict[str, set[str]] = {}
    for release_id, title, notebook_id, name, grade_id in rows:
        if release_id == release.id:
            own.setdefault(notebook_id, set()).add(grade_id)
            names[notebook_id] = name
        else:
            others.setdefault(title, set()).add(grade_id)
    return Candidates(
        {key: frozenset(ids) for key, ids in own.items()}, names, {key: frozenset(ids) for key, ids in others.items()}
    )


def hand_in(
    release: Release,
    enrolment: Enrolment,
    notebooks: Sequence[ReadNotebook],
    *,
    by: Any,
    source: HandInSource = HandInSource.UPLOAD,
    received_at: datetime | None = None,
) -> Submission:
    """Store a new attempt with ``notebooks``; what is missing of the assignment carries over from the last attempt.

    Args:
        notebooks: at least one, each of another notebook of the release's assignment (see ``reading.read_files``).
        by: who hands in.
        received_at: when the server received it (now).

    Raises:
        Refusal: nothing can be handed in at this moment; nothing was stored.
    """
    received_at = received_at or now()
    # Two hand-ins of one trainee at the same moment wait for each other here, so that each gets a number of its own.
    db.session.execute(select(Enrolment.id).where(Enrolment.id == enrolment.id).with_for_update())
    check_open(release, enrolment, received_at)
    previous = last_attempt(release.id, enrolment.id)
    submission = Submission(
        release_id=release.id,
        cohort_id=release.cohort_id,
        enrolment_id=enrolment.id,
        number=(previous.number if previous else 0) + 1,
        source=source,
        received_at=received_at,
        handed_in_by_id=by.id,
        max_score=release.max_score,
    )
    db.session.add(submission)
    db.session.flush()
    db.session.add(SubmissionMember(submission_id=submission.id, enrolment_id=enrolment.id))
    _keep_notebooks(submission, release, notebooks, previous)
    queue_run(submission)
    audit.record(
        "submission.handed_in",
        submission,
        by=by,
        cohort_id=release.cohort_id,
        number=submission.number,
        source=source.value,
    )
    return submission


def _own_attempts(release_id: int, enrolment_id: int) -> Any:
    return select(func.count()).where(Submission.release_id == release_id, Submission.enrolment_id == enrolment_id)


def _keep_notebooks(
    submission: Submission, release: Release, given: Sequence[ReadNotebook], previous: Submission | None
) -> None:
    by_notebook = {notebook.notebook_id: notebook for notebook in given}
    carried = {row.notebook_id: row for row in previous.notebooks} if previous else {}
    wanted = db.session.scalars(
        select(AssignmentNotebook)
        .where(AssignmentNotebook.assignment_id == release.assignment_id)
        .order_by(AssignmentNotebook.position, AssignmentNotebook.id)
    )
    for notebook in wanted:
        row = SubmissionNotebook(submission_id=submission.id, notebook_id=notebook.id, position=notebook.position)
        if notebook.id in by_notebook:
            row.file_name = by_notebook[notebook.id].file_name
            row.sha256 = files.store(by_notebook[notebook.id].data)
        elif notebook.id in carried:
            earlier = carried[notebook.id]
            row.file_name, row.sha256 = earlier.file_name, earlier.sha256
            row.carried_from_id = earlier.carried_from_id or earlier.submission_id
        else:
            continue
        db.session.add(row)
    db.session.flush()
