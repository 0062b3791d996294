"""The rules of the house that no linter keeps: rooms, sizes, what loads what, nothing from outside at run time."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.factory import FEATURES
from app.platform.settings import ROOT

APP = ROOT / "app"
MODULES = sorted(path for path in APP.rglob("*.py") if "static" not in path.parts)
ROOMS = ("models", "rules", "queries", "services", "forms", "views")
# home composes what the other features know: it has no rows and no writes of its own.
FEATURES_WITH_ROOMS = tuple(name for name in FEATURES if name != "home")


@pytest.mark.parametrize("feature", FEATURES_WITH_ROOMS)
def test_every_feature_has_the_same_rooms(feature: str) -> None:
    missing = [
        room
        for room in ROOMS
        if not any((APP / feature / name).exists() for name in (f"{room}.py", f"{room}/__init__.py"))
    ]
    assert not missing


def test_no_file_is_a_drawer() -> None:
    long = {
        str(path.relative_to(ROOT)): lines for path in MODULES if (lines := len(path.read_text().splitlines())) > 400
    }
    assert not long


def test_every_file_says_first_what_it_is_for() -> None:
    silent = [str(path.relative_to(ROOT)) for path in MODULES if not ast.get_docstring(ast.parse(path.read_text()))]
    assert not silent


def loaded_by(statement: str) -> set[str]:
    """Top-level modules that a fresh interpreter has loaded after ``statement``."""
    program = f"import sys; {statement}; print('\\n'.join(sys.modules))"
    output = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return {line.split(".")[0] for line in output.splitlines()}


def test_the_engine_loads_neither_flask_nor_a_database() -> None:
    assert not loaded_by("import app.grading.api") & {"flask", "sqlalchemy", "flask_sqlalchemy"}


def test_the_web_process_starts_without_anything_heavy() -> None:
    heavy = {"nbgrader", "nbconvert", "numpy", "pandas", "matplotlib", "ortools", "numba", "IPython", "jupyter_client"}
    assert not loaded_by("from app.factory import create_app; create_app()") & heavy


OUTSIDE = re.compile(
    r"""(?:src|href|action)=["'](?:https?:)?//(?!kisalli\.example)|url\(["']?(?:https?:)?//|@import ["']http"""
)


def test_pages_load_nothing_from_outside() -> None:
    files = [
        path
        for pattern in ("**/*.html", "static/css/*.css", "static/js/*.js")
        for path in APP.glob(pattern)
        if "vendor" not in path.parts
    ]
    assert len(files) > 20
    guilty = [str(path.relative_to(ROOT)) for path in files if OUTSIDE.search(path.read_text())]
    assert not guilty


def test_nothing_names_a_package_registry_or_a_machine() -> None:
    hosts = re.compile(
        "|".join(("pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.org", r"deb\.debian" + r"\.org"))
    )
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    guilty = []
    for name in tracked.split("\0"):
        path = Path(ROOT / name)
        if name and path.is_file() and path.suffix not in (".woff2", ".png", ".svg") and path.stat().st_size < 2**20:
            text = path.read_text(errors="replace")
            if hosts.search(text):
                guilty.append(name)
    assert not guilty
