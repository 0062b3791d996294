"""What a hand-in costs by when it comes, as lines of a small table. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.assignments.lateness import DAY, Terms, last_moment
from app.assignments.states import LatePolicy


@dataclass(frozen=True, slots=True)
class CostLine:
    """``kind``: until (a moment), later (every further day), closed. ``percent`` of the points, 0 for nothing."""

    kind: str
    at: datetime | None
    percent: float


def cost_lines(terms: Terms) -> list[CostLine]:
    """The lines for one submitter, in order of time; just one where a late hand-in costs nothing and never closes."""
    end = last_moment(terms)
    free_until = max(terms.due_at + terms.grace, terms.due_at + terms.late_days * DAY)
    lines = [CostLine("until", terms.due_at if free_until == terms.due_at else free_until, 0)]
    if terms.policy is LatePolicy.PERCENT_A_DAY and terms.percent:
        first = terms.due_at + (terms.late_days + 1) * DAY
        lines.append(CostLine("until", min(first, end) if end else first, terms.percent))
        if end is None or end > first:
            lines.append(CostLine("later", None, terms.percent))
    elif terms.policy is LatePolicy.FIXED and terms.percent:
        lines.append(CostLine("later", None, terms.percent))
    elif end is None or (terms.policy is LatePolicy.FREE and end > free_until):
        lines.append(CostLine("later", None, 0))
    if end is not None:
        lines.append(CostLine("closed", end, 0))
    return lines
