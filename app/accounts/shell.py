"""What accounts add to the shell: the own menu, and the tabs of the administration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, url_for

from app.platform.i18n import lazy_gettext as _l
from app.platform.navigation import MenuItem, Shell, shell_part

# Pages under /admin: (name, title, endpoint); features above add theirs with administration_page().
_pages: list[tuple[str, Any, str]] = [
    ("people", _l("People"), "accounts.people"),
    ("audit", _l("Audit log"), "accounts.audit_log"),
]


def administration_page(name: str, title: Any, endpoint: str) -> None:
    """Add a page to the administration's tabs, before the audit log."""
    if all(name != known for known, _title, _endpoint in _pages):
        _pages.insert(-1, (name, title, endpoint))


def administration_tabs(current: str) -> list[tuple[Any, str, bool]]:
    """The tabs as components/page.html draws them: (label, address, whether it is the current one)."""
    return [(title, url_for(endpoint), name == current) for name, title, endpoint in _pages]


@shell_part
def own_menu(shell: Shell, person: Any) -> None:
    """Profile, administration and the way out; for a visitor the way in."""
    if person is None:
        shell.menu.append(MenuItem(_l("Sign in"), url_for("accounts.sign_in")))
        return
    shell.menu.append(MenuItem(_l("Profile and password"), url_for("accounts.profile")))
    if person.is_administrator:
        shell.menu.append(MenuItem(_l("Administration"), url_for("accounts.people")))
    shell.menu.append(MenuItem(_l("Sign out"), url_for("accounts.sign_out"), method="post"))


def install(app: Flask) -> None:
    """Give templates the tabs."""
    functions: dict[str, Callable[..., Any]] = {"administration_tabs": administration_tabs}
    app.jinja_env.globals.update(functions)
