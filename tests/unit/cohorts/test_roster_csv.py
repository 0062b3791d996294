"""Roster files: whatever people have is read, and what is written reads back as the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts import names
from app.cohorts import roster_csv
from app.cohorts.roster_csv import RosterFault, RosterLine, read, write

PEOPLE = [("s1", "Aino", "Lehtinen", "aino@example.org"), ("s2", "Väinö", "Öman", "vaino@example.org")]


def table(delimiter: str = ",", head: str = "student_id,first_name,last_name,email", end: str = "\n") -> str:
    rows = [head.replace(",", delimiter), *(delimiter.join(row) for row in PEOPLE)]
    return end.join(rows) + end


def people(content: bytes) -> list[tuple[str, str, str, str]]:
    return [(line.student_id, line.first_name, line.last_name, line.email) for line in read(content).lines]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_any_usual_form_reads_the_same(encoding: str, delimiter: str, end: str) -> None:
    assert people(table(delimiter, end=end).encode(encoding)) == PEOPLE


@pytest.mark.parametrize(
    "head",
    [
        "STUDENT_ID,First Name,LAST NAME,E-Mail",
        "Student ID,Given name,Surname,E-mail address",
        "Opiskelijanumero,Etunimi,Sukunimi,Sähköposti",
        "opiskelijanumero,etunimet,sukunimi,sähköpostiosoite",
        "id,first_name,last_name,email",
        ' student-id , "first_name",Last_Name ,EMAIL',
        "Tunnus,Förnamn,Efternamn,E-post",
    ],
)
def test_heads_have_other_names(head: str) -> None:
    assert people(table(head=head).encode()) == PEOPLE


def test_columns_may_stand_in_any_order_and_some_mean_nothing() -> None:
    content = b"email,lms_user_id,last_name,first_name\naino@example.org,77,Lehtinen,Aino\n\n,,,\n"
    found = read(content)
    assert found.lines == (RosterLine(2, "", "Aino", "Lehtinen", "aino@example.org"),)
    assert found.ignored == ("lms_user_id",)


def test_line_numbers_are_those_of_the_file() -> None:
    content = b'sep=;\r\nemail;first_name\r\n\r\na@example.org;"A\r\nB"\r\nc@example.org;C\r\n'
    assert [(line.line, line.first_name) for line in read(content).lines] == [(4, "A B"), (6, "C")]


def test_surplus_cells_are_noticed() -> None:
    found = read(b"email,first_name,last_name\na@example.org,Anna, Maria,Virtanen\nb@example.org,B,C,,\n")
    assert [line.surplus for line in found.lines] == [True, False]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n \n,,\n", "empty"),
        (b"email\n", "no_lines"),
        (b"name,phone\nAino,123\n", "no_email_column"),
        (b"email,E-mail\na@example.org,b@example.org\n", "twice"),
        (b'email,first_name\na@example.org,"Ann\nb@example.org,B\n', "quotes"),
        (b"PK\x03\x04rest of a workbook", "workbook"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "unreadable"),
        (b"email\n" + b"a@example.org\n" * 5001, "too_many"),
        (b"email\n" + b"x" * 2**21, "too_large"),
    ],
)
def test_unreadable_file_is_refused_as_a_whole(content: bytes, code: str) -> None:
    with pytest.raises(RosterFault) as refused:
        read(content)
    assert refused.value.code == code


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    for given_bytes in (content, b"email,first_name\n" + content, "email;id\n".encode("utf-16") + content):
        try:
            found = read(given_bytes)
        except RosterFault as fault:
            assert fault.code
        else:
            assert all(names.clean(line.email) == line.email for line in found.lines)


clean = st.text(max_size=30).map(names.clean)
emails = st.from_regex(r"[a-z0-9'=+@-]{1,10}@example\.org", fullmatch=True)
rows = st.lists(st.builds(RosterLine, st.just(0), clean, clean, clean, emails), min_size=1, max_size=8)


@given(rows)
def test_what_is_written_reads_back_as_the_same(lines: list[RosterLine]) -> None:
    content = write(lines)
    found = [(line.student_id, line.first_name, line.last_name, line.email) for line in read(content).lines]
    assert found == [(line.student_id, line.first_name, line.last_name, line.email) for line in lines]
    assert write(read(content).lines) == content


@given(rows)
def test_no_written_cell_is_a_formula(lines: list[RosterLine]) -> None:
    import csv
    import io

    for row in csv.reader(io.StringIO(write(lines).decode(), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_columns_are_those_of_nbgrader() -> None:
    assert write([]) == b"student_id,first_name,last_name,email\r\n"
    assert roster_csv.COLUMNS == ("student_id", "first_name", "last_name", "email")
