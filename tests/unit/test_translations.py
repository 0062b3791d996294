"""Every string of the product has its Finnish."""

from __future__ import annotations

from tools import translations


def test_finnish_is_complete() -> None:
    assert translations.missing("fi") == []


def test_a_missing_string_would_be_seen() -> None:
    catalogues = translations.homes()
    assert sum(len(translations.extract(folders)) for folders in catalogues.values()) > 20
