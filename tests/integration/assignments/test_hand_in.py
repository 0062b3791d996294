"""Taking attempts: numbers, members, what carries over, and every kind of file that cannot be taken."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.assignments.grade_models import Run
from app.assignments.models import Submission, SubmissionMember, SubmissionNotebook
from app.assignments.services.hand_in import candidates_of, hand_in
from app.assignments.services.reading import UnreadableFiles, Upload, read_files
from app.assignments.states import SubmissionState
from app.cohorts.states import EnrolmentState
from app.platform import files
from app.platform.clock import frozen_at, now
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.jobs import Job
from tests import coursework, factories


class Place:
    """A cohort with one release and one trainee."""

    def __init__(self, *sources: tuple[str, bytes], **times: Any) -> None:
        self.cohort = factories.cohort()
        self.enrolment = factories.enrolment(self.cohort)
        self.assignment = coursework.assignment(*sources)
        self.release = factories.release(self.cohort, self.assignment, **times)

    def take(self, *uploads: Upload) -> Submission:
        notebooks = read_files(uploads, candidates_of(self.release))
        return hand_in(self.release, self.enrolment, notebooks, by=self.enrolment.person)


def upload(data: bytes, name: str = "functions.ipynb") -> Upload:
    return Upload(name, data)


def test_attempt_keeps_file_members_and_queues_its_run(app: Flask) -> None:
    place = Place()
    data = coursework.solved(place.assignment)
    submission = place.take(upload(data, "C:\\fakepath\\functions (1).ipynb.json"))
    assert (submission.number, submission.state) == (1, SubmissionState.HANDED_IN)
    row = db.session.query(SubmissionNotebook).filter_by(submission_id=submission.id).one()
    assert row.file_name == "functions (1).ipynb.json"
    assert json.loads(files.load(row.sha256))["cells"][2]["source"] == coursework.SUM_RIGHT.splitlines(keepends=True)
    members = db.session.query(SubmissionMember).filter_by(submission_id=submission.id).all()
    assert [member.enrolment_id for member in members] == [place.enrolment.id]
    run = db.session.query(Run).filter_by(submission_id=submission.id).one()
    assert db.session.get(Job, run.job_id).kind == "grading.run"
    assert place.take(upload(data)).number == 2


def test_missing_notebook_carries_over_from_the_last_attempt(app: Flask) -> None:
    second = coursework.functions_source("b_")
    place = Place(("first", coursework.functions_source()), ("second", second))
    first_file = coursework.student_version(place.assignment, "first")
    second_file = coursework.student_version(place.assignment, "second")
    one = place.take(upload(second_file, "whatever.ipynb"))
    books = db.session.query(SubmissionNotebook).filter_by(submission_id=one.id).all()
    assert [book.file_name for book in books] == ["whatever.ipynb"]
    two = place.take(upload(first_file, "same-name.ipynb"))
    rows = (
        db.session.query(SubmissionNotebook).filter_by(submission_id=two.id).order_by(SubmissionNotebook.position).all()
    )
    assert [(row.file_name, row.carried_from_id) for row in rows] == [
        ("same-name.ipynb", None),
        ("whatever.ipynb", one.id),
    ]
    three = place.take(upload(first_file))
    carried = db.session.query(SubmissionNotebook).filter_by(submission_id=three.id, position=1).one()
    assert carried.carried_from_id == one.id


def test_several_files_and_archives_are_matched_by_grade_ids(app: Flask) -> None:
    place = Place(("first", coursework.functions_source()), ("second", coursework.functions_source("b_")))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("work/second.ipynb", coursework.student_version(place.assignment, "first"))
        file.writestr("work/first.ipynb", coursework.student_version(place.assignment, "second"))
        file.writestr("work/.ipynb_checkpoints/first.ipynb", "{}")
        file.writestr("__MACOSX/work/._first.ipynb", "x")
        file.writestr("work/data.csv", "1,2")
    submission = place.take(upload(archive.getvalue(), "work.zip"))
    rows = db.session.query(SubmissionNotebook).filter_by(submission_id=submission.id)
    assert [row.file_name for row in rows.order_by(SubmissionNotebook.position)] == ["second.ipynb", "first.ipynb"]


def broken_archive() -> bytes:
    return b"PK\x03\x04" + b"not really" * 20


def archive_without_notebooks() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        file.writestr("readme.txt", "hello")
    return held.getvalue()


def bomb() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("big.ipynb", b"x" * (64 * 2**20))
    return held.getvalue()


def with_repeated_ids(data: bytes) -> bytes:
    value = json.loads(data)
    value["cells"].append(dict(value["cells"][3], id="another"))
    return json.dumps(value).encode()


def many_cells(data: bytes) -> bytes:
    value = json.loads(data)
    value["cells"] += [coursework.code("1") for _ in range(10_000)]
    return json.dumps(value).encode()


HOSTILE = {
    "empty": (lambda good: b"", "empty"),
    "blank": (lambda good: b" \n\n ", "empty"),
    "text": (lambda good: b"hello", "not_json"),
    "picture": (lambda good: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "bad_encoding"),
    "latin-1": (lambda good: '{"cells": "ääkkösiä"}'.encode("latin-1"), "bad_encoding"),
    "utf-16": (lambda good: good.decode().encode("utf-16"), "bad_encoding"),
    "cut off": (lambda good: good[: len(good) // 2], "not_json"),
    "list": (lambda good: b"[]", "not_notebook"),
    "object": (lambda good: b'{"a": 1}', "not_notebook"),
    "deep": (lambda good: b"[" * 200_000, "not_json"),
    "cells are no list": (lambda good: b'{"nbformat": 4, "cells": 7}', "not_notebook"),
    "strange cells": (
        lambda good: b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [7]}',
        "not_notebook",
    ),
    "future format": (lambda good: b'{"nbformat": 99, "cells": [], "metadata": {}}', "old_schema"),
    "too large": (lambda good: good + b" " * (10 * 2**20), "too_large"),
    "many cells": (many_cells, "too_many_cells"),
    "no ids": (lambda good: coursework.notebook(coursework.code("1 + 1")), "no_grade_ids"),
    "repeated ids": (with_repeated_ids, "duplicate_ids"),
    "broken archive": (lambda good: broken_archive(), "broken_archive"),
    "archive of other things": (lambda good: archive_without_notebooks(), "archive_without_notebooks"),
    "archive bomb": (lambda good: bomb(), "too_large"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_taken_is_named_and_stores_nothing(app: Flask, name: str) -> None:
    make, code = HOSTILE[name]
    place = Place()
    good = coursework.solved(place.assignment)
    before = db.session.query(files.Blob).count()
    with pytest.raises(UnreadableFiles) as caught:
        place.take(upload(make(good), "mine.ipynb"))
    faults = caught.value.faults
    assert [fault.code for fault in faults] == [code]
    assert len(faults[0].message) > 30
    assert "Traceback" not in faults[0].message
    assert db.session.query(Submission).count() == 0
    assert db.session.query(files.Blob).count() == before


def test_notebook_of_another_assignment_is_named(app: Flask) -> None:
    place = Place()
    other = coursework.assignment(("files", coursework.functions_source("files_")), title="Files and CSV")
    factories.release(place.cohort, other)
    with pytest.raises(UnreadableFiles, match="Files and CSV"):
        place.take(upload(coursework.student_version(other, "files")))
    stranger = coursework.functions_source("elsewhere_")
    with pytest.raises(UnreadableFiles, match="another assignment"):
        place.take(upload(stranger))


def test_all_faults_are_told_at_once_and_good_files_are_not_stored_half(app: Flask) -> None:
    place = Place()
    good = coursework.solved(place.assignment)
    with pytest.raises(UnreadableFiles) as caught:
        place.take(upload(good, "a.ipynb"), upload(b"", "b.ipynb"), upload(good, "c.ipynb"))
    assert [(fault.file, fault.code) for fault in caught.value.faults] == [
        ("b.ipynb", "empty"),
        ("c.ipynb", "same_notebook_twice"),
    ]
    assert db.session.query(Submission).count() == 0


def test_nothing_chosen_is_told(app: Flask) -> None:
    place = Place()
    with pytest.raises(UnreadableFiles) as caught:
        place.take()
    assert caught.value.faults[0].code == "no_file"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"opens_at": timedelta(hours=1), "due_at": timedelta(hours=2)}, "opens"),
        ({"due_at": timedelta(hours=-2), "closes_at": timedelta(hours=-1)}, "closed"),
        ({"withdrawn_at": timedelta(hours=-1)}, "withdrawn"),
    ],
)
def test_hand_in_outside_its_times_is_refused(app: Flask, change: dict[str, timedelta], words: str) -> None:
    place = Place(**{name: now() + span for name, span in change.items()})
    with pytest.raises(Refusal, match=words):
        place.take(upload(coursework.solved(place.assignment)))
    assert db.session.query(Submission).count() == 0


def test_late_hand_in_is_taken_until_closing_and_its_time_is_the_servers(app: Flask) -> None:
    place = Place()
    late = place.release.due_at + timedelta(days=2)
    with frozen_at(late):
        submission = place.take(upload(coursework.solved(place.assignment)))
    assert submission.received_at == late


def test_ended_place_and_used_attempts_are_refused(app: Flask) -> None:
    place = Place(attempts_allowed=1)
    data = coursework.solved(place.assignment)
    place.take(upload(data))
    with pytest.raises(Refusal, match="used all 1"):
        place.take(upload(data))
    place.enrolment.state = EnrolmentState.WITHDRAWN
    with pytest.raises(Refusal, match="has ended"):
        place.take(upload(data))
