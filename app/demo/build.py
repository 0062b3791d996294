"""Builds the demo cohort: people, courses, releases, teams, hand-ins and marks, each through the service a page would call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from sqlalchemy import func, select

from app.accounts.models import Person
from app.accounts.services import create_administrator, set_password
from app.assignments.grade_models import TaskScore
from app.assignments.models import Release, Submission
from app.assignments.queries.submissions import submission_by_id
from app.assignments.services import comments, feedback, marks
from app.assignments.services.hand_in import candidates_of, hand_in
from app.assignments.services.reading import Upload, read_files
from app.assignments.services.releases import release_assignment
from app.assignments.states import SubmissionState
from app.cohorts.models import Cohort, Enrolment
from app.cohorts.services import cohorts, roster, staff
from app.cohorts.states import CohortState, StaffRole
from app.curriculum.models import Assignment, CourseVersion
from app.curriculum.services import import_course
from app.demo import answers, people
from app.platform.clock import frozen_at, now
from app.platform.database import db, writing
from app.platform.jobs import Job, JobState, holder_name
from app.platform.running import run_next
from app.teams import services as teams

ZONE = ZoneInfo("Europe/Helsinki")
COURSES = ("python", "web-backend", "web-frontend", "iot")
# Days from today: when each assignment opened or opens, and when it is due.
RELEASES = (
    ("values-and-names", -21, -12),
    ("control-flow", -11, 3),
    ("functions", -2, 10),
)
TO_HAND_IN = "control-flow"
TEAMS = ("Ruissalo", "Hirvensalo", "Kakskerta")
PRAISE = "Clear, and in your own words. Well done."
HINT = "You are close. Read the task once more and say why, not only what."


@dataclass(frozen=True)
class Built:
    """What the build hands on: how many attempts wait for grading, and the cohort."""

    submissions: int
    cohort_id: int


def is_built() -> bool:
    """Whether the database holds anybody at all."""
    return bool(db.session.scalar(select(func.count(Person.id))))


def build(say: Callable[[str], None]) -> Built:
    """Make the demo in an empty database, in one transaction; grading is left queued."""
    with writing():
        with frozen_at(_at(-30)):
            say("people and cohort")
            cohort, coordinator, coach = _cohort()
            enrolments = _trainees(cohort, coordinator)
        say("courses")
        versions = {slug: _course(slug, coordinator) for slug in COURSES if _folder(slug).is_dir()}
        say("releases and hand-ins")
        count = 0
        for slug, opens, due in RELEASES:
            assignment = _assignment(versions["python"], slug)
            with frozen_at(_at(opens - 1)):
                release = release_assignment(
                    cohort,
                    assignment,
                    opens_at=_at(opens, 8),
                    due_at=_at(due, 16),
                    closes_at=_at(due + 14, 16),
                    by=coach,
                )
            if slug != "functions":
                count += _hand_ins(release, assignment, enrolments)
        say("teams")
        _teams(cohort, enrolments, coordinator)
        db.session.commit()
        return Built(count, cohort.id)


def mark(cohort_id: int) -> None:
    """The coach reads what is past due and gives it back; what is newer still waits. After the grading."""
    with writing():
        coach = db.session.scalar(select(Person).where(Person.email == people.COACH[0]))
        first = db.session.scalar(
            select(Release).where(Release.cohort_id == cohort_id).order_by(Release.due_at).limit(1)
        )
        assert coach is not None and first is not None
        waiting = db.session.scalars(
            select(Submission.id).where(
                Submission.release_id == first.id, Submission.state == SubmissionState.WAITS_FOR_COACH
            )
        ).all()
        for place, submission_id in enumerate(waiting):
            with frozen_at(_at(-9, 10) + timedelta(minutes=7 * place)):
                _mark_one(submission_id, coach, generous=place % 3 != 2)
        with frozen_at(_at(-9, 15)):
            feedback.release_feedback(first, by=coach)
        db.session.commit()


def grade(app: Flask, progress: Callable[[int, int], None]) -> int:
    """Run every queued grading job here and now; returns how many of them are done (others wait for a sandbox)."""
    total = _queued()
    done = 0
    progress(0, total)
    holder = holder_name()
    while run_next(app, ["grading"], holder):
        done += 1
        progress(done, max(total, done))
    return total - _queued()


def leave_solved_notebook(folder: Path) -> Path:
    """Put a solved notebook of the assignment that the demo's trainee has yet to hand in where people find it."""
    source = (_folder("python") / "source" / TO_HAND_IN / f"{TO_HAND_IN}.ipynb").read_bytes()
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{TO_HAND_IN}.ipynb"
    target.write_bytes(answers.notebook(source, {}))
    return target


def _at(days: int, hour: int = 9) -> datetime:
    """A wall-clock time in the cohort's zone, ``days`` from today."""
    return datetime.combine(datetime.now(ZONE).date() + timedelta(days=days), time(hour), ZONE)


def _folder(slug: str) -> Path:
    return Path(current_app.config["COURSES"]) / slug


def _cohort() -> tuple[Cohort, Person, Person]:
    administrator = create_administrator(*people.ADMINISTRATOR, password=people.PASSWORD)
    site = cohorts.create_site("Turku, Digipoint", "Turku", by=administrator)
    programme = cohorts.create_programme(
        "Digipoint",
        "Jobseekers form teams that do software projects for the city, coached all along.",
        by=administrator,
    )
    email, first, last = people.COORDINATOR
    grant = staff.grant_coordinator(email, by=administrator, programme=programme, first_name=first, last_name=last)
    coordinator = db.session.get_one(Person, grant.person_id)
    # For the site too, so that new programmes can be made.
    staff.grant_coordinator(email, by=administrator, site=site)
    starts: date = _at(-28).date()
    cohort = cohorts.create_cohort(
        programme,
        cohorts.CohortDetails(
            title=f"Digipoint {starts.year}", starts_on=starts, ends_on=starts + timedelta(days=182), site_id=site.id
        ),
        by=coordinator,
    )
    cohorts.move_cohort(cohort, CohortState.RECRUITING, by=coordinator)
    email, first, last = people.COACH
    coach, _link = staff.add_staff(cohort, email, StaffRole.COACH, by=coordinator, first_name=first, last_name=last)
    for person in (coordinator, coach):
        set_password(person, people.PASSWORD)
    return cohort, coordinator, coach


def _trainees(cohort: Cohort, coordinator: Person) -> dict[str, Enrolment]:
    enrolments = {}
    for character in people.TRAINEES:
        email = f"{character.student_id}@demo.example" if character is not people.TRAINEE else "trainee@demo.example"
        enrolment, _link = roster.enrol(
            cohort, email, character.first_name, character.last_name, character.student_id, by=coordinator
        )
        person = db.session.get_one(Person, enrolment.person_id)
        set_password(person, people.PASSWORD)
        person.language = character.language
        enrolments[character.student_id] = enrolment
    cohorts.move_cohort(cohort, CohortState.RUNNING, by=coordinator)
    return enrolments


def _course(slug: str, coordinator: Person) -> CourseVersion:
    return import_course(_folder(slug), by=coordinator, origin=f"courses/{slug}").version


def _assignment(version: CourseVersion, slug: str) -> Assignment:
    return db.session.scalars(
        select(Assignment).where(Assignment.version_id == version.id, Assignment.slug == slug)
    ).one()


def _hand_ins(release: Release, assignment: Assignment, enrolments: dict[str, Enrolment]) -> int:
    """Everybody's attempts at their own times, each better than the one before; returns how many."""
    source = (_folder("python") / "source" / assignment.slug / f"{assignment.slug}.ipynb").read_bytes()
    slips = answers.wrong_answers(_folder("python"), assignment.slug)
    candidates = candidates_of(release)
    count = 0
    for place, character in enumerate(people.TRAINEES):
        is_yours = character is people.TRAINEE and assignment.slug == TO_HAND_IN
        if assignment.slug in character.misses or is_yours:
            continue
        enrolment = enrolments[character.student_id]
        who = db.session.get_one(Person, enrolment.person_id)
        for attempt in range(character.attempts):
            left = max(0, character.slips - attempt)
            names = sorted(slips)[place % 3 :: 2][:left] if left else []
            data = answers.notebook(source, {name: slips[name] for name in names})
            moment = _moment(release, place, attempt, late=character.late)
            with frozen_at(moment):
                upload = Upload(f"{assignment.slug}.ipynb", data)
                hand_in(release, enrolment, read_files([upload], candidates), by=who)
            count += 1
    return count


def _moment(release: Release, place: int, attempt: int, *, late: bool) -> datetime:
    """A plausible time in the past between opening and due (a few hours after it for who is late)."""
    last = min(release.due_at, now() - timedelta(hours=2))
    if late and release.due_at < now() - timedelta(days=1):
        return release.due_at + timedelta(hours=5 + attempt, minutes=13)
    days = max(0, (last.date() - release.opens_at.astimezone(ZONE).date()).days - 1)
    day = release.opens_at.astimezone(ZONE).date() + timedelta(days=place * 7 % (days + 1))
    return datetime.combine(day, time(10 + place % 6, place * 13 % 60), ZONE) + timedelta(minutes=47 * attempt)


def _teams(cohort: Cohort, enrolments: dict[str, Enrolment], coordinator: Person) -> None:
    people_in_order = list(enrolments.values())
    with frozen_at(_at(-14)):
        for number, name in enumerate(TEAMS):
            team = teams.create_team(cohort, name, by=coordinator)
            for enrolment in people_in_order[number :: len(TEAMS)]:
                teams.add_member(team, enrolment, by=coordinator)


def _mark_one(submission_id: int, coach: Person, *, generous: bool) -> None:
    submission = submission_by_id(submission_id)
    assert submission is not None
    rows = db.session.scalars(
        select(TaskScore).where(TaskScore.submission_id == submission_id, TaskScore.needs_manual)
    ).all()
    for row in rows:
        points = row.max_score if generous else max(0.0, row.max_score - 1)
        marks.give_points(submission, row.task_id, points, by=coach, version=row.version)
        comments.save_comment(submission, PRAISE if generous else HINT, by=coach, task_id=row.task_id)


def _queued() -> int:
    count = db.session.scalar(
        select(func.count(Job.id)).where(Job.lane == "grading", Job.state.in_((JobState.QUEUED, JobState.RUNNING)))
    )
    db.session.rollback()
    return count or 0
