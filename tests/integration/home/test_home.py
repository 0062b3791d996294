"""Each role's home: the next action first, facts with their reasons, nothing invented."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.assignments.assessment_models import Extension
from app.assignments.models import Draft, Release, Submission, SubmissionMember
from app.assignments.services.runs import KIND, SANDBOX_PREFIX
from app.assignments.states import HandInSource, SubmissionState
from app.cohorts.models import Cohort, Enrolment
from app.cohorts.states import StaffRole
from app.curriculum.models import Assignment, AssignmentNotebook
from app.platform import jobs
from app.platform.clock import now
from app.platform.database import db
from tests import coursework, factories


def attempt(release: Release, enrolment: Enrolment, state: SubmissionState, **values: Any) -> Submission:
    row = factories.add(
        Submission(
            release_id=release.id,
            cohort_id=release.cohort_id,
            enrolment_id=enrolment.id,
            number=1,
            source=HandInSource.UPLOAD,
            state=state,
            max_score=9,
            **values,
        )
    )
    factories.add(SubmissionMember(submission_id=row.id, enrolment_id=enrolment.id))
    return row


@pytest.fixture
def cohort(app: Flask) -> Cohort:
    return factories.cohort(title="Autumn cohort")


@pytest.fixture
def assignment(app: Flask) -> Assignment:
    return coursework.assignment()


def test_trainee_sees_what_is_next_before_what_is_late(cohort: Cohort, assignment: Assignment, as_person: Any) -> None:
    enrolment = factories.enrolment(cohort)
    day = timedelta(days=1)
    for title, due in (("Late one", -3), ("Next one", 2), ("Later one", 5)):
        factories.release(
            cohort, assignment, title=title, assignment_key=title, opens_at=now() - 9 * day, due_at=now() + due * day
        )
    db.session.commit()
    page = as_person(enrolment.person).get("/").text
    assert "3 assignments are to do" in page
    card = page[page.index('id="next-h"') :]
    assert card.index("Next one") < card.index("Late one")
    assert "not done" not in page


def test_trainee_with_a_draft_goes_on_writing(cohort: Cohort, assignment: Assignment, as_person: Any) -> None:
    enrolment = factories.enrolment(cohort)
    release = factories.release(cohort, assignment)
    book = db.session.query(AssignmentNotebook).filter_by(assignment_id=assignment.id).one()
    factories.add(
        Draft(release_id=release.id, enrolment_id=enrolment.id, notebook_id=book.id, grade_id="explain", text="x")
    )
    db.session.commit()
    page = as_person(enrolment.person).get("/").text
    assert "Go on writing" in page
    assert "Your draft has 1 answer." in page


def test_trainee_without_assignments_is_told_what_to_do(cohort: Cohort, as_person: Any) -> None:
    enrolment = factories.enrolment(cohort)
    db.session.commit()
    page = as_person(enrolment.person).get("/").text
    assert "No assignments yet" in page
    assert 'href="/courses"' in page


def test_coach_sees_what_waits_and_who_is_behind_from_which_facts(
    cohort: Cohort, assignment: Assignment, as_person: Any
) -> None:
    coach = factories.staff(cohort)
    diligent = factories.enrolment(cohort)
    factories.enrolment(cohort, factories.person(first_name="Tuomas", last_name="Behind"))
    excused = factories.enrolment(cohort, factories.person(first_name="Zainab", last_name="Excused"))
    release = factories.release(
        cohort, assignment, opens_at=now() - timedelta(days=9), due_at=now() - timedelta(days=1)
    )
    attempt(release, diligent, SubmissionState.WAITS_FOR_COACH)
    factories.add(
        Extension(
            release_id=release.id, cohort_id=cohort.id, enrolment_id=excused.id, is_excused=True, reason="illness"
        )
    )
    db.session.commit()
    page = as_person(coach).get("/").text
    assert "1 hand-in waits for a coach" in page
    assert "Tuomas Behind" in page and "1 assignment not handed in" in page
    assert "Zainab Excused" not in page


def test_coordinator_sees_the_first_steps_of_a_new_cohort(cohort: Cohort, as_person: Any) -> None:
    coordinator = factories.staff(cohort, StaffRole.COORDINATOR)
    db.session.commit()
    page = as_person(coordinator).get("/").text
    assert "Bring in the roster" in page
    assert "Release the first assignment" in page
    assert f"/cohorts/{cohort.slug}/roster/import" in page


def test_attempt_that_could_not_be_graded_needs_the_staff(
    cohort: Cohort, assignment: Assignment, as_person: Any
) -> None:
    coach = factories.staff(cohort)
    release = factories.release(cohort, assignment)
    attempt(release, factories.enrolment(cohort), SubmissionState.NOT_GRADABLE)
    db.session.commit()
    assert "1 hand-in could not be graded" in as_person(coach).get("/").text


def test_staff_home_runs_the_same_queries_for_many(
    cohort: Cohort, assignment: Assignment, as_person: Any, queries: Any
) -> None:
    coach = factories.staff(cohort)
    past = {"opens_at": now() - timedelta(days=9), "due_at": now() - timedelta(days=1)}

    def grow(number: int) -> None:
        release = factories.release(cohort, assignment, assignment_key=f"a/{number}", **past)
        for _ in range(3):
            factories.enrolment(cohort)
        attempt(release, factories.enrolment(cohort), SubmissionState.WAITS_FOR_COACH)
        db.session.commit()

    browser = as_person(coach)

    def count() -> int:
        with queries() as counted:
            assert browser.get("/").status_code == 200
        return int(counted.count)

    grow(1)
    # The first request remembers the cohort in the session; the ones after it are alike.
    count()
    before = count()
    for number in range(2, 6):
        grow(number)
    assert count() == before


def test_administrator_and_somebody_without_a_part(app: Flask, as_person: Any) -> None:
    admin, nobody = factories.administrator(), factories.person(email="nea@example.org")
    db.session.commit()
    assert "You administer this installation" in as_person(admin).get("/").text
    page = as_person(nobody).get("/").text
    assert "You are not in a cohort yet" in page
    assert "nea@example.org" in page


def test_stranger_is_sent_to_sign_in(client: Any) -> None:
    assert client.get("/").status_code == 302


def test_missing_sandbox_is_told_to_staff_and_not_to_trainees(cohort: Cohort, as_person: Any) -> None:
    coach = factories.staff(cohort)
    trainee = factories.enrolment(cohort).person
    job = jobs.enqueue(KIND, subject_id=1)
    job.error = f"{SANDBOX_PREFIX}bwrap is missing: No wall. Install bubblewrap."
    db.session.commit()
    assert "Install bubblewrap." in as_person(coach).get("/").text
    assert "Install bubblewrap." not in as_person(trainee).get("/").text


def test_grading_without_a_sandbox_is_said_on_every_page(app: Flask, as_person: Any, monkeypatch: Any) -> None:
    monkeypatch.setitem(app.config, "UNSAFE_GRADING", True)
    person = factories.person()
    db.session.commit()
    assert "without a sandbox" in as_person(person).get("/").text
    assert "without a sandbox" in as_person(person).get("/courses").text
