"""The seccomp filter by its own logic, the comparer's code, and the words of a host that lacks something."""

from __future__ import annotations

import errno
import struct

import pytest

from app.grading import host
from app.grading.api import Problem
from app.grading.box import seccomp
from app.grading.testcode import canary, compile_tests


def run_filter(program: bytes, machine: str, number: int, *arguments: int) -> int:
    """Interpret the few BPF instructions that filters use; gives the filter's answer."""
    data = struct.pack("<iIQ6Q", number, seccomp.AUDIT_ARCH[machine], 0, *(list(arguments) + [0] * 6)[:6])
    lines = [struct.unpack_from("<HBBI", program, place) for place in range(0, len(program), 8)]
    accumulator = place = 0
    while True:
        code, yes, no, value = lines[place]
        place += 1
        if code == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, value)
        elif code == 0x06:
            return int(value)
        elif code == 0x54:
            accumulator &= value
        else:
            holds = {0x15: accumulator == value, 0x25: accumulator > value, 0x45: bool(accumulator & value)}[code]
            place += yes if holds else no


REFUSED = seccomp.ERRNO | errno.EPERM
COLUMN = {"x86_64": 0, "aarch64": 1}


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_listed_call_is_refused(machine: str) -> None:
    program = seccomp.program(machine)
    for name, numbers in seccomp.DENIED.items():
        number = numbers[COLUMN[machine]]
        if number is not None:
            assert run_filter(program, machine, number) == REFUSED, name


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_ordinary_calls_pass_and_shaped_ones_by_their_arguments(machine: str) -> None:
    program = seccomp.program(machine)
    numbers = {name: pair[COLUMN[machine]] for name, pair in seccomp.SHAPED.items()}
    write = {"x86_64": 1, "aarch64": 64}[machine]
    assert run_filter(program, machine, write) == seccomp.ALLOW
    assert run_filter(program, machine, numbers["clone"], 0x11) == seccomp.ALLOW
    assert run_filter(program, machine, numbers["clone"], 0x10000011) == REFUSED
    assert run_filter(program, machine, numbers["clone3"]) == seccomp.ERRNO | errno.ENOSYS
    assert run_filter(program, machine, 5000) == seccomp.ERRNO | errno.ENOSYS
    for family, allowed in ((1, True), (2, True), (10, True), (16, False), (17, False), (40, False)):
        assert (run_filter(program, machine, numbers["socket"], family, 1) == seccomp.ALLOW) is allowed, family
    assert run_filter(program, machine, numbers["ioctl"], 0, 0x5412) == REFUSED
    assert run_filter(program, machine, numbers["ioctl"], 0, 0x5401) == seccomp.ALLOW
    assert run_filter(program, machine, numbers["kill"], 1) == seccomp.ALLOW


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_weaker_filters_refuse_sockets_and_signals(machine: str) -> None:
    numbers = {name: pair[COLUMN[machine]] for name, pair in seccomp.SHAPED.items()}
    none = seccomp.program(machine, network="none", signals=False, pid=77)
    ports = seccomp.program(machine, network="ports")
    routes = seccomp.program(machine, network="routes")
    for family in (1, 2, 10, 16):
        assert run_filter(none, machine, numbers["socket"], family, 1) != seccomp.ALLOW
    assert run_filter(none, machine, numbers["socketpair"], 1, 1) == seccomp.ALLOW
    assert run_filter(none, machine, numbers["socketpair"], 1, 2) == REFUSED
    assert run_filter(none, machine, numbers["connect"]) == REFUSED
    assert run_filter(ports, machine, numbers["socket"], 2, 1) == seccomp.ALLOW
    assert run_filter(ports, machine, numbers["socket"], 2, 2) != seccomp.ALLOW
    assert run_filter(ports, machine, numbers["socket"], 1, 1) != seccomp.ALLOW
    assert run_filter(routes, machine, numbers["socket"], 16, 3, 0) == seccomp.ALLOW
    assert run_filter(routes, machine, numbers["socket"], 16, 3, 9) != seccomp.ALLOW
    for pid, allowed in ((0, True), (77, True), (78, False), (0xFFFFFFFF, False)):
        assert (run_filter(none, machine, numbers["kill"], pid) == seccomp.ALLOW) is allowed


def test_another_architecture_is_killed() -> None:
    program = seccomp.program("x86_64")
    assert run_filter(program, "aarch64", 1) == seccomp.KILL


def test_tests_are_compiled_without_their_text() -> None:
    code = compile_tests("# secret comment\nassert f(1) == 2\n3")
    assert code is not None
    assert code.last
    assert compile_tests("x = 1;").last == ""  # type: ignore[union-attr]
    assert compile_tests("1 + ;") is None
    assert canary().text != canary().text


@pytest.mark.parametrize(
    ("said", "files", "word"),
    [
        (
            "bwrap: setting up uid map: Permission denied",
            {"/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1"},
            "AppArmor",
        ),
        ("bwrap: No permissions to create new namespace", {"/proc/sys/user/max_user_namespaces": "0"}, "switched off"),
        ("bwrap: Can't mount proc on /newroot/proc: Operation not permitted", {}, "masked"),
        ("bwrap: Can't find source path /x: Permission denied", {}, "cannot be read"),
        ("", {}, "refuses"),
    ],
)
def test_a_refused_sandbox_is_explained(
    said: str, files: dict[str, str], word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host, "_read", lambda path: files.get(path, ""))
    problem = host.explain(said)
    assert isinstance(problem, Problem)
    assert word in problem.what
    assert problem.remedy
