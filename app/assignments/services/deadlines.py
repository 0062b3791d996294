"""The rules of a release: grace, what lateness costs, attempts, which counts, weight. Marks follow from them at once."""

from __future__ import annotations

from typing import Any

from app.assignments.models import Release
from app.platform import audit
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _

RULES = (
    "grace_minutes",
    "late_policy",
    "late_percent",
    "late_days",
    "attempts_allowed",
    "counts",
    "weight",
    "category",
    "pass_percent",
    "shows_statistics",
    "is_anonymous",
)


def change_rules(release: Release, *, by: Any, **values: Any) -> dict[str, tuple[Any, Any]]:
    """Change rules of a release (names of ``RULES``); what changed, from what to what.

    Raises:
        Refusal: a number out of its range; nothing was changed.
    """
    _check(values)
    changed = {
        name: (getattr(release, name), values[name])
        for name in RULES
        if name in values and getattr(release, name) != values[name]
    }
    for name, (_before, after) in changed.items():
        setattr(release, name, after)
    if changed:
        db.session.flush()
        detail = {name: [str(before), str(after)] for name, (before, after) in changed.items()}
        audit.record("release.rules_changed", release, by=by, cohort_id=release.cohort_id, **detail)
    return changed


def _check(values: dict[str, Any]) -> None:
    if not 0 <= values.get("grace_minutes", 0) <= 7 * 24 * 60:
        raise Refusal(_("Grace lies between 0 minutes and a week."), field="grace_minutes")
    for name in ("late_percent", "pass_percent"):
        if not 0 <= values.get(name, 0) <= 100:
            raise Refusal(_("A percentage lies between 0 and 100."), field=name)
    if not 0 <= values.get("late_days", 0) <= 60:
        raise Refusal(_("Late days lie between 0 and 60."), field="late_days")
    attempts = values.get("attempts_allowed")
    if attempts is not None and not 1 <= attempts <= 1000:
        raise Refusal(_("Allow at least one attempt, or leave the field empty for no limit."), field="attempts_allowed")
    if not 0 <= values.get("weight", 1) <= 1000:
        raise Refusal(_("A weight lies between 0 and 1000."), field="weight")
