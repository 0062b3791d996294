"""The dry run of one attempt in a batch regrade, as a job: the engine runs, nothing of the attempt changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.assignments.assessment_models import BatchRegrade, BatchRegradeItem
from app.assignments.models import SubmissionNotebook
from app.assignments.services import batches, runs
from app.assignments.states import BatchState
from app.curriculum.models import Assignment, AssignmentNotebook
from app.curriculum.queries import data_files
from app.grading import api as grading
from app.platform import files, jobs
from app.platform.database import db
from app.platform.jobs import Handle, Lease


@dataclass(frozen=True, slots=True)
class TryInput:
    """One attempt: (notebook's name, source, handed in) each, data files, environment."""

    notebooks: tuple[tuple[str, bytes, bytes], ...]
    files: dict[str, bytes]
    environment: str


def read(lease: Lease) -> TryInput | None:
    """What the dry run needs; None where the batch was dropped."""
    item = _item(lease)
    if item is None or item.batch.state is not BatchState.TRYING:
        return None
    target = item.batch.to_assignment_id
    rows = db.session.execute(
        select(AssignmentNotebook.name, SubmissionNotebook.sha256)
        .join(AssignmentNotebook, AssignmentNotebook.id == SubmissionNotebook.notebook_id)
        .where(SubmissionNotebook.submission_id == item.submission_id)
    ).all()
    sources = {
        row.name: row.source_sha256
        for row in db.session.scalars(select(AssignmentNotebook).where(AssignmentNotebook.assignment_id == target))
    }
    assignment = db.session.scalars(
        select(Assignment).where(Assignment.id == target).options(joinedload(Assignment.version))
    ).one()
    held = files.load_many({row.sha256 for row in rows} | set(sources.values()))
    return TryInput(
        tuple((row.name, held[sources[row.name]], held[row.sha256]) for row in rows if row.name in sources),
        data_files(assignment),
        assignment.version.environment,
    )


def work(given: TryInput, handle: Handle) -> tuple[dict[str, Any], str]:
    """(notebook/grade id -> points and words of the tests, fault)."""
    after: dict[str, Any] = {}
    for name, source, submitted in given.notebooks:
        if handle.lost.is_set():
            break
        try:
            result = runs.grade_once(source, submitted, files=given.files, environment=given.environment)
        except grading.NotebookFault as fault:
            return {}, fault.message
        for cell in result.cells:
            after[f"{name}/{cell.grade_id}"] = {
                "score": None if cell.needs_manual else cell.score,
                "passed": cell.passed,
                "message": cell.message,
                "error_name": cell.error_name[:120],
            }
    return after, ""


def write(lease: Lease, result: tuple[dict[str, Any], str] | None) -> None:
    """Keep the result in the batch."""
    item = _item(lease)
    if item is not None and result is not None:
        batches.note_tried(item, result[0] if not result[1] else None, result[1])


def gave_up(lease: Lease, reason: str) -> None:
    """The engine failed again and again: the attempt stays as it is, and the page says so."""
    item = _item(lease)
    if item is not None:
        batches.note_tried(item, None, reason or "engine")


def _item(lease: Lease) -> BatchRegradeItem | None:
    """The item, with its batch held until the transaction ends: the last of several that end at once must see it."""
    batch_id = db.session.scalar(select(BatchRegradeItem.batch_id).where(BatchRegradeItem.id == lease.subject_id))
    db.session.execute(select(BatchRegrade.id).where(BatchRegrade.id == batch_id).with_for_update())
    return db.session.scalar(
        select(BatchRegradeItem)
        .where(BatchRegradeItem.id == lease.subject_id)
        .options(joinedload(BatchRegradeItem.batch))
        .execution_options(populate_existing=True)
    )


jobs.register(jobs.JobKind(batches.KIND, runs.LANE, read, work, write, gave_up))
