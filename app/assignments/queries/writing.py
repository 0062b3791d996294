"""The fields of an assignment written in the page: one a solution cell, with what it begins from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.assignments.answers import cells_of, grade_id_of, source_of
from app.assignments.models import Draft, Release, Submission
from app.assignments.queries.submissions import last_attempt
from app.cohorts.models import Enrolment
from app.curriculum.models import AssignmentNotebook, Task
from app.curriculum.states import TaskKind
from app.platform import files
from app.platform.database import db

WRITTEN = (TaskKind.AUTOGRADED_ANSWER, TaskKind.ANSWER)


@dataclass(frozen=True, slots=True)
class Field:
    """One answer to write. ``stub`` is what the student version has there, ``text`` what the field shows now."""

    task_id: int
    notebook_id: int
    notebook_name: str
    grade_id: str
    title: str
    is_code: bool
    stub: str
    text: str
    draft: Draft | None
    student: bytes = field(repr=False)
    earlier: str | None = None

    @property
    def revision(self) -> int:
        """Of the draft; 0 where there is none."""
        return self.draft.revision if self.draft else 0

    @property
    def other_text(self) -> str | None:
        """What another window wrote (or a draft from before the last hand-in), to be shown beside the field."""
        return self.draft.other_text if self.draft and self.draft.other_text is not None else self.earlier

    @property
    def other_at(self) -> datetime | None:
        """When that was saved."""
        if self.draft is None:
            return None
        return self.draft.other_at if self.draft.other_text is not None else self.draft.updated_at


def notebooks_of(release: Release) -> list[AssignmentNotebook]:
    """The notebooks of the release's assignment with their tasks."""
    return list(
        db.session.scalars(
            select(AssignmentNotebook)
            .where(AssignmentNotebook.assignment_id == release.assignment_id)
            .order_by(AssignmentNotebook.position, AssignmentNotebook.id)
            .options(selectinload(AssignmentNotebook.tasks))
        )
    )


def fields_of(release: Release, enrolment: Enrolment) -> list[Field]:
    """Every answer of the assignment, in order: the draft where it is newer than the last attempt, else the attempt's."""
    books = notebooks_of(release)
    attempt = last_attempt(release.id, enrolment.id)
    handed_in = {row.notebook_id: row.sha256 for row in attempt.notebooks} if attempt else {}
    contents = files.load_many({book.student_sha256 for book in books} | set(handed_in.values()))
    drafts = {
        (draft.notebook_id, draft.grade_id): draft
        for draft in db.session.scalars(
            select(Draft).where(Draft.release_id == release.id, Draft.enrolment_id == enrolment.id)
        )
    }
    found = []
    for book in books:
        student = contents[book.student_sha256]
        stubs = {grade_id_of(cell): cell for cell in cells_of(student) if grade_id_of(cell)}
        answers = _answers(contents.get(handed_in.get(book.id, "")))
        for task in book.tasks:
            if task.kind in WRITTEN and task.grade_id in stubs:
                stub = source_of(stubs[task.grade_id])
                draft = drafts.get((book.id, task.grade_id))
                is_code = stubs[task.grade_id].get("cell_type") == "code"
                found.append(_field(task, book, student, stub, is_code, draft, answers.get(task.grade_id), attempt))
    return found


def _answers(content: bytes | None) -> dict[str, str]:
    return {grade_id_of(cell): source_of(cell) for cell in cells_of(content or b"") if grade_id_of(cell)}


def _field(
    task: Task,
    book: AssignmentNotebook,
    student: bytes,
    stub: str,
    is_code: bool,
    draft: Draft | None,
    answer: str | None,
    attempt: Submission | None,
) -> Field:
    is_newer = draft is not None and (attempt is None or answer is None or draft.updated_at > attempt.received_at)
    if draft is not None and is_newer:
        text, earlier = draft.text, None
    else:
        text = stub if answer is None else answer
        earlier = draft.text if draft is not None and draft.text != text else None
    return Field(
        task_id=task.id,
        notebook_id=book.id,
        notebook_name=book.name,
        grade_id=task.grade_id,
        title=task.title or task.grade_id,
        is_code=is_code,
        stub=stub,
        text=text,
        draft=draft,
        student=student,
        earlier=earlier,
    )
