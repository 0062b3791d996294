"""All attacks in one table, and the page that is made from it: `python -m tests.integration.grading.attacks.table`."""

from __future__ import annotations

from pathlib import Path

from tests.integration.grading.attacks import breaking, cheating, escaping
from tests.integration.grading.attacks.model import BREAK, CHEAT, ESCAPE, Attack

ATTACKS: list[Attack] = [*cheating.ATTACKS, *breaking.ATTACKS, *escaping.ATTACKS]
PAGE = Path(__file__).resolve().parents[4] / "docs" / "security" / "attacks.md"
GROUPS = {
    CHEAT: "Cheating: wrong answers that want points",
    BREAK: "Breaking: time, memory, disk, output, and processes that stay",
    ESCAPE: "Escaping: the network, files, other processes, the kernel",
}


def page() -> str:
    """The text of docs/security/attacks.md."""
    lines = [
        "# Attacks on the grading engine",
        "",
        "Made from the table in `tests/integration/grading/attacks`; each line is a test. After each attack the next, honest",
        "submission gets its full points with no flag, and no process of the attack is left. “Flags” are what a coach is",
        "told; *contained* means that the attack gets no point and nothing outside its box. What no sandbox can promise is",
        "said in [promises.md](promises.md).",
        "",
        f"{len(ATTACKS)} attacks: "
        + ", ".join(f"{sum(a.group == group for a in ATTACKS)} {group}" for group in GROUPS)
        + f". In `make test` {sum(a.quick for a in ATTACKS)} of them run; all, in both boxes, in `make check`.",
    ]
    for group, title in GROUPS.items():
        lines += [
            "",
            f"## {title}",
            "",
            "| Attack | Tries to | Full box | Reduced box | Flags |",
            "|---|---|---|---|---|",
        ]
        for attack in ATTACKS:
            if attack.group == group:
                got = "contained" if not attack.points else f"flagged (it may keep {attack.points:g} points)"
                flags = ", ".join(attack.flags) or "–"
                lines.append(f"| {attack.name} | {attack.tries} | {got} | {attack.reduced} | {flags} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
