"""The sentences of roster imports: why a file or a line is refused, and remarks on what is taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.cohorts.roster_csv import RosterFault
from app.cohorts.roster_plan import Word
from app.platform.i18n import lazy_gettext as _l

FAULTS: dict[str, Any] = {
    "too_large": _l("The file is larger than %(limit)s MB. A roster is a small table; choose that file."),
    "workbook": _l("This is a workbook of a spreadsheet. Open it there, choose Save as, and save it as CSV."),
    "unreadable": _l("This file is not a text table. Save your list as CSV (UTF-8) and choose that file."),
    "empty": _l("The file is empty. Choose one whose first line names the columns."),
    "no_lines": _l("The file names its columns but holds no people."),
    "too_many": _l("The file has more than %(limit)s people. Split it into smaller ones."),
    "quotes": _l("A quotation mark in line %(line)s is not closed. Repair that line and choose the file again."),
    "twice": _l("“%(first)s” and “%(second)s” mean the same column. Take one of them out of the file."),
    "no_email_column": _l(
        "No column of e-mail addresses was found. The first line must name the columns student_id, first_name, last_name and email; it says: %(found)s"
    ),
}

WORDS: dict[str, Any] = {
    "surplus": _l("It has more cells than the first line names columns. Is there a comma too many?"),
    "no_email": _l("The e-mail address is missing."),
    "bad_email": _l("“%(email)s” is no e-mail address."),
    "email_twice": _l("%(email)s is in line %(line)s already."),
    "id_twice": _l("The id %(id)s is in line %(line)s already."),
    "person_twice": _l("Line %(line)s is about the same person, who is in the roster as %(email)s."),
    "long_id": _l("The id is longer than %(count)s characters."),
    "bad_id": _l('The id “%(id)s” cannot be used: leave out / \\ : * ? " < > | + and a point in front.'),
    "long_name": _l("A name is longer than %(count)s characters."),
    "other_id": _l("%(email)s is in the roster with the id %(present)s, not %(given)s. Change the id on their page."),
    "id_of_other": _l(
        "The id %(id)s belongs to %(email)s. An address in use is changed by an administrator; give another person another id."
    ),
    "address_elsewhere": _l(
        "The present address of this person, %(email)s, is in another line too. Change the address on their page."
    ),
    "withdrawn": _l("Withdrew from this cohort. Take them back on their own page, with the reason."),
    "is_staff": _l("Works in this cohort."),
    "disabled": _l("The account is disabled. An administrator can enable it."),
    "no_place": _l("All places are taken. Give the cohort more places, or withdraw somebody."),
    "made_id": _l("The id %(id)s is made from the address."),
    "has_account": _l("Has an account already and keeps the name in it."),
    "made_name": _l("The name %(name)s is made from the address."),
    "own_name": _l("Has taken the account into use and stays %(name)s."),
}


def say(word: Word) -> str:
    """The sentence of a reason or remark."""
    return _filled(WORDS[word.code], word.values)


def say_fault(fault: RosterFault) -> str:
    """The sentence of a fault of the whole file."""
    return _filled(FAULTS[fault.code], fault.values)


def _filled(sentence: Any, values: Mapping[str, object]) -> str:
    return str(sentence) % values if values else str(sentence)


__all__ = ["FAULTS", "WORDS", "say", "say_fault"]
