"""Write docs/permissions.md: who may do what, and what each address asks for. Run as ``python -m tools.permissions``."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from app.platform.permissions import TABLE, Role

PAGE = Path(__file__).resolve().parents[1] / "docs" / "permissions.md"
HEAD = """# Who may do what

Made by `python -m tools.permissions` from the program itself; do not edit by hand. A test fails while this page is old, so
that a change of who may do what is seen in its review.

Trainee, coach, coordinator and instructor are roles **in a cohort**: trainee by enrolment, coach and coordinator by the
cohort's staff, coordinator also by an administrator's word for its site or its programme. Administrators are so
everywhere. "Person" is anybody signed in. Where a route has a further rule (such as "own attempt"), it is marked †.
Who has no part in a cohort is told that its pages do not exist.
"""


def permissions_table() -> list[str]:
    """Permissions by name, a column a role."""
    roles = list(Role)
    lines = ["| permission | " + " | ".join(role.value for role in roles) + " |", "|---" * (len(roles) + 1) + "|"]
    for name in sorted(TABLE):
        marks = ["●" if role in TABLE[name] else "" for role in roles]
        lines.append(f"| `{name}` | " + " | ".join(marks) + " |")
    return lines


def routes_table(app: Flask) -> list[str]:
    """Addresses in order, with methods and what they ask for."""
    lines = ["| address | methods | permission |", "|---|---|---|"]
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))):
        if rule.endpoint == "static":
            continue
        guarded = app.view_functions[rule.endpoint]
        while not hasattr(guarded, "permission") and hasattr(guarded, "__wrapped__"):
            guarded = guarded.__wrapped__
        names = guarded.__code__.co_freevars
        further = guarded.__closure__[names.index("rule")].cell_contents if "rule" in names else None
        methods = " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        mark = " †" if further else ""
        lines.append(f"| `{rule.rule}` | {methods} | `{getattr(guarded, 'permission', 'none')}`{mark} |")
    return lines


def render(app: Flask) -> str:
    """The whole page."""
    parts = [HEAD, "## Permissions", "", *permissions_table(), "", "## Addresses", "", *routes_table(app)]
    return "\n".join(parts) + "\n"


def main() -> None:
    """Write the page."""
    from app.factory import create_app

    PAGE.write_text(render(create_app()), encoding="utf-8")
    print(f"wrote {PAGE.name}")


if __name__ == "__main__":
    main()
