"""Graded work becomes evidence of the skills that its module teaches."""

from __future__ import annotations

from sqlalchemy import select

from app.assignments.models import Release, Submission, SubmissionMember
from app.cohorts.models import Enrolment
from app.curriculum.models import Assignment, Module, Skill, SkillEvidence
from app.platform.clock import now
from app.platform.database import db


def record_evidence(submission: Submission) -> None:
    """Write or raise the evidence of each member's skills from a graded attempt; the best attempt of a release counts."""
    if submission.score is None or not submission.max_score:
        return
    release, skills = _release_and_skills(submission.release_id)
    if release is None or not skills:
        return
    source = f"release:{release.id}"
    people = set(
        db.session.scalars(
            select(Enrolment.person_id)
            .join(SubmissionMember, SubmissionMember.enrolment_id == Enrolment.id)
            .where(SubmissionMember.submission_id == submission.id)
        )
    )
    url = f"/submissions/{submission.id}"
    held = {
        (row.person_id, row.skill_slug): row
        for row in db.session.scalars(
            select(SkillEvidence).where(SkillEvidence.person_id.in_(people), SkillEvidence.source == source)
        )
    }
    for person_id in people:
        for skill in skills:
            row = held.get((person_id, skill))
            if row is None:
                row = SkillEvidence(person_id=person_id, skill_slug=skill, source=source)
                db.session.add(row)
            elif row.url != url and row.score / (row.max_score or 1) >= submission.score / submission.max_score:
                continue
            row.title, row.url = release.title, url
            row.score, row.max_score, row.earned_at = submission.score, submission.max_score, now()


def _release_and_skills(release_id: int) -> tuple[Release | None, list[str]]:
    """The release, and the skills of its assignment's module that the list of skills knows."""
    release = db.session.get(Release, release_id)
    if release is None:
        return None, []
    named = db.session.scalar(
        select(Module.skills)
        .join(Assignment, Assignment.module_id == Module.id)
        .where(Assignment.id == release.assignment_id)
    )
    known = db.session.scalars(select(Skill.slug).where(Skill.slug.in_(named or []))).all()
    return release, list(known)
