"""Who may need a talk: gone quiet, fallen behind, failing the same skill again. Each with the facts that say so; no score. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.assignments.queries.gradebook import Column, Row

QUIET = timedelta(days=7)
MISSING = 2
FAILED = 2


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact. ``kind``: quiet (``days``; ``since`` None: never seen), behind (``titles`` not handed in), skill (``skill`` failed in ``titles``)."""

    kind: str
    days: int = 0
    since: datetime | None = None
    skill: str = ""
    titles: tuple[str, ...] = ()


def reasons(
    row: Row,
    columns: Sequence[Column],
    skills: Mapping[int, Sequence[str]],
    seen: datetime | None,
    moment: datetime,
) -> list[Reason]:
    """The facts about one trainee; none: nothing to worry about.

    Args:
        skills: release id -> skills that the assignment teaches.
        seen: when the trainee was last signed in.
    """
    found = []
    last = max((each for each in (seen, row.last_hand_in) if each is not None), default=None)
    to_do = [
        column
        for column, cell in zip(columns, row.cells, strict=True)
        if cell.kind == "none"
        or (cell.kind == "open" and cell.terms is not None and cell.terms.opens_at <= moment - QUIET)
    ]
    if to_do and (last is None or moment - last > QUIET):
        found.append(Reason("quiet", days=(moment - last).days if last else 0, since=last))
    missing = [column.title for column, cell in zip(columns, row.cells, strict=True) if cell.kind == "none"]
    if len(missing) >= MISSING:
        found.append(Reason("behind", titles=tuple(missing)))
    failed: dict[str, list[str]] = defaultdict(list)
    for column, cell in zip(columns, row.cells, strict=True):
        if cell.kind == "low":
            for skill in skills.get(column.release_id, ()):
                failed[skill].append(column.title)
    found += [
        Reason("skill", skill=skill, titles=tuple(titles)) for skill, titles in failed.items() if len(titles) >= FAILED
    ]
    return found
