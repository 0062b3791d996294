"""Writes of a roster: bringing people in by file and by hand, withdrawing and taking back. The plan decides, this writes."""

from __future__ import annotations

import zlib

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.accounts import email as addresses
from app.accounts import names
from app.accounts import queries as people
from app.accounts import services as accounts
from app.accounts.models import Person
from app.accounts.rules import can_be_invited
from app.cohorts import queries, roster_csv, roster_words, rules
from app.cohorts.models import Cohort, Enrolment, EnrolmentChange, RosterImport
from app.cohorts.roster_csv import RosterLine, RosterTable
from app.cohorts.roster_plan import Facts, Known, Outcome, Plan, PlannedLine, make_plan
from app.cohorts.services.cohorts import count_trainees, lock_cohort
from app.cohorts.services.notices import notify_of_role
from app.cohorts.states import ENROLMENT_TRANSITIONS, EnrolmentState
from app.platform import audit
from app.platform.clock import now
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _


class PlanChanged(Exception):
    """The roster is no longer what the preview showed; nothing was written."""


def plan_roster(cohort: Cohort, lines: list[RosterLine] | tuple[RosterLine, ...], by: Person) -> Plan:
    """What lines would do to the roster as it is now."""
    enrolments = queries.all_enrolments(cohort.id)
    editable = queries.editable_people(by, [enrolment.person for enrolment in enrolments])
    roster = tuple(
        Known(
            enrolment.id,
            enrolment.student_id,
            enrolment.person.email,
            enrolment.person.first_name,
            enrolment.person.last_name,
            enrolment.state,
            enrolment.person_id in editable,
        )
        for enrolment in enrolments
    )
    wanted = {address for line in lines if (address := addresses.normal(line.email)) is not None}
    inside = {known.email for known in roster}
    others = {email: person.is_disabled for email, person in people.find_people(wanted - inside).items()}
    staff = frozenset(membership.person.email for membership in queries.present_staff(cohort.id))
    places = cohort.capacity - count_trainees(cohort.id)
    return make_plan(lines, Facts(roster, others, staff, places))


def begin_import(cohort: Cohort, content: bytes, file_name: str, *, by: Person) -> RosterImport:
    """Keep a roster file for its preview. Nothing of the roster is written yet.

    Raises:
        Refusal: the file cannot be read; says why and what to do. Nothing is kept.
    """
    try:
        table = roster_csv.read(content)
    except roster_csv.RosterFault as fault:
        raise Refusal(roster_words.say_fault(fault), field="file") from None
    plan = plan_roster(cohort, table.lines, by)
    # Of files that were looked at and never applied nothing but the fact stays.
    db.session.execute(
        update(RosterImport)
        .where(RosterImport.cohort_id == cohort.id, RosterImport.by_id == by.id, RosterImport.applied_at.is_(None))
        .values(content=None)
    )
    row = RosterImport(
        cohort_id=cohort.id,
        by_id=by.id,
        file_name=file_name[:260],
        content=zlib.compress(content),
        plan_digest=plan.digest,
        counts=plan.counts,
    )
    db.session.add(row)
    db.session.flush()
    return row


def table_of(row: RosterImport) -> RosterTable | None:
    """The file of an import; None when it is no longer kept."""
    content = db.session.scalar(select(RosterImport.content).where(RosterImport.id == row.id))
    return roster_csv.read(zlib.decompress(content)) if content is not None else None


def refresh_import(row: RosterImport, plan: Plan) -> None:
    """Note that the preview shows another plan now."""
    row.plan_digest, row.counts = plan.digest, plan.counts
    db.session.flush()


def apply_import(cohort: Cohort, row: RosterImport, *, by: Person, shown: str) -> Plan:
    """Write what the preview showed, all of it or nothing.

    Args:
        shown: the digest of the plan on the page that was confirmed.

    Raises:
        PlanChanged: the roster changed since; the preview must be looked at again.
        Refusal: it was applied already, or its file is no longer kept.
    """
    cohort = lock_cohort(cohort.id)
    db.session.refresh(row)
    if row.applied_at is not None:
        raise Refusal(_("This file was brought in already."))
    table = table_of(row)
    if table is None:
        raise Refusal(_("This file is no longer kept. Choose it again."))
    plan = plan_roster(cohort, table.lines, by)
    if plan.digest != shown:
        raise PlanChanged
    try:
        _apply(cohort, plan, by)
    except IntegrityError as error:
        # Another cohort's coordinator made one of these people at the same moment: there is an account now.
        raise PlanChanged from error
    row.applied_at, row.content, row.counts, row.plan_digest = now(), None, plan.counts, plan.digest
    audit.record("roster.imported", row, by=by, cohort_id=cohort.id, **plan.counts)
    return plan


def enrol(
    cohort: Cohort, email: str, first_name: str = "", last_name: str = "", student_id: str = "", *, by: Person
) -> tuple[Enrolment, str | None]:
    """Bring one person in by hand, by the same rules as a file's line.

    Returns:
        The enrolment with its person, and the link of the invitation where ``by`` may hold it.

    Raises:
        Refusal: as a file's line would be refused, or the person is in the roster already.
    """
    cohort = lock_cohort(cohort.id)
    clean = names.clean
    line = RosterLine(1, clean(student_id), clean(first_name), clean(last_name), clean(email))
    plan = plan_roster(cohort, [line], by)
    (planned,) = plan.lines
    if planned.outcome is Outcome.REFUSE:
        reason = planned.reasons[0]
        field = {"bad_id": "student_id", "long_id": "student_id", "long_name": "first_name"}.get(reason.code, "email")
        raise Refusal(" ".join(roster_words.say(word) for word in planned.reasons), field=field)
    if planned.outcome is not Outcome.ADD:
        raise Refusal(_("This person is in the roster already."), field="email")
    try:
        ((enrolment, link),) = _apply(cohort, plan, by)
    except IntegrityError as error:
        raise Refusal(_("Somebody else brought this person in just now. Try again."), field="email") from error
    audit.record("roster.added", enrolment, by=by, cohort_id=cohort.id)
    return enrolment, link


def _apply(cohort: Cohort, plan: Plan, by: Person) -> list[tuple[Enrolment, str | None]]:
    """Write the lines of a plan; the enrolments it added, with the links that ``by`` may hold."""
    adding, changing = plan.of(Outcome.ADD), plan.of(Outcome.CHANGE)
    known = people.find_people({line.email for line in adding})
    enrolments = {row.id: row for row in queries.all_enrolments(cohort.id)} if changing else {}
    for line in changing:
        _change(cohort, enrolments[line.enrolment_id or 0], line, by)
    return [_add(cohort, line, known.get(line.email), by) for line in adding]


def _add(cohort: Cohort, line: PlannedLine, person: Person | None, by: Person) -> tuple[Enrolment, str | None]:
    if person is None:
        person = accounts.create_person(
            line.email, line.first_name, line.last_name, language=cohort.language, timezone=cohort.timezone, by=by
        )
        db.session.flush()
        may_hold = True
    else:
        may_hold = rules.can_hold_link(by, person)
    enrolment = Enrolment(
        cohort_id=cohort.id, person_id=person.id, student_id=line.student_id, state=EnrolmentState.ACTIVE
    )
    enrolment.person = person
    db.session.add(enrolment)
    db.session.flush()
    _note(enrolment, None, "", by)
    link = notify_of_role(person, cohort, by)
    return enrolment, link if may_hold else None


def _change(cohort: Cohort, enrolment: Enrolment, line: PlannedLine, by: Person) -> None:
    person = enrolment.person
    values = {change.field: change.new for change in line.changes}
    address = values.pop("email", None)
    if values:
        accounts.update_profile(person, values, by=by)
    if address:
        accounts.change_address(person, address, by=by)
        if can_be_invited(person):
            accounts.invite(person, by, cohort.title)


def move_enrolment(enrolment: Enrolment, to_state: EnrolmentState, reason: str, *, by: Person) -> None:
    """The one door of an enrolment's state: withdrawn, completed, taken back; with who, when and why.

    Raises:
        Refusal: not possible from the present state, no reason, or no place is free to take somebody back.
    """
    cohort = lock_cohort(enrolment.cohort_id)
    db.session.refresh(enrolment, ["state"])
    if to_state not in ENROLMENT_TRANSITIONS[enrolment.state]:
        raise Refusal(_("This was done already. Load the page again."))
    if not reason.strip() and to_state is not EnrolmentState.COMPLETED:
        raise Refusal(_("Write why, so that others understand it later."), field="reason")
    if enrolment.state is EnrolmentState.WITHDRAWN and count_trainees(cohort.id) >= cohort.capacity:
        raise Refusal(_("All places are taken. Give the cohort more places, or withdraw somebody."))
    before, enrolment.state = enrolment.state, to_state
    is_ended = to_state is not EnrolmentState.ACTIVE
    enrolment.ended_at = now() if is_ended else None
    enrolment.end_reason = reason.strip() if is_ended else ""
    _note(enrolment, before, reason.strip(), by)
    audit.record("roster.moved", enrolment, by=by, cohort_id=cohort.id, before=before.value, after=to_state.value)
    rules.forget_known_roles()


def _note(enrolment: Enrolment, before: EnrolmentState | None, reason: str, by: Person) -> None:
    db.session.add(
        EnrolmentChange(
            enrolment_id=enrolment.id, by_id=by.id, from_state=before, to_state=enrolment.state, reason=reason
        )
    )


def edit_trainee(
    enrolment: Enrolment, student_id: str, email: str, first_name: str, last_name: str, *, by: Person
) -> bool:
    """Change the id, and as long as the account is not in use the names and the address.

    Returns:
        Whether a new invitation went out, to a new address.

    Raises:
        Refusal: a value cannot be used; its field is named.
    """
    lock_cohort(enrolment.cohort_id)
    clean = names.clean
    student_id = clean(student_id)
    if student_id != enrolment.student_id:
        _check_free_id(enrolment, student_id)
        enrolment.student_id = student_id
        audit.record("roster.id_changed", enrolment, by=by, cohort_id=enrolment.cohort_id)
    person = enrolment.person
    is_new_address = addresses.normal(email) != person.email
    is_new_name = (clean(first_name), clean(last_name)) != (person.first_name, person.last_name)
    if not (is_new_address or is_new_name):
        return False
    if not rules.can_hold_link(by, person):
        raise Refusal(
            _("%(name)s has taken the account into use; names and address are theirs to change.", name=person.full_name)
        )
    if is_new_name:
        accounts.update_profile(person, {"first_name": first_name, "last_name": last_name}, by=by)
    if is_new_address:
        accounts.change_address(person, email, by=by)
        accounts.invite(person, by, queries.title_of(enrolment.cohort_id))
    return is_new_address


def _check_free_id(enrolment: Enrolment, student_id: str) -> None:
    faults = make_plan([RosterLine(1, student_id, "", "", "somebody@example.org")], Facts(places=1)).lines[0].reasons
    if not student_id:
        raise Refusal(_("Write an id; the files of this trainee are kept under it."), field="student_id")
    if faults:
        raise Refusal(roster_words.say(faults[0]), field="student_id")
    twin = db.session.scalar(
        select(Enrolment)
        .options(joinedload(Enrolment.person))
        .where(Enrolment.cohort_id == enrolment.cohort_id, Enrolment.student_id == student_id)
    )
    if twin is not None:
        raise Refusal(_("%(name)s has this id.", name=twin.person.full_name), field="student_id")


def invite_again(enrolment: Enrolment, *, by: Person) -> str | None:
    """Mail the invitation again; its link where ``by`` may hold it.

    Raises:
        Refusal: the person has a password already.
    """
    may_hold = rules.can_hold_link(by, enrolment.person)
    link = accounts.invite(enrolment.person, by, queries.title_of(enrolment.cohort_id))
    return link if may_hold else None
