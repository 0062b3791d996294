"""The pinned versions can be installed on the oldest Python that is promised, and are the ones tested here."""

from __future__ import annotations

import re
from importlib import metadata

from packaging.specifiers import SpecifierSet

from app.platform.settings import ROOT

OLDEST = "3.11.2"  # Debian 12's


def pins() -> dict[str, str]:
    """Normal name -> version."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pairs = (line.split("==") for line in lines if "==" in line)
    return {re.sub(r"[-_.]+", "-", name).lower(): version.strip() for name, version in pairs}


def test_pins_suit_the_oldest_python_and_are_what_is_installed() -> None:
    wanted = pins()
    assert len(wanted) > 100
    faults = []
    for distribution in metadata.distributions():
        name = re.sub(r"[-_.]+", "-", distribution.metadata["Name"]).lower()
        if name not in wanted:
            continue
        if distribution.version != wanted[name]:
            faults.append(f"{name} is {distribution.version} here, pinned {wanted[name]}")
        needs = distribution.metadata.get("Requires-Python")
        if needs and OLDEST not in SpecifierSet(needs):
            faults.append(f"{name} {distribution.version} needs Python {needs}")
    assert not faults
