"""What home adds to the shell: the first tab."""

from __future__ import annotations

from typing import Any

from flask import url_for

from app.platform.i18n import lazy_gettext as _l
from app.platform.navigation import Shell, Tab, shell_part


@shell_part
def home_tab(shell: Shell, person: Any) -> None:
    """Home, for everybody who is signed in."""
    if person is not None:
        shell.tabs.append(Tab(_l("Home"), url_for("home.index"), "home", 0))
