"""The shell around each page: tabs, cohort switcher, own menu, banners; features register what they add."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, g, request
from flask_login import current_user

from app.platform.i18n import LANGUAGES


@dataclass(frozen=True)
class Tab:
    """A section of the role, in the order of ``order``; ``prefix`` is what its pages' addresses begin with."""

    label: Any
    url: str
    icon: str
    order: int = 50
    count: int = 0
    prefix: str = ""
    current: bool = False


@dataclass(frozen=True)
class MenuItem:
    """A line of the own menu or the cohort switcher."""

    label: Any
    url: str
    method: str = "get"
    current: bool = False


@dataclass(frozen=True)
class Banner:
    """Something every page must say, such as a weaker sandbox; tone info, due or fault."""

    tone: str
    text: Any


@dataclass
class Shell:
    """All that layout/base.html needs around the page itself."""

    person: Any = None
    tabs: list[Tab] = field(default_factory=list)
    cohorts: list[MenuItem] = field(default_factory=list)
    cohort_label: str = ""
    search_url: str | None = None
    notifications_url: str | None = None
    notification_count: int = 0
    menu: list[MenuItem] = field(default_factory=list)
    banners: list[Banner] = field(default_factory=list)
    languages: dict[str, str] = field(default_factory=lambda: dict(LANGUAGES))
    is_trainee: bool = False


_parts: list[Callable[[Shell, Any], None]] = []


def shell_part(part: Callable[[Shell, Any], None]) -> Callable[[Shell, Any], None]:
    """Register ``part(shell, person)``: what a feature adds to the shell of a signed-in person (None: of a visitor)."""
    if part not in _parts:
        _parts.append(part)
    return part


def build() -> Shell:
    """The shell of the present request, made once."""
    if "shell" not in g:
        person = current_user if current_user and current_user.is_authenticated else None
        shell = Shell(person=person)
        for part in _parts:
            part(shell, person)
        shell.tabs = _mark_current(sorted(shell.tabs, key=lambda tab: tab.order))
        g.shell = shell
    return g.shell  # type: ignore[no-any-return]


def _mark_current(tabs: list[Tab]) -> list[Tab]:
    """The tab whose prefix is the longest beginning of the present path is the current one."""
    fitting = [tab for tab in tabs if request.path == tab.url or (tab.prefix and request.path.startswith(tab.prefix))]
    chosen = max(fitting, key=lambda tab: len(tab.prefix) + (request.path == tab.url) * 1000, default=None)
    return [Tab(**{**tab.__dict__, "current": tab is chosen}) for tab in tabs]


class _LazyShell:
    """Builds the shell only where a template really draws it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(build(), name)


def install(app: Flask) -> None:
    """Give every template the shell."""
    app.context_processor(lambda: {"shell": _LazyShell()})
