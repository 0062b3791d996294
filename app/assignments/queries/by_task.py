"""All answers to one task that wait for a coach, equal answers together."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.accounts.models import Person
from app.assignments.answers import answer_ids
from app.assignments.grade_models import TaskScore
from app.assignments.models import Release, Submission, SubmissionNotebook
from app.assignments.queries.grading import section
from app.assignments.queries.queue import still_counts
from app.assignments.schemes import Scheme, scheme_of
from app.assignments.states import SubmissionState
from app.cohorts.models import Enrolment
from app.curriculum.models import AssignmentNotebook, Task
from app.curriculum.states import TaskKind
from app.platform import files
from app.platform.database import db
from app.platform.notebooks import Cell, render_cells
from app.teams.models import Team

PER_PAGE = 10


@dataclass(slots=True)
class Group:
    """Attempts with an equal answer. ``people``: (attempt's id, name, enrolment id)."""

    answer_hash: str
    people: list[tuple[int, str, int | None]] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)


@dataclass(slots=True)
class Answers:
    """One task with the first groups that wait, the largest first. ``total``: answers, ``groups_left``: not shown yet."""

    task: Task
    scheme: Scheme
    groups: list[Group]
    total: int
    groups_left: int
    answer_ids: frozenset[str]


def task_of_release(release: Release, task_id: int) -> Task | None:
    """A task of the release's assignment, with its notebook and all tasks of it."""
    return db.session.scalar(
        select(Task)
        .join(AssignmentNotebook, AssignmentNotebook.id == Task.notebook_id)
        .where(Task.id == task_id, AssignmentNotebook.assignment_id == release.assignment_id)
        .options(selectinload(Task.notebook).selectinload(AssignmentNotebook.tasks))
    )


def waiting_answers(release_id: int, task_id: int) -> list[tuple[int, str, str, int | None]]:
    """(attempt's id, hash of the answer, name, enrolment id) of all answers to a task that wait, the oldest first."""
    rows = db.session.execute(
        select(
            Submission.id,
            TaskScore.answer_hash,
            Person.first_name,
            Person.last_name,
            Team.name,
            Submission.enrolment_id,
        )
        .join(TaskScore, TaskScore.submission_id == Submission.id)
        .join(Release, Release.id == Submission.release_id)
        .outerjoin(Enrolment, Enrolment.id == Submission.enrolment_id)
        .outerjoin(Person, Person.id == Enrolment.person_id)
        .outerjoin(Team, Team.id == Submission.team_id)
        .where(
            Submission.release_id == release_id,
            Submission.state == SubmissionState.WAITS_FOR_COACH,
            TaskScore.task_id == task_id,
            TaskScore.needs_manual.is_(True),
            TaskScore.manual_score.is_(None),
            still_counts(),
        )
        .order_by(Submission.received_at, Submission.id)
    )
    return [
        (row[0], row[1] or f"attempt-{row[0]}", row[4] or f"{row[2] or ''} {row[3] or ''}".strip(), row[5])
        for row in rows
    ]


def answers_to(release: Release, task: Task) -> Answers:
    """The page "by task"; a constant number of queries."""
    by_hash: dict[str, Group] = {}
    waiting = waiting_answers(release.id, task.id)
    for submission_id, answer_hash, name, enrolment_id in waiting:
        by_hash.setdefault(answer_hash, Group(answer_hash)).people.append((submission_id, name, enrolment_id))
    ordered = sorted(by_hash.values(), key=lambda group: -len(group.people))
    shown = ordered[:PER_PAGE]
    ids = frozenset(answer_ids(task.notebook.tasks).get(task.grade_id) or [task.grade_id])
    source = _fill(shown, task)
    return Answers(
        task=task,
        scheme=scheme_of(source, task, ids),
        groups=shown,
        total=len(waiting),
        groups_left=len(ordered) - len(shown),
        answer_ids=ids,
    )


def _fill(groups: list[Group], task: Task) -> dict[str, object]:
    """Read one notebook a group and cut out the answer; returns the source notebook."""
    first = {group.people[0][0]: group for group in groups}
    rows = db.session.execute(
        select(SubmissionNotebook.submission_id, SubmissionNotebook.executed_sha256, SubmissionNotebook.sha256).where(
            SubmissionNotebook.submission_id.in_(first), SubmissionNotebook.notebook_id == task.notebook_id
        )
    ).all()
    held = files.load_many({row[1] or row[2] for row in rows} | {task.notebook.source_sha256})
    scored = {each.grade_id for each in task.notebook.tasks if each.kind is not TaskKind.AUTOGRADED_ANSWER}
    for submission_id, executed, handed_in in rows:
        notebook = _read(held.get(executed or handed_in))
        cells = notebook.get("cells")
        part = (
            section([cell for cell in cells if isinstance(cell, dict)], task, scored) if isinstance(cells, list) else []
        )
        first[submission_id].cells = render_cells({**notebook, "cells": part}, prefix=f"s{submission_id}-")
    return _read(held.get(task.notebook.source_sha256))


def _read(data: bytes | None) -> dict[str, object]:
    try:
        value = json.loads(data) if data else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
