"""Answers typed in the page: kept by themselves while they are written, and handed in from there."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.assignments.models import Draft, Release, Submission
from app.assignments.queries.writing import Field, fields_of
from app.assignments.services.hand_in import hand_in
from app.assignments.services.reading import ReadNotebook
from app.assignments.states import HandInSource
from app.cohorts.models import Enrolment
from app.grading import api as grading
from app.platform.clock import now
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _

LONGEST_ANSWER = 100_000


@dataclass(frozen=True, slots=True)
class Typed:
    """The text of one field as a window sent it; ``base`` says what the window had begun from (see ``base_of``)."""

    task_id: int
    text: str
    base: str


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one text: its new base, and the other window's text where this one replaced it."""

    task_id: int
    base: str
    other_text: str | None = None
    other_at: datetime | None = None


def normal(text: str) -> str:
    """A text as it is stored: browsers send every line end as CR LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def base_of(revision: int, text: str) -> str:
    """What a window begins from: the draft's revision, and the hash of the text that it shows."""
    return f"{revision}:{hashlib.sha256(normal(text).encode()).hexdigest()[:16]}"


def save_drafts(release: Release, enrolment: Enrolment, typed: Sequence[Typed]) -> list[Saved]:
    """Keep typed texts. Where two windows wrote the same answer, the newer is kept and the older stays beside it.

    Raises:
        Refusal: an answer is too long; nothing is stored.
    """
    # The same trainee's windows wait for each other, so that none overwrites unseen.
    db.session.execute(select(Enrolment.id).where(Enrolment.id == enrolment.id).with_for_update())
    fields = {field.task_id: field for field in fields_of(release, enrolment)}
    for each in typed:
        if len(each.text) > LONGEST_ANSWER:
            raise Refusal(
                _(
                    "An answer is longer than %(limit)s characters. Make it shorter, then save again.",
                    limit=LONGEST_ANSWER,
                )
            )
    saved = [_save(release, enrolment, fields[each.task_id], each) for each in typed if each.task_id in fields]
    db.session.flush()
    return saved


def _save(release: Release, enrolment: Enrolment, field: Field, typed: Typed) -> Saved:
    text = normal(typed.text)
    revision, _sep, begun_from = typed.base.partition(":")
    draft = field.draft
    if base_of(0, text).partition(":")[2] == begun_from or (draft is not None and draft.text == text):
        # Not changed in this window; what another one wrote stays.
        return Saved(field.task_id, typed.base if draft is None else f"{draft.revision}:{begun_from}")
    if draft is None:
        draft = Draft(
            release_id=release.id,
            enrolment_id=enrolment.id,
            notebook_id=field.notebook_id,
            grade_id=field.grade_id,
            revision=0,
        )
        db.session.add(draft)
    elif int(revision if revision.isdigit() else 0) < draft.revision:
        draft.other_text, draft.other_at = draft.text, draft.updated_at
        _write(draft, text)
        return Saved(field.task_id, base_of(draft.revision, text), draft.other_text, draft.other_at)
    _write(draft, text)
    return Saved(field.task_id, base_of(draft.revision, text))


def _write(draft: Draft, text: str) -> None:
    draft.text, draft.updated_at, draft.revision = text, now(), (draft.revision or 0) + 1


def use_other(release: Release, enrolment: Enrolment, task_id: int) -> None:
    """Take the other text of a field back; what stood in its place stays beside it."""
    for field in fields_of(release, enrolment):
        other = field.other_text
        if field.task_id == task_id and field.draft is not None and other is not None:
            field.draft.other_text, field.draft.other_at = field.text, field.draft.updated_at
            _write(field.draft, other)


def forget_other(release: Release, enrolment: Enrolment, task_id: int) -> None:
    """Throw the other text of a field away."""
    for field in fields_of(release, enrolment):
        if field.task_id == task_id and field.draft is not None:
            field.draft.other_text = field.draft.other_at = None
            if field.earlier is not None:
                _write(field.draft, field.text)


def hand_in_answers(
    release: Release,
    enrolment: Enrolment,
    typed: Sequence[Typed],
    *,
    by: Any,
    received_at: datetime | None = None,
) -> Submission:
    """Keep the typed texts and hand in an attempt made of them: the student version with the answers filled in.

    A field that was not sent counts as it stands in the draft or the last attempt. A notebook in which nothing was
    written yet is left out.

    Raises:
        Refusal: nothing was written at all, or nothing can be handed in at this moment.
    """
    save_drafts(release, enrolment, typed)
    sent = {each.task_id: normal(each.text) for each in typed}
    fields = fields_of(release, enrolment)
    notebooks = []
    for notebook_id in dict.fromkeys(field.notebook_id for field in fields):
        own = [field for field in fields if field.notebook_id == notebook_id]
        answers = {field.grade_id: sent.get(field.task_id, field.text) for field in own}
        if any(answers[field.grade_id].strip() != field.stub.strip() for field in own):
            notebooks.append(_filled(own[0], answers))
    if not notebooks:
        raise Refusal(_("Nothing is written yet, so there is nothing to hand in. Write at least one answer."))
    submission = hand_in(release, enrolment, notebooks, by=by, source=HandInSource.PAGE, received_at=received_at)
    for field in fields:
        if field.draft is not None:
            field.draft.other_text = field.draft.other_at = None
    return submission


def _filled(field: Field, answers: Mapping[str, str]) -> ReadNotebook:
    data = grading.fill_answers(field.student, answers)
    return ReadNotebook(field.notebook_id, f"{field.notebook_name}.ipynb", data)
