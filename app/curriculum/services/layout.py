"""How a folder is laid out: where the course begins, which folders are assignments, which notebooks are lessons."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from app.curriculum.services.gathering import PEOPLES
from app.curriculum.services.report import ImportRefused, joined
from app.curriculum.services.sources import SourceFault, is_graded, parse
from app.platform.i18n import gettext as _

MANIFEST = "course.toml"
LEVELS = ("source", "release")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things are.

    ``root``: the course's folder inside the files ("" for all of them). ``level``: the folder that holds the assignments,
    relative to root ("source", "release" or "" for none). ``folders``: assignment name to its folder relative to root.
    """

    root: str
    level: str
    folders: dict[str, str]
    has_manifest: bool


def parent(path: str) -> str:
    """The folder of a path, "" for the top."""
    return "" if "/" not in path else path.rpartition("/")[0]


def inside(path: str, folder: str) -> bool:
    """Whether a path lies in a folder ("" holds everything)."""
    return not folder or path.startswith(folder + "/")


def depth(folder: str) -> int:
    """How many steps down a folder is."""
    return len(PurePosixPath(folder).parts) if folder else 0


def find_layout(files: Mapping[str, bytes], name: str, folder: str = "") -> Layout:
    """The layout of a course.

    Args:
        files: path to content.
        name: what to call an assignment whose folder has no name of its own.
        folder: the course's folder, where the files hold more than one course.

    Raises:
        ImportRefused: there is no course, or several.
    """
    folder = folder.strip("/")
    if folder and not any(inside(path, folder) for path in files):
        raise ImportRefused(_("There is no folder %(path)s in it.", path=folder), field="folder")
    seen = [path for path in files if inside(path, folder)]
    manifests = [parent(path) for path in seen if PurePosixPath(path).name == MANIFEST]
    if manifests:
        root = _only(manifests, folder)
        below = [path for path in seen if inside(path, root)]
        level, folders = _folders(files, below, root, name)
        return Layout(root, level, folders, has_manifest=True)
    for level in LEVELS:
        roots = _roots_of_level(files, seen, level)
        if roots:
            root = _only(roots, folder)
            below = [path for path in seen if inside(path, root)]
            return Layout(root, level, _under_level(below, root, level), has_manifest=False)
    folders = _loose(files, seen, name, folder)
    if not folders:
        raise ImportRefused(
            _(
                "There is no nbgrader course in it: no notebook has cells that nbgrader would grade. A course is a folder "
                "with source/ASSIGNMENT/NOTEBOOK.ipynb, or with one folder an assignment."
            )
        )
    root = _common(list(folders.values()), folder)
    return Layout(root, "", {key: _relative(path, root) for key, path in folders.items()}, has_manifest=False)


def _only(roots: list[str], folder: str) -> str:
    shallowest = min(map(depth, roots))
    found = sorted({root for root in roots if depth(root) == shallowest})
    if len(found) > 1:
        raise ImportRefused(
            _("There are several courses in it. Name the folder of one: %(folders)s.", folders=joined(found, 12)),
            field="folder",
        )
    return found[0]


def _relative(path: str, root: str) -> str:
    return path[len(root) :].strip("/") if root else path


def _common(folders: list[str], least: str) -> str:
    """The deepest folder that holds all assignment folders as folders of their own."""
    parts = [parent(folder).split("/") for folder in folders]
    common: list[str] = []
    for step in zip(*parts, strict=False):
        if len(set(step)) > 1:
            break
        common.append(step[0])
    return "/".join(common) or least


def _notebooks(paths: list[str]) -> list[str]:
    return [path for path in paths if path.endswith(".ipynb")]


def graded(content: bytes) -> bool:
    """Whether a file is a notebook with cells that nbgrader grades; a broken one is not."""
    # A look for the word first: most files of a large repository are no such notebooks.
    if b"nbgrader" not in content:
        return False
    try:
        return is_graded(parse(content))
    except SourceFault:
        return False


def _roots_of_level(files: Mapping[str, bytes], paths: list[str], level: str) -> list[str]:
    """Folders R for which R/level/ASSIGNMENT/NOTEBOOK.ipynb exists with graded cells."""
    pattern = re.compile(rf"(?:(.*)/)?{level}/[^/]+/[^/]+\.ipynb\Z")
    roots = {}
    for path in paths:
        match = pattern.match(path)
        if match and match[1] not in roots and graded(files[path]):
            roots[match[1]] = True
    return [root or "" for root in roots]


def _under_level(paths: list[str], root: str, level: str) -> dict[str, str]:
    """Each folder under the level that directly holds notebooks."""
    start = f"{root}/{level}" if root else level
    found = {}
    for path in sorted(_notebooks(paths)):
        if inside(path, start) and len(_relative(path, start).split("/")) == 2:
            name = _relative(path, start).split("/")[0]
            found[name] = f"{level}/{name}"
    return found


def _folders(files: Mapping[str, bytes], paths: list[str], root: str, name: str) -> tuple[str, dict[str, str]]:
    """The assignment folders of a course with a manifest, which may say nothing of where they are."""
    for level in LEVELS:
        found = _under_level(paths, root, level)
        if found:
            return level, found
    loose = _loose(files, paths, name, root)
    return "", {key: _relative(folder, root) for key, folder in loose.items()}


def _loose(files: Mapping[str, bytes], paths: list[str], name: str, least: str) -> dict[str, str]:
    """Every folder that directly holds a graded notebook, by a name that is its own."""
    folders = sorted(
        {
            parent(path)
            for path in _notebooks(paths)
            if not PEOPLES & set(PurePosixPath(path).parts) and graded(files[path])
        }
    )
    by_name: dict[str, list[str]] = defaultdict(list)
    for folder in folders:
        last = folder.rpartition("/")[2] if folder != least else name
        by_name[last or name].append(folder)
    found = {}
    for last, same in by_name.items():
        for folder in same:
            found[last if len(same) == 1 else folder.replace("/", "-")] = folder
    return found
