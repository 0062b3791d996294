"""The grading engine beside `nbgrader autograde`, on the same submissions in one run: `python -m benchmarks.grading`.

Prints the ratios with their spread, the CPU that the engine adds to the cells' own, and memory; with `--write` also to
docs/guides/grading-figures.md. Exits 1 where a stated target is missed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from app.grading.api import Limits, make_student_version
from app.grading.box.weaker import children
from app.grading.environment import build
from app.grading.runner import Grader
from tests.integration.grading.attacks import assignment
from tests.integration.grading.conformance.reference import Case, kernel_for, lay_out

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "guides" / "grading-figures.md"
TARGET_EACH, TARGET_BATCH, TARGET_CPU_MS = 30.0, 15.0, 100.0
LIMITS = Limits(cell_seconds=60, total_seconds=300)


@dataclass
class Row:
    """A line of the table: what, the figure, its spread, and the target where there is one."""

    what: str
    figure: str
    spread: str = ""
    target: str = ""
    missed: bool = False


def submissions(count: int) -> tuple[bytes, list[bytes]]:
    """A source notebook and that many honest submissions, which all differ."""
    import nbformat

    source = assignment.source()
    student = make_student_version(source).notebook
    made = []
    for number in range(count):
        answers = {**assignment.HONEST, "notes": f"import numpy as np\nimport pandas as pd\nmine = {number}\nmine"}
        if number % 4 == 3:
            answers.update(assignment.WRONG)
        made.append(nbformat.writes(assignment.submission(student, answers)).encode())
    return source, made


def nbgrader_times(source: bytes, made: list[bytes], each: int, folder: Path) -> tuple[list[float], list[float]]:
    """Seconds a submission of `nbgrader autograde`: one process each (`each` of them), and one process for all."""
    environment = build("python")
    variables = kernel_for(environment, folder)
    course = folder / "course"
    course.mkdir()
    lay_out(course, [Case("ps", source, made[0])], cell_seconds=60)
    submitted = course / "submitted"
    names = []
    for number, data in enumerate(made):
        place = submitted / f"s{number}" / "ps"
        place.mkdir(parents=True)
        (place / "notebook.ipynb").write_bytes(data)
        names.append(f"s{number}")
    command = [str(Path(sys.executable).parent / "nbgrader")]

    def call(*arguments: str) -> float:
        began = time.perf_counter()
        subprocess.run([*command, *arguments], cwd=course, env=variables, check=True, capture_output=True)
        return time.perf_counter() - began

    call("generate_assignment", "ps")
    single = [call("autograde", "ps", "--student", name) for name in names[:each]]
    batches = []
    for _ in range(2):
        seconds = call("autograde", "ps", "--force")
        batches.append(seconds / (len(made) + 1))
    return single, batches


def our_times(grader: Grader, source: bytes, made: list[bytes], jobs: int) -> tuple[list[float], list[float], float]:
    """Seconds of wall time and of CPU a submission, and the wall time of all together divided by their number."""
    grader.grade(source, made[0], limits=LIMITS)

    def one(data: bytes) -> tuple[float, float]:
        began = time.perf_counter()
        result = grader.grade(source, data, limits=LIMITS)
        return time.perf_counter() - began, result.cpu_seconds

    before = time.process_time()
    began = time.perf_counter()
    with ThreadPoolExecutor(jobs) as pool:
        pairs = list(pool.map(one, made))
    together = (time.perf_counter() - began) / len(made)
    ours = (time.process_time() - before) / len(made)
    return [wall for wall, _ in pairs], [cpu + ours for _, cpu in pairs], together


WARM = """
import json, sys, time
from jupyter_client.manager import start_new_kernel
sources = json.loads(sys.stdin.read())
manager, client = start_new_kernel(kernel_name="python3", startup_timeout=300)
probe = "import time as _t; print(_t.process_time())"
def run(code):
    out = []
    client.execute_interactive(code, output_hook=lambda m: out.append(m), timeout=300)
    return "".join(m["content"].get("text", "") for m in out if m["msg_type"] == "stream")
for code in sources: run(code)
costs = []
for _ in range(9):
    a = float(run(probe).strip().splitlines()[-1])
    for code in sources: run(code)
    costs.append(float(run(probe).strip().splitlines()[-1]) - a)
print(json.dumps(costs))
client.stop_channels(); manager.shutdown_kernel(now=True)
"""


def warm_cell_cpu(source: bytes, submitted: bytes, folder: Path) -> float:
    """CPU seconds that the cells themselves take in a kernel that has run them before (median of nine)."""
    import json

    from app.grading.release import prepare
    from app.grading.restore import hardened

    cells = hardened(prepare(source), submitted).notebook.cells
    codes = [cell.source for cell in cells if cell.cell_type == "code" and cell.source]
    done = subprocess.run(
        [sys.executable, "-c", WARM],
        input=json.dumps(codes),
        env=kernel_for(build("python"), folder),
        capture_output=True,
        text=True,
        check=True,
    )
    costs: list[float] = json.loads(done.stdout.splitlines()[-1])
    return statistics.median(costs)


def memory_mib(pid: int) -> float:
    """Proportional memory of a process, in MiB."""
    with contextlib.suppress(OSError):  # a run that is just ending
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def memories(grader: Grader) -> tuple[float, float]:
    """MiB of an idle zygote, and what one live run adds to it."""
    pid = grader.zygote("python").pid
    idle = [pid, *children(pid)]
    base = sum(memory_mib(one) for one in idle)
    box = grader.zygote("python").fork(LIMITS, {})
    try:
        box.execute(0, "import numpy as np, pandas as pd\nx = pd.DataFrame({'a': np.arange(100)})\nlen(x)")
        total = sum(memory_mib(one) for one in [pid, *children(pid)])
    finally:
        box.close()
    return base, total - base


def spread(values: list[float]) -> str:
    """The range of values as text."""
    return f"{min(values):.3f} to {max(values):.3f} s"


def measure(count: int, each: int) -> list[Row]:
    """Everything, as rows."""
    source, made = submissions(count)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name, Grader() as grader:
        folder = Path(name)
        single, batches = nbgrader_times(source, made, each, folder)
        warm = statistics.median(warm_cell_cpu(source, data, folder) for data in made[:2])
        rows.append(Row("nbgrader, one process each", f"{statistics.median(single):.2f} s", spread(single)))
        rows.append(Row("nbgrader, one process for all", f"{statistics.median(batches):.2f} s", spread(batches)))
        rows.append(Row("the cells alone, in a warm kernel", f"{warm * 1000:.0f} ms CPU"))
        for jobs in (1, 4):
            walls, cpus, together = our_times(grader, source, made, jobs)
            label = f"the engine, {jobs} at a time"
            rows.append(Row(label, f"{statistics.median(walls) * 1000:.0f} ms", spread(walls)))
            extra = (statistics.median(cpus) - warm) * 1000
            missed = extra > TARGET_CPU_MS
            rows.append(
                Row(
                    f"{label}: CPU beyond the cells' own", f"{extra:.0f} ms", "", f"at most {TARGET_CPU_MS:.0f}", missed
                )
            )
            if jobs == 1:
                for what, theirs, target in (
                    ("one process each", single, TARGET_EACH),
                    ("one process for all", batches, TARGET_BATCH),
                ):
                    ratio = statistics.median(theirs) / statistics.median(walls)
                    low, high = min(theirs) / max(walls), max(theirs) / min(walls)
                    rows.append(
                        Row(
                            f"times faster than nbgrader, {what}",
                            f"{ratio:.0f}×",
                            f"{low:.0f}× to {high:.0f}×",
                            f"at least {target:.0f}×",
                            ratio < target,
                        )
                    )
            else:
                rows.append(Row(f"{label}: all, divided by their number", f"{together * 1000:.0f} ms"))
        zygote, fork = memories(grader)
        rows.append(Row("memory of a zygote", f"{zygote:.0f} MiB"))
        rows.append(Row("memory that a live run adds", f"{fork:.0f} MiB"))
    return rows


def machine() -> str:
    """The machine in words."""
    return f"{platform.system()} {platform.release().split('-')[0]} on {os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"


def table(rows: list[Row], count: int) -> str:
    """The table as Markdown."""
    lines = [
        f"Measured on {machine()}, with {count} submissions of one notebook, median and range.",
        "",
        "| What | Median | Range | Target |",
        "|---|---|---|---|",
    ]
    lines += [f"| {r.what} | {r.figure} | {r.spread} | {r.target}{' (missed)' if r.missed else ''} |" for r in rows]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Measure and print; 1 where a target is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--submissions", type=int, default=12)
    options.add_argument("--each", type=int, default=4, help="how many to give nbgrader a process each")
    options.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)}")
    given = options.parse_args()
    rows = measure(given.submissions, given.each)
    text = table(rows, given.submissions)
    print(text)
    if given.write:
        PAGE.write_text(
            "# Figures of the grading engine\n\n`python -m benchmarks.grading --write` makes this page.\n\n" + text
        )
    return 1 if any(row.missed for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
