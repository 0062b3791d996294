"""Every attack of the table is contained, flagged where it should be, and leaves nothing behind."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from app.grading.api import GradeResult, Limits, check_host, make_student_version
from app.grading.box.weaker import children
from app.grading.environment import Environment
from app.grading.runner import Grader
from tests.integration.grading.attacks import assignment
from tests.integration.grading.attacks.model import ESCAPE, OUT, TRIED, Attack
from tests.integration.grading.attacks.table import ATTACKS, PAGE, page

TIGHT = Limits(cell_seconds=4, total_seconds=20, memory_mib=512)
ROOMY = Limits(cell_seconds=60, total_seconds=300)
DATA = {"data.csv": b"a,b\n1,2\n"}
SECRET = "correct-horse-battery"
DEADLINE = 120.0


@dataclass
class Host:
    """Things outside that attacks go for."""

    names: dict[str, str]

    def fill(self, code: str) -> str:
        """The code of an attack with the names of this host's things in it."""
        for name, value in self.names.items():
            code = code.replace("{" + name + "}", value)
        return code


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """Services on loopback, a socket file, a secret file and a secret in the environment of this process."""
    folder = tmp_path_factory.mktemp("host")
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == os.geteuid() and parent != Path("/tmp"):
            parent.chmod(0o755)
        if parent.parent == Path("/tmp"):
            break
    secret = folder / "secret.txt"
    secret.write_text(SECRET)
    secret.chmod(0o644)
    abstract = f"kisalli-test-{os.getpid()}"
    listeners = [socket.create_server(("127.0.0.1", 0))]
    for family, address in ((socket.AF_UNIX, f"\0{abstract}"), (socket.AF_UNIX, str(folder / "s"))):
        listener = socket.socket(family)
        listener.bind(address)
        listener.listen()
        listeners.append(listener)
    (folder / "s").chmod(0o777)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                _, who = udp.recvfrom(100)
                udp.sendto(b"seen", who)
            except OSError:
                return

    threading.Thread(target=answer, daemon=True).start()
    os.environ["KISALLI_TEST_SECRET"] = SECRET
    yield Host(
        {
            "port": str(listeners[0].getsockname()[1]),
            "udp": str(udp.getsockname()[1]),
            "abstract": abstract,
            "unix": str(folder / "s"),
            "secret": str(secret),
            "secret_value": SECRET,
            "root": str(PAGE.parents[2]),
            "user": "daemon",
            "host_pid": str(os.getpid()),
            "comm": Path("/proc/self/comm").read_text().strip(),
        }
    )
    for listener in (*listeners, udp):
        listener.close()
    del os.environ["KISALLI_TEST_SECRET"]


@pytest.fixture(scope="module", params=["full", pytest.param("reduced", marks=pytest.mark.long)])
def boxed(request: pytest.FixtureRequest, python_environment: Environment, host: Host) -> Iterator[Grader]:
    """A grader of each kind of box; made after the host's secrets are in place."""
    if request.param == "full" and check_host().sandbox != "full":
        pytest.skip("no full sandbox on this host: " + "; ".join(p.what for p in check_host().problems))
    with Grader(sandbox="auto" if request.param == "full" else "reduced") as grader:
        yield grader


@pytest.fixture(scope="module")
def student() -> bytes:
    """The student version of the assignment."""
    return make_student_version(assignment.source()).notebook


def idle_processes(grader: Grader) -> set[int]:
    """The processes of this grader that are there when nothing runs; the sandbox is warm afterwards."""
    pid = grader.zygote("python").pid
    return {pid, *children(pid)}


def assert_nothing_left(grader: Grader, idle: set[int]) -> None:
    """Wait until this grader's processes are those of an idle one; only its own are looked at."""
    pid = grader.zygote("python").pid
    deadline = time.monotonic() + DEADLINE
    left: set[int] = set()
    while time.monotonic() < deadline:
        left = {pid, *children(pid)} - idle
        if not left:
            return
        time.sleep(0.05)
    words = [f"{p}: {_words_of(p)}" for p in sorted(left)]
    raise AssertionError("left behind: " + "; ".join(words))


def _words_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()[:200]
    except OSError:
        return "gone"


def outputs_of(result: GradeResult) -> str:
    """All text of the executed notebook that a trainee may read."""
    notebook = nbformat.reads(result.notebook.decode(), as_version=4)
    texts = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            texts.append(str(output.get("text", "")))
            texts.append(str(output.get("data", "")))
            texts.append("\n".join(output.get("traceback", [])))
    return "\n".join([*texts, *(cell.message for cell in result.cells)])


def honest(grader: Grader, student: bytes) -> GradeResult:
    """The grade of an honest submission."""
    notebook = assignment.submission(student, assignment.HONEST)
    data = nbformat.writes(notebook).encode()
    return grader.grade(assignment.source(), data, files=DATA, limits=ROOMY)


def attempt(grader: Grader, student: bytes, host: Host, attack: Attack) -> GradeResult:
    """Hand in an attack."""
    answers = {**assignment.WRONG, "notes": host.fill(attack.code)}
    if attack.add:
        answers["add"] = host.fill(attack.add)
    notebook = assignment.submission(student, answers, after=attack.after)
    if attack.alter is not None:
        attack.alter(notebook)
    data = nbformat.writes(notebook).encode()
    return grader.grade(assignment.source(), data, files=DATA, limits=TIGHT if attack.tight else ROOMY)


@pytest.mark.parametrize(
    "attack", [pytest.param(a, id=f"{a.group}-{a.name}", marks=[] if a.quick else pytest.mark.long) for a in ATTACKS]
)
def test_attack_is_contained(boxed: Grader, student: bytes, host: Host, attack: Attack) -> None:
    if boxed.sandbox == "reduced" and attack.reduced != "contained":
        pytest.skip(f"the reduced box leaves this {attack.reduced}")
    idle = idle_processes(boxed)
    result = attempt(boxed, student, host, attack)
    words = outputs_of(result)
    assert result.status in attack.status, (result.status, result.note, words[-2000:])
    assert result.score <= attack.points, ([(c.grade_id, c.score, c.error_name) for c in result.cells], words[-2000:])
    if attack.flags:
        assert {flag.code for flag in result.flags} & set(attack.flags), (result.flags, words[-2000:])
    assert assignment.HIDDEN_WORD not in words
    if attack.group == ESCAPE:
        assert OUT not in words, words[-2000:]
        assert TRIED in words or result.status != "done", words[-2000:]
    assert_nothing_left(boxed, idle)
    after = honest(boxed, student)
    assert (after.score, after.flags, after.status) == (assignment.TOTAL, (), "done"), after


def test_attack_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.integration.grading.attacks.table"


def test_attack_names_are_unique_and_enough() -> None:
    names = [f"{attack.group}-{attack.name}" for attack in ATTACKS]
    assert len(set(names)) == len(names) >= 60
    assert 12 <= sum(attack.quick for attack in ATTACKS) <= 30
