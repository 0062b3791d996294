"""What a cohort asks for to pass a course."""

from __future__ import annotations

import math
from typing import Any

from sqlalchemy import select

from app.assignments.assessment_models import PassRule
from app.cohorts.models import Cohort
from app.platform import audit
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _


def parse_shares(text: str) -> dict[str, float]:
    """Shares of categories, one a line: the category, then its share ("exam 40").

    Raises:
        Refusal: a line without a number above 0.
    """
    shares: dict[str, float] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        name, _space, number = line.strip().rpartition(" ")
        try:
            share = float(number.replace(",", ".").removesuffix("%"))
        except ValueError:
            share = math.nan
        if not name.strip() or not 0 < share < 1_000_000:
            raise Refusal(
                _("Write the category and then its share, such as “exam 40”. This line has none: %(line)s", line=line),
                field="category_weights",
            )
        shares[name.strip()] = share
    return shares


def set_pass_rule(
    cohort: Cohort,
    course_slug: str,
    *,
    by: Any,
    pass_percent: float,
    needs_hand_graded: bool,
    needs_all_handed_in: bool,
    category_weights: dict[str, float],
) -> PassRule:
    """Set the rule of a course in a cohort; verdicts follow from it at once.

    Raises:
        Refusal: a percentage out of range.
    """
    if not 0 <= pass_percent <= 100:
        raise Refusal(_("A percentage lies between 0 and 100."), field="pass_percent")
    row = db.session.scalar(
        select(PassRule).where(PassRule.cohort_id == cohort.id, PassRule.course_slug == course_slug)
    )
    if row is None:
        row = PassRule(cohort_id=cohort.id, course_slug=course_slug)
        db.session.add(row)
    row.pass_percent, row.needs_hand_graded = pass_percent, needs_hand_graded
    row.needs_all_handed_in, row.category_weights = needs_all_handed_in, category_weights
    db.session.flush()
    audit.record("pass_rule.set", row, by=by, cohort_id=cohort.id, course=course_slug, percent=pass_percent)
    return row
