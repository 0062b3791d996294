"""Addresses, names and passwords in their normal forms; ways back that stay on the site."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts import email, names, passwords
from app.platform.addresses import safe_path
from app.platform.errors import Refusal


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("  Aino.Lehtinen@Example.ORG ", "aino.lehtinen@example.org"),
        ("aino+kurssi@example.org", "aino+kurssi@example.org"),
        ("aino@höyry.example", "aino@xn--hyry-5qa.example"),
        ("o'brien@example.org", "o'brien@example.org"),
    ],
)
def test_address_has_one_form(written: str, normal: str) -> None:
    assert email.normal(written) == normal
    assert email.normal(normal) == normal


@pytest.mark.parametrize(
    "written",
    ["", "aino", "aino@", "@example.org", "a b@example.org", "aino@example", "ä@example.org", "a@b@c.org",
     "a@example.org\nBcc: b@example.org", "Aino <aino@example.org>", "a" * 300 + "@example.org", '"a b"@example.org'],
)  # fmt: skip
def test_what_cannot_receive_mail_is_no_address(written: str) -> None:
    assert email.normal(written) is None


@given(st.text(max_size=60))
def test_names_are_clean_once_and_for_all(text: str) -> None:
    clean = names.clean(text)
    assert names.clean(clean) == clean
    assert not any(sign in clean for sign in "\n\r\t\0\u202e\ufeff")
    assert clean == clean.strip() and "  " not in clean


def test_name_in_two_spellings_is_one() -> None:
    assert names.clean("Va\u0308ino\u0308") == names.clean("Väinö") == "Väinö"


def test_name_is_made_from_an_address() -> None:
    assert names.from_address("aino.lehtinen+x@example.org") == "Aino Lehtinen"
    assert names.from_address("42@example.org") == "42"


def test_password_written_on_another_keyboard_fits() -> None:
    stored = passwords.hashed("laituri ja ka\u0308ki")
    assert passwords.fits(stored, "laituri ja käki")
    assert not passwords.fits(stored, "laituri ja kaki")
    assert not passwords.fits(None, "the password of no account")
    assert not passwords.fits("not a hash", "laituri ja käki")
    assert not passwords.is_outdated(stored)
    assert passwords.is_outdated("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aaaa")


@pytest.mark.parametrize(
    "password",
    ["short", "x" * 257, "aaaaaaaaaaaa", "abababababab", "Password123", "noora.aalto", "Noora.Aalto99", "noora aalto!"],
)
def test_easy_password_is_refused(password: str) -> None:
    with pytest.raises(Refusal) as refused:
        passwords.check_new(password, "noora.aalto@example.org", "Noora", "Aalto")
    assert refused.value.field == "password"


@pytest.mark.parametrize("password", ["a lantern on the pier", "kisalli-demo", "öljylamppu laiturilla", "x7#Kq9!vLm"])
def test_good_password_is_taken(password: str) -> None:
    passwords.check_new(password, "noora.aalto@example.org", "Noora", "Aalto")


@given(st.one_of(st.text(max_size=40), st.from_regex(r"[/\\]{0,3}[a-z:@./\\?#\t]{0,20}", fullmatch=True)))
def test_way_back_never_leaves_the_site(target: str) -> None:
    path = safe_path(target)
    assert path.startswith("/")
    # As browsers read it: a backslash is a slash, tabs and line ends are dropped.
    seen = path.replace("\\", "/").translate({9: None, 10: None, 13: None})
    assert urlsplit(urljoin("https://ours.example/x", seen)).netloc == "ours.example"


def test_way_back_keeps_its_query() -> None:
    assert safe_path("/cohorts?q=a&page=2#x") == "/cohorts?q=a&page=2#x"
    assert safe_path(None) == safe_path("") == "/"
