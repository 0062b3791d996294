"""Two hand-ins of one trainee at the same moment: both are kept, with different numbers."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from app.assignments.models import Release, Submission
from app.assignments.services.hand_in import candidates_of, hand_in
from app.assignments.services.reading import Upload, read_files
from app.cohorts.models import Enrolment
from app.factory import create_app
from app.platform.database import db, writing
from tests import coursework, factories
from tests.conftest import make_postgresql_database

AT_ONCE = 6


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def test_hand_ins_at_the_same_moment_get_different_numbers(kind: str, tmp_path: Path) -> None:
    address = (
        make_postgresql_database(f"kisalli_moment_{os.getpid()}")
        if kind == "postgresql"
        else f"sqlite:///{tmp_path / 'kisalli.db'}"
    )
    app = create_app({"TESTING": True, "SQLALCHEMY_DATABASE_URI": address})
    with app.app_context(), writing():
        db.create_all()
        cohort = factories.cohort()
        trainee = factories.person()
        enrolment_id = factories.enrolment(cohort, trainee).id
        assignment = coursework.assignment()
        release_id = factories.release(cohort, assignment).id
        data = coursework.solved(assignment)
        db.session.commit()
        db.session.remove()
    gate = threading.Barrier(AT_ONCE)
    faults: list[BaseException] = []

    def take() -> None:
        try:
            with app.app_context(), writing():
                gate.wait(60)
                release = db.session.get_one(Release, release_id)
                enrolment = db.session.get_one(Enrolment, enrolment_id)
                files = read_files([Upload("a.ipynb", data)], candidates_of(release))
                hand_in(release, enrolment, files, by=trainee)
                db.session.commit()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=take) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not faults
    with app.app_context():
        numbers = sorted(db.session.scalars(db.select(Submission.number)))
        assert numbers == list(range(1, AT_ONCE + 1))
        db.session.remove()
        db.engine.dispose()
