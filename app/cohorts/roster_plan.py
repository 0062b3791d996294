"""What a roster file would do to a roster, line by line; decided without writing anything, from facts alone."""

from __future__ import annotations

import enum
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from app.accounts import email as addresses
from app.accounts import names
from app.cohorts.roster_csv import RosterLine
from app.cohorts.states import EnrolmentState

LONGEST_ID = 80
# Ids become names of files and folders wherever nbgrader's formats are written.
_BAD_ID = re.compile(r"[/\\:*?\"<>|+\x00-\x1f]|^\.|^\s|\s$")


class Outcome(enum.StrEnum):
    """What becomes of a line."""

    ADD = "add"
    CHANGE = "change"
    SAME = "same"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Known:
    """Somebody who is in the roster. ``is_editable``: names and address may be changed from outside the account."""

    enrolment_id: int
    student_id: str
    email: str
    first_name: str
    last_name: str
    state: EnrolmentState = EnrolmentState.ACTIVE
    is_editable: bool = True


@dataclass(frozen=True)
class Facts:
    """What the plan depends on besides the file.

    ``others``: addresses of people outside the roster, with whether the account is disabled. ``staff``: addresses of
    who works in the cohort. ``places``: how many more trainees it takes.
    """

    roster: tuple[Known, ...] = ()
    others: Mapping[str, bool] = field(default_factory=dict)
    staff: frozenset[str] = frozenset()
    places: int = 0


@dataclass(frozen=True)
class Word:
    """A reason or a remark: a code of roster_words and what fills its sentence."""

    code: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One field of somebody in the roster that the file has otherwise."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class PlannedLine:
    """A line of the file and what becomes of it; ``email`` is in its normal form where it is an address."""

    line: int
    outcome: Outcome
    student_id: str
    first_name: str
    last_name: str
    email: str
    enrolment_id: int | None = None
    is_known_person: bool = False
    changes: tuple[Change, ...] = ()
    reasons: tuple[Word, ...] = ()
    remarks: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Plan:
    """All lines of a file with their outcomes."""

    lines: tuple[PlannedLine, ...]

    def of(self, outcome: Outcome) -> list[PlannedLine]:
        """The lines with an outcome."""
        return [line for line in self.lines if line.outcome is outcome]

    @property
    def counts(self) -> dict[str, int]:
        """Lines by outcome."""
        found = Counter(line.outcome.value for line in self.lines)
        return {outcome.value: found[outcome.value] for outcome in Outcome}

    @property
    def has_effect(self) -> bool:
        """Whether applying it would write anything."""
        return any(line.outcome in (Outcome.ADD, Outcome.CHANGE) for line in self.lines)

    @property
    def digest(self) -> str:
        """The same for plans that show and do the same (64 hex digits)."""
        text = json.dumps([asdict(line) for line in self.lines], sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()


def make_plan(lines: Iterable[RosterLine], facts: Facts) -> Plan:
    """Decide every line. A refused line never stops the others, and no line depends on a later one."""
    given = list(lines)
    return _Planner(given, facts).run()


class _Planner:
    def __init__(self, lines: list[RosterLine], facts: Facts) -> None:
        self.lines = lines
        self.facts = facts
        self.by_email = {known.email: known for known in facts.roster}
        self.by_id = {known.student_id: known for known in facts.roster}
        self.line_of_email: dict[str, int] = {}
        self.line_of_id: dict[str, int] = {}
        self.line_of_member: dict[int, int] = {}
        self.taken_ids = set(self.by_id) | {line.student_id for line in lines if line.student_id}
        self.places = facts.places
        self.addresses = {found for line in lines if (found := addresses.normal(line.email)) is not None}

    def run(self) -> Plan:
        return Plan(tuple(self.decide(line) for line in self.lines))

    def decide(self, line: RosterLine) -> PlannedLine:
        email = addresses.normal(line.email) if line.email else None
        reasons = self.faults_of(line, email)
        if reasons or email is None:
            return self.planned(line, Outcome.REFUSE, reasons=tuple(reasons))
        # Read once more only now: a faulty line does not stand in the way of a later one that repairs it.
        self.line_of_email[email] = line.line
        if line.student_id:
            self.line_of_id[line.student_id] = line.line
        known = self.by_email.get(email)
        if known is not None and line.student_id and known.student_id != line.student_id:
            reason = Word("other_id", {"email": email, "present": known.student_id, "given": line.student_id})
            return self.planned(line, Outcome.REFUSE, email, reasons=(reason,))
        if known is None and line.student_id:
            known = self.by_id.get(line.student_id)
        if known is None:
            return self.of_new(line, email)
        earlier = self.line_of_member.setdefault(known.enrolment_id, line.line)
        if earlier != line.line:
            reason = Word("person_twice", {"email": known.email, "line": earlier})
            return self.planned(line, Outcome.REFUSE, email, known, reasons=(reason,))
        return self.of_known(line, email, known)

    def faults_of(self, line: RosterLine, email: str | None) -> list[Word]:
        faults = []
        if line.surplus:
            faults.append(Word("surplus"))
        if not line.email:
            faults.append(Word("no_email"))
        elif email is None:
            faults.append(Word("bad_email", {"email": line.email}))
        elif email in self.line_of_email:
            faults.append(Word("email_twice", {"email": email, "line": self.line_of_email[email]}))
        if line.student_id:
            if len(line.student_id) > LONGEST_ID:
                faults.append(Word("long_id", {"count": LONGEST_ID}))
            elif _BAD_ID.search(line.student_id):
                faults.append(Word("bad_id", {"id": line.student_id}))
            elif line.student_id in self.line_of_id:
                faults.append(Word("id_twice", {"id": line.student_id, "line": self.line_of_id[line.student_id]}))
        if max(len(line.first_name), len(line.last_name)) > names.LONGEST:
            faults.append(Word("long_name", {"count": names.LONGEST}))
        return faults

    def of_known(self, line: RosterLine, email: str, known: Known) -> PlannedLine:
        """Somebody who is in the roster already."""
        if known.state is EnrolmentState.WITHDRAWN:
            return self.planned(line, Outcome.REFUSE, email, known, reasons=(Word("withdrawn"),))
        if known.email != email and (not known.is_editable or email in self.facts.others or email in self.facts.staff):
            reason = Word("id_of_other", {"id": known.student_id, "email": known.email})
            return self.planned(line, Outcome.REFUSE, email, known, reasons=(reason,))
        if known.email != email and known.email in self.addresses:
            # Else reading the file a second time could find the freed address and do what was refused before.
            reason = Word("address_elsewhere", {"email": known.email})
            return self.planned(line, Outcome.REFUSE, email, known, reasons=(reason,))
        wanted = {"email": email, "first_name": line.first_name, "last_name": line.last_name}
        differing = tuple(
            Change(name, getattr(known, name), new)
            for name, new in wanted.items()
            if new and new != getattr(known, name)
        )
        if not differing:
            return self.planned(line, Outcome.SAME, email, known)
        if not known.is_editable:
            remark = Word("own_name", {"name": f"{known.first_name} {known.last_name}".strip()})
            return self.planned(line, Outcome.SAME, email, known, remarks=(remark,))
        return self.planned(line, Outcome.CHANGE, email, known, changes=differing)

    def of_new(self, line: RosterLine, email: str) -> PlannedLine:
        """Somebody who is not in the roster."""
        if email in self.facts.staff:
            return self.planned(line, Outcome.REFUSE, email, reasons=(Word("is_staff"),))
        if self.facts.others.get(email):
            return self.planned(line, Outcome.REFUSE, email, reasons=(Word("disabled"),))
        if self.places < 1:
            return self.planned(line, Outcome.REFUSE, email, reasons=(Word("no_place"),))
        self.places -= 1
        remarks = []
        is_known_person = email in self.facts.others
        student_id = line.student_id
        if not student_id:
            student_id = self.new_id(email)
            remarks.append(Word("made_id", {"id": student_id}))
        if is_known_person:
            remarks.append(Word("has_account"))
        elif not line.first_name and not line.last_name:
            remarks.append(Word("made_name", {"name": names.from_address(email)}))
        return PlannedLine(
            line.line,
            Outcome.ADD,
            student_id,
            line.first_name,
            line.last_name,
            email,
            is_known_person=is_known_person,
            remarks=tuple(remarks),
        )

    def new_id(self, email: str) -> str:
        """An id for who came without one: the first part of the address, numbered where it is taken."""
        base = _BAD_ID.sub("-", email.partition("@")[0])[: LONGEST_ID - 6].strip() or "trainee"
        found, number = base, 1
        while found in self.taken_ids:
            number += 1
            found = f"{base}-{number}"
        self.taken_ids.add(found)
        return found

    def planned(
        self,
        line: RosterLine,
        outcome: Outcome,
        email: str = "",
        known: Known | None = None,
        *,
        changes: tuple[Change, ...] = (),
        reasons: tuple[Word, ...] = (),
        remarks: tuple[Word, ...] = (),
    ) -> PlannedLine:
        return PlannedLine(
            line.line,
            outcome,
            line.student_id or (known.student_id if known else ""),
            line.first_name or (known.first_name if known else ""),
            line.last_name or (known.last_name if known else ""),
            email or line.email,
            known.enrolment_id if known else None,
            known is not None,
            changes,
            reasons,
            remarks,
        )
