"""The foundation itself: health, blobs, the ledger, roles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.cohorts.states import StaffRole
from app.platform import files, jobs
from app.platform.clock import frozen_at
from app.platform.database import db
from app.platform.permissions import Role, roles_of
from tests import factories

pytestmark = pytest.mark.both


def test_health_answers_with_counts(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.get_json()["status"] == "ok"


def test_blob_is_stored_once(app: Flask) -> None:
    first = files.store(b"content" * 100)
    assert files.store(b"content" * 100) == first
    assert files.load(first) == b"content" * 100
    assert db.session.query(files.Blob).filter_by(sha256=first).count() == 1
    with pytest.raises(KeyError):
        files.load("0" * 64)


def test_roles_come_from_the_cohort(app: Flask) -> None:
    cohort = factories.cohort()
    coach = factories.staff(cohort)
    coordinator = factories.staff(cohort, StaffRole.COORDINATOR)
    trainee = factories.enrolment(cohort).person
    other = factories.cohort()
    assert roles_of(coach, cohort) == {Role.PERSON, Role.COACH}
    assert roles_of(coordinator, cohort) == {Role.PERSON, Role.COORDINATOR}
    assert roles_of(trainee, cohort) == {Role.PERSON, Role.TRAINEE}
    assert roles_of(coach, other) == {Role.PERSON}
    assert roles_of(None, cohort) == {Role.STRANGER}


def test_ledger_gives_an_abandoned_job_to_the_next_and_only_it_may_finish(app: Flask) -> None:
    job = jobs.enqueue("mail.send", payload={"to": "a@example.org", "subject": "s", "text": "t"})
    db.session.commit()
    start = datetime.now(UTC)
    first = jobs.claim_next(["mail"], "worker-1")
    assert first is not None and first.job_id == job.id
    assert jobs.claim_next(["mail"], "worker-2") is None
    with frozen_at(start + jobs.LEASE + timedelta(seconds=5)):
        second = jobs.claim_next(["mail"], "worker-2")
        assert second is not None and second.attempt == 2
        assert not jobs.renew(first)
        with pytest.raises(jobs.LeaseLost):
            jobs.finish(first)
        jobs.finish(second)


def test_job_lost_three_times_fails_visibly(app: Flask) -> None:
    job = jobs.enqueue("mail.send", payload={"to": "a@example.org", "subject": "s", "text": "t"})
    db.session.commit()
    moment = datetime.now(UTC)
    for _ in range(jobs.MAX_LOST):
        with frozen_at(moment):
            assert jobs.claim_next(["mail"], "worker") is not None
        moment += jobs.LEASE + timedelta(seconds=1)
    with frozen_at(moment):
        assert jobs.claim_next(["mail"], "worker") is None
    db.session.refresh(job)
    assert job.state is jobs.JobState.FAILED
