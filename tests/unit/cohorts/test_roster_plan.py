"""What a roster file would do: each line's outcome with its reason, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cohorts import roster_words
from app.cohorts.roster_csv import RosterLine
from app.cohorts.roster_plan import Change, Facts, Known, Outcome, Plan, make_plan
from app.cohorts.states import EnrolmentState

AINO = Known(1, "s1", "aino@example.org", "Aino", "Lehtinen")
VAINO = Known(2, "s2", "vaino@example.org", "Väinö", "Öman", is_editable=False)
GONE = Known(3, "s3", "gone@example.org", "Gia", "Oja", EnrolmentState.WITHDRAWN)


def lines(*rows: str) -> list[RosterLine]:
    return [RosterLine(number, *row.split("|")) for number, row in enumerate(rows, start=2)]


def plan(*rows: str, roster: Iterable[Known] = (AINO, VAINO, GONE), places: int = 9, **facts: object) -> Plan:
    return make_plan(lines(*rows), Facts(tuple(roster), places=places, **facts))  # type: ignore[arg-type]


def codes(planned: Plan) -> list[tuple[str, ...]]:
    return [tuple(word.code for word in (*line.reasons, *line.remarks)) for line in planned.lines]


def outcomes(planned: Plan) -> list[Outcome]:
    return [line.outcome for line in planned.lines]


def test_new_person_is_added() -> None:
    found = plan("s9|Noora|Aalto|Noora.Aalto@Example.org")
    assert outcomes(found) == [Outcome.ADD]
    assert found.lines[0].email == "noora.aalto@example.org"


def test_who_is_in_the_roster_stays_the_same() -> None:
    assert outcomes(plan("s1|Aino|Lehtinen|AINO@example.org", "|||aino@example.org")) == [Outcome.SAME, Outcome.REFUSE]
    assert outcomes(plan("s1|||aino@example.org")) == [Outcome.SAME]


def test_changes_are_named() -> None:
    found = plan("s1|Aino|Lehtinen-Berg|aino.b@example.org")
    assert found.lines[0].changes == (
        Change("email", "aino@example.org", "aino.b@example.org"),
        Change("last_name", "Lehtinen", "Lehtinen-Berg"),
    )


def test_account_in_use_keeps_its_name_and_address() -> None:
    renamed, moved = plan("s2|Veikko|Öman|vaino@example.org"), plan("s2|Väinö|Öman|other@example.org")
    assert outcomes(renamed) == [Outcome.SAME] and codes(renamed) == [("own_name",)]
    assert outcomes(moved) == [Outcome.REFUSE] and codes(moved) == [("id_of_other",)]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("s9|A|B|", "no_email"),
        ("s9|A|B|not an address", "bad_email"),
        ("s9|A|B|a@b", "bad_email"),
        ("s9|A|B|ä@example.org", "bad_email"),
        ("../s9|A|B|a@example.org", "bad_id"),
        (".s9|A|B|a@example.org", "bad_id"),
        ("s+9|A|B|a@example.org", "bad_id"),
        ("s" * 81 + "|A|B|a@example.org", "long_id"),
        ("s9|" + "A" * 101 + "|B|a@example.org", "long_name"),
        ("s9|A|B|aino@example.org", "other_id"),
        ("s3|Gia|Oja|gone@example.org", "withdrawn"),
        ("s9|A|B|coach@example.org", "is_staff"),
        ("s9|A|B|shut@example.org", "disabled"),
        ("s1|Aino|Lehtinen|open@example.org", "id_of_other"),
    ],
)
def test_refusal_has_its_reason(row: str, code: str) -> None:
    others = {"shut@example.org": True, "open@example.org": False}
    found = plan(row, staff=frozenset({"coach@example.org"}), others=others)
    assert outcomes(found) == [Outcome.REFUSE] and codes(found) == [(code,)]
    assert all(roster_words.say(word) for line in found.lines for word in line.reasons)


def test_repeated_id_and_address_are_refused_with_the_line() -> None:
    found = plan("s8|A|B|a@example.org", "s8|C|D|c@example.org", "s9|E|F|A@example.org")
    assert outcomes(found) == [Outcome.ADD, Outcome.REFUSE, Outcome.REFUSE]
    assert codes(found) == [(), ("id_twice",), ("email_twice",)]
    assert found.lines[1].reasons[0].values["line"] == 2


def test_repaired_line_below_a_faulty_one_counts() -> None:
    assert outcomes(plan("s8|A|B|oops", "s8|A|B|a@example.org")) == [Outcome.REFUSE, Outcome.ADD]


def test_two_lines_cannot_mean_one_person() -> None:
    found = plan("|||aino@example.org", "s1|Aino|Lehtinen|a@example.org")
    assert outcomes(found) == [Outcome.SAME, Outcome.REFUSE]
    assert codes(found)[1] == ("person_twice",)


def test_address_that_another_line_names_is_not_given_up() -> None:
    other = Known(4, "s4", "b@example.org", "B", "B")
    found = plan("s1|||b@example.org", "s4|||c@example.org", roster=(AINO, other))
    assert codes(found) == [("other_id",), ("address_elsewhere",)]
    assert not plan("s1|||a@example.org", "|||aino@example.org").of(Outcome.CHANGE)


def test_places_end() -> None:
    found = plan("s7|A|B|a@example.org", "s1|||aino@example.org", "s8|C|D|c@example.org", places=1)
    assert outcomes(found) == [Outcome.ADD, Outcome.SAME, Outcome.REFUSE]
    assert codes(found)[2] == ("no_place",)


def test_id_and_name_are_made_where_they_are_missing() -> None:
    found = plan("|||new.person@example.org", "|||new.person@example.com", "new.person-2|X|Y|x@example.org")
    assert [line.student_id for line in found.lines] == ["new.person", "new.person-3", "new.person-2"]
    assert codes(found)[0] == ("made_id", "made_name")


def test_person_with_an_account_is_said_to_have_one() -> None:
    assert codes(plan("s9|A|B|open@example.org", others={"open@example.org": False})) == [("has_account",)]


def test_digest_tells_plans_apart() -> None:
    assert plan("s9|A|B|a@example.org").digest == plan("s9|A|B|a@example.org").digest
    assert plan("s9|A|B|a@example.org").digest != plan("s9|A|B|a@example.org", places=0).digest


local = st.sampled_from(["aino", "vaino", "gone", "a", "b", "c", "no", "", "ä"])
ids = st.sampled_from(["", "s1", "s2", "s3", "s4", "a", "a-2", "../x"])
short = st.sampled_from(["", "Aino", "Bo", "Lehtinen"])
drawn = st.lists(st.tuples(ids, short, short, local), max_size=8).map(
    lambda found: [
        RosterLine(number, *row[:3], f"{row[3]}@example.org" if row[3] else "")
        for number, row in enumerate(found, start=2)
    ]
)


@settings(max_examples=400)
@given(drawn, st.integers(0, 4))
def test_applying_a_plan_and_reading_the_file_again_changes_nothing(given_lines: list[RosterLine], places: int) -> None:
    roster = {known.enrolment_id: known for known in (AINO, VAINO, GONE)}
    first = make_plan(given_lines, Facts(tuple(roster.values()), places=places))
    assert len(first.of(Outcome.ADD)) <= places
    for number, line in enumerate(first.of(Outcome.ADD), start=10):
        roster[number] = Known(number, line.student_id, line.email, line.first_name, line.last_name)
    for line in first.of(Outcome.CHANGE):
        known = roster[line.enrolment_id or 0]
        values = {change.field: change.new for change in line.changes}
        roster[known.enrolment_id] = Known(**{**known.__dict__, **values})
    assert len({known.email for known in roster.values()}) == len(roster)
    assert len({known.student_id for known in roster.values()}) == len(roster)
    left = places - len(first.of(Outcome.ADD))
    second = make_plan(given_lines, Facts(tuple(roster.values()), places=left))
    assert not second.of(Outcome.ADD) and not second.of(Outcome.CHANGE)


def test_every_word_has_its_sentence() -> None:
    assert all(str(text) for text in (*roster_words.WORDS.values(), *roster_words.FAULTS.values()))
