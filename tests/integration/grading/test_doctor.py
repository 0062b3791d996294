"""The probes that a worker runs before it grades: they pass in a sound box, and say what got through."""

from __future__ import annotations

from app.grading.api import Grader
from app.grading.doctor import CANARIES, Probe, open_walls, run_with


def test_walls_of_this_hosts_sandbox_hold(grader: Grader) -> None:
    assert len(CANARIES) >= 6
    assert open_walls(grader) == []


def test_walls_of_the_reduced_box_hold() -> None:
    with Grader(sandbox="reduced") as reduced:
        assert open_walls(reduced) == []


def test_a_probe_that_gets_out_is_seen(grader: Grader) -> None:
    leak = Probe("nothing at all", ("", ""), "print('got through')")
    quiet = Probe("says nothing", ("", ""), "pass")
    assert [(probe.what, held) for probe, held in run_with(grader, (leak, quiet))] == [
        ("nothing at all", False),
        ("says nothing", False),
    ]
