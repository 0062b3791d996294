"""A sample address of every endpoint, for the tests that try every route as every role.

Add a line for each new endpoint. The arguments must lead to rows of ``world`` (the rows of one cohort), so that roles in
that cohort count. ``refused`` names the people whom the table lets in and a further rule of the route keeps out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.accounts.models import Person
from app.assignments.assessment_models import BatchRegrade, Extension, RegradeRequest
from app.assignments.models import Submission, SubmissionMember
from app.assignments.schedule_models import Schedule
from app.assignments.states import HandInSource
from app.cohorts.models import Cohort, CoordinatorGrant, Enrolment, RosterImport, StaffMembership
from app.cohorts.states import StaffRole
from app.curriculum.models import Task
from app.platform.database import db
from app.platform.permissions import Role
from app.teams.models import Team, TeamMembership
from tests import factories
from tests.factories import add
from tests.integration.assignments.world import World as Coursework

STRANGER = "stranger"
PEOPLE = (
    STRANGER,
    "administrator",
    "coordinator",
    "granted",
    "coach",
    "trainee",
    "other_trainee",
    "withdrawn",
    "elsewhere",
    "nobody",
)
# Roles that hold in no cohort, and the further ones towards rows of the world's cohort.
BASE: dict[str, set[Role]] = {name: {Role.PERSON} for name in PEOPLE} | {
    STRANGER: {Role.STRANGER},
    "administrator": {Role.PERSON, Role.ADMINISTRATOR},
}
IN_COHORT: dict[str, set[Role]] = {
    "coordinator": {Role.COORDINATOR},
    "granted": {Role.COORDINATOR},
    "coach": {Role.COACH},
    "trainee": {Role.TRAINEE},
    "other_trainee": {Role.TRAINEE},
}
# Who teaches or coordinates anywhere, for pages that belong to no cohort.
ANYWHERE: dict[str, set[Role]] = {
    "coordinator": {Role.COORDINATOR},
    "granted": {Role.COORDINATOR},
    "coach": {Role.COACH},
    "elsewhere": {Role.COORDINATOR},
}
BY_GRANT: dict[str, set[Role]] = {"granted": {Role.COORDINATOR}}


class World:
    """One cohort with all that belongs to it, and people in every relation to it. ``trainee`` owns what is owned."""

    def __init__(self) -> None:
        self.work = Coursework()
        self.cohort: Cohort = self.work.cohort
        self.cohort.slug = "ours"
        site = factories.site()
        self.cohort.site_id = site.id
        self.enrolment: Enrolment = self.work.trainees[0]
        withdrawn = factories.enrolment(self.cohort, state="withdrawn")
        self.coordinator_row = add(
            StaffMembership(cohort_id=self.cohort.id, person_id=factories.person().id, role=StaffRole.COORDINATOR)
        )
        granted = factories.person()
        self.grant = add(CoordinatorGrant(person_id=granted.id, site_id=site.id))
        self.people: dict[str, Person | None] = {
            STRANGER: None,
            "administrator": factories.administrator(),
            "coordinator": self.work.coordinator,
            "granted": granted,
            "coach": self.work.coach,
            "trainee": self.enrolment.person,
            "other_trainee": self.work.trainees[1].person,
            "withdrawn": withdrawn.person,
            "elsewhere": factories.staff(factories.cohort(slug="theirs"), StaffRole.COORDINATOR),
            "nobody": factories.person(),
        }
        self.programme_slug = db.session.get_one(type(factories.programme()), self.cohort.programme_id).slug
        self.roster_import = add(
            RosterImport(cohort_id=self.cohort.id, by_id=self.work.coordinator.id, plan_digest="0" * 64)
        )
        self.release = self.work.release
        self.submission = add(
            Submission(
                release_id=self.release.id,
                cohort_id=self.cohort.id,
                enrolment_id=self.enrolment.id,
                number=1,
                source=HandInSource.UPLOAD,
            )
        )
        add(SubmissionMember(submission_id=self.submission.id, enrolment_id=self.enrolment.id))
        self.task: Task = db.session.query(Task).order_by(Task.id.desc()).first()  # type: ignore[assignment]
        self.extension = add(
            Extension(
                release_id=self.release.id,
                cohort_id=self.cohort.id,
                enrolment_id=self.enrolment.id,
                reason="ill",
                extra_attempts=1,
            )
        )
        self.regrade = add(
            RegradeRequest(
                submission_id=self.submission.id,
                task_id=self.task.id,
                cohort_id=self.cohort.id,
                asked_by_id=self.enrolment.person_id,
            )
        )
        self.batch = add(
            BatchRegrade(
                release_id=self.release.id,
                cohort_id=self.cohort.id,
                from_assignment_id=self.release.assignment_id,
                to_assignment_id=self.release.assignment_id,
                reason="repair",
            )
        )
        self.schedule = add(Schedule(cohort_id=self.cohort.id, course_version_id=self.work.version.id))
        self.team = add(Team(cohort_id=self.cohort.id, slug="reds", name="Reds"))
        self.membership = add(TeamMembership(team_id=self.team.id, enrolment_id=self.enrolment.id))
        db.session.commit()

    @property
    def slug(self) -> dict[str, Any]:
        """Arguments of pages under /cohorts/<slug>."""
        return {"slug": self.cohort.slug}


@dataclass(frozen=True)
class Sample:
    """Where an endpoint is found, the roles people have there beyond BASE, and whom a further rule keeps out."""

    arguments: Callable[[World], dict[str, Any]] = lambda world: {}
    roles: dict[str, set[Role]] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()


def ours(*refused: str, **arguments: Callable[[World], Any]) -> Sample:
    """A page under /cohorts/<slug>, with what else its address needs."""
    return Sample(
        lambda world: world.slug | {name: value(world) for name, value in arguments.items()},
        IN_COHORT,
        frozenset(refused),
    )


def row(*refused: str, **arguments: Callable[[World], Any]) -> Sample:
    """A page of a row of the cohort, found by id."""
    return Sample(
        lambda world: {name: value(world) for name, value in arguments.items()}, IN_COHORT, frozenset(refused)
    )


def site(**arguments: Callable[[World], Any]) -> Sample:
    """A page that belongs to no cohort: only what a person is to the whole site counts."""
    return Sample(lambda world: {name: value(world) for name, value in arguments.items()})


def courses(**arguments: Callable[[World], Any]) -> Sample:
    """A page of the catalogue."""
    return Sample(lambda world: {name: value(world) for name, value in arguments.items()}, ANYWHERE)


def _release(world: World) -> int:
    return int(world.release.id)


def _submission(world: World) -> int:
    return int(world.submission.id)


def _person(world: World) -> int:
    return int(world.enrolment.person_id)


def _enrolment(world: World) -> int:
    return int(world.enrolment.id)


def _course(world: World) -> str:
    return str(world.work.course.slug)


def _import(world: World) -> int:
    return int(world.roster_import.id)


OTHERS_IMPORT = ("administrator", "granted")
SEES_PROGRAMME = {"coordinator": {Role.COACH}, "granted": {Role.COACH}, "coach": {Role.COACH}}

SAMPLES: dict[str, Sample] = {
    "home.index": site(),
    # accounts
    "accounts.sign_in": site(),
    "accounts.sign_out": site(),
    "accounts.forgotten": site(),
    "accounts.reset": site(token=lambda world: "x"),
    "accounts.invitation": site(token=lambda world: "x"),
    "accounts.profile": site(),
    "accounts.password": site(),
    "accounts.sign_out_everywhere": site(),
    "accounts.people": site(),
    "accounts.audit_log": site(),
    "accounts.new_person": site(),
    "accounts.person": site(person_id=_person),
    "accounts.disable_person": site(person_id=_person),
    "accounts.enable_person": site(person_id=_person),
    "accounts.set_administrator": site(person_id=_person),
    "accounts.invite_person": site(person_id=_person),
    # platform
    "platform.health": site(),
    "platform.language": site(code=lambda world: "fi"),
    "platform.styleguide": site(),
    # cohorts
    "cohorts.sites": site(),
    "cohorts.coordinators": site(),
    "cohorts.end_grant": site(grant_id=lambda world: world.grant.id),
    "cohorts.programmes": courses(),
    "cohorts.new_programme": Sample(roles=BY_GRANT),
    "cohorts.programme": Sample(lambda world: {"slug": world.programme_slug}, SEES_PROGRAMME),
    "cohorts.edit_programme": Sample(lambda world: {"slug": world.programme_slug}, SEES_PROGRAMME),
    "cohorts.cohorts": site(),
    "cohorts.new_cohort": Sample(roles=BY_GRANT),
    "cohorts.cohort": ours(),
    "cohorts.edit_cohort": ours(),
    "cohorts.move_cohort": ours(to_state=lambda world: "finished"),
    "cohorts.roster": ours(),
    "cohorts.export_roster": ours(),
    "cohorts.new_trainee": ours(),
    "cohorts.trainee": ours(enrolment_id=_enrolment),
    "cohorts.invite_trainee": ours(enrolment_id=_enrolment),
    "cohorts.move_trainee": ours(enrolment_id=_enrolment, to_state=lambda world: "withdrawn"),
    "cohorts.import_roster": ours(),
    "cohorts.import_preview": ours(*OTHERS_IMPORT, import_id=_import),
    "cohorts.apply_import": ours(*OTHERS_IMPORT, import_id=_import),
    "cohorts.staff": ours(),
    "cohorts.add_staff": ours(),
    "cohorts.end_staff": ours(membership_id=lambda world: world.coordinator_row.id),
    # curriculum
    "curriculum.catalogue": courses(),
    "curriculum.course": courses(slug=_course),
    "curriculum.module": courses(slug=_course, module=lambda world: "loops"),
    "curriculum.lesson": courses(slug=_course, module=lambda world: "loops", lesson=lambda world: "first"),
    "curriculum.lesson_notebook": courses(slug=_course, module=lambda world: "loops", lesson=lambda world: "first"),
    "curriculum.assignment": courses(slug=_course, assignment_id=lambda world: world.release.assignment_id),
    "curriculum.assignment_student": courses(slug=_course, assignment_id=lambda world: world.release.assignment_id),
    "curriculum.export": courses(slug=_course),
    "curriculum.versions": courses(slug=_course),
    "curriculum.compare": courses(slug=_course, old=lambda world: 1, new=lambda world: 1),
    "curriculum.import_page": courses(),
    "curriculum.import_report": courses(job_id=lambda world: 1),
    "curriculum.import_status": courses(job_id=lambda world: 1),
    "curriculum.my_skills": site(),
    "curriculum.skills_of": Sample(
        lambda world: {"person_id": world.enrolment.person_id},
        refused=frozenset({"other_trainee", "withdrawn", "elsewhere", "nobody"}),
    ),
    # teams
    "teams.index": ours(),
    "teams.new": ours(),
    "teams.show": row("other_trainee", team_id=lambda world: world.team.id),
    "teams.edit": row(team_id=lambda world: world.team.id),
    "teams.end": row(team_id=lambda world: world.team.id),
    "teams.add_member": row(team_id=lambda world: world.team.id),
    "teams.end_membership": row(team_id=lambda world: world.team.id, membership_id=lambda world: world.membership.id),
    # assignments
    "assignments.releases": ours(),
    "assignments.release_new": ours(),
    "assignments.release": row(release_id=_release),
    "assignments.hand_in": row(release_id=_release),
    "assignments.release_download": row(release_id=_release),
    "assignments.drafts": row(release_id=_release),
    "assignments.write": row(release_id=_release),
    "assignments.write_save": row(release_id=_release),
    "assignments.release_manage": row(release_id=_release),
    "assignments.release_edit": row(release_id=_release),
    "assignments.release_withdraw": row(release_id=_release),
    "assignments.release_bring_back": row(release_id=_release),
    "assignments.release_extensions": row(release_id=_release),
    "assignments.revoke_extension": row(extension_id=lambda world: world.extension.id),
    "assignments.release_rules": row(release_id=_release),
    "assignments.release_feedback": row(release_id=_release),
    "assignments.give_feedback": row(release_id=_release),
    "assignments.take_feedback_back": row(release_id=_release),
    "assignments.batches": row(release_id=_release),
    "assignments.batch_start": row(release_id=_release),
    "assignments.batch_status": row(batch_id=lambda world: world.batch.id),
    "assignments.batch_act": row(batch_id=lambda world: world.batch.id),
    "assignments.grade_task": row(release_id=_release, task_id=lambda world: world.task.id),
    "assignments.mark_task": row(release_id=_release, task_id=lambda world: world.task.id),
    "assignments.gradebook": ours(),
    "assignments.gradebook_assignment": ours(release_id=_release),
    "assignments.gradebook_cell": ours(),
    "assignments.gradebook_export": ours(kind=lambda world: "csv"),
    "assignments.gradebook_trainee": ours(enrolment_id=_enrolment),
    "assignments.pass_rule": ours(course_slug=_course),
    "assignments.to_grade": ours(),
    "assignments.at_risk_list": ours(),
    "assignments.grade_next": ours(),
    "assignments.regrade_list": ours(),
    "assignments.regrade": row("other_trainee", request_id=lambda world: world.regrade.id),
    "assignments.regrade_write": row("other_trainee", request_id=lambda world: world.regrade.id),
    "assignments.submission": row("other_trainee", submission_id=_submission),
    "assignments.submission_status": row("other_trainee", submission_id=_submission),
    "assignments.submission_changes": row("other_trainee", submission_id=_submission),
    "assignments.comment_on_all": row(submission_id=_submission),
    "assignments.submission_download": row("other_trainee", submission_id=_submission),
    "assignments.regrade_ask": row("other_trainee", submission_id=_submission, task_id=lambda world: world.task.id),
    "assignments.run_again": row(submission_id=_submission),
    "assignments.take": row(submission_id=_submission),
    "assignments.put_back": row(submission_id=_submission),
    "assignments.grade": row(submission_id=_submission),
    "assignments.mark": row(submission_id=_submission, task_id=lambda world: world.task.id),
    "assignments.give_feedback_of": row(submission_id=_submission),
    "assignments.schedule": ours(),
    "assignments.schedule_lay": ours(course_slug=_course),
    "assignments.schedule_undo": row(schedule_id=lambda world: world.schedule.id),
    "assignments.schedule_move": row(release_id=_release),
    "assignments.calendar": site(),
    "assignments.calendar_feed": site(secret=lambda world: "x"),
    "assignments.calendar_feed_make": site(),
    "assignments.calendar_feed_end": site(),
}
