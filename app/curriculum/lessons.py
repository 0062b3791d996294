"""A lesson as it is read: its notebook as blocks, with links to other lessons and pictures of the course made to work."""

from __future__ import annotations

import base64
import json
import mimetypes
import posixpath
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import url_for

from app.curriculum import queries as read
from app.curriculum.models import CourseVersion, Lesson
from app.platform import files
from app.platform.notebooks import Cell, render_cells
from app.platform.notebooks.markdown import PICTURE_BYTES, PICTURE_TYPES
from app.platform.notebooks.sanitising import LinkTo

PREFIX = "s-"


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What is read before and after a lesson; pairs of a module and a lesson, or None at the ends."""

    before: tuple[Any, Lesson] | None
    after: tuple[Any, Lesson] | None


def blocks_of(version: CourseVersion, lesson: Lesson) -> list[Cell]:
    """The cells of a lesson as safe blocks. ``version`` has its modules, lessons and assignments loaded."""
    key = f"{version.course.slug} {version.content_hash} {url_for('curriculum.catalogue')}"
    return list(_rendered(lesson.sha256, lesson.path, version.id, key))


@lru_cache(maxsize=48)
def _rendered(sha256: str, path: str, version_id: int, _key: str) -> tuple[Cell, ...]:
    """Contents never change under their address, so a rendered lesson can be kept; ``_key`` tells what its links rest on."""
    version = read.version_with_modules(version_id)
    if version is None:
        raise KeyError(version_id)
    link, picture = resolvers(version, posixpath.dirname(path))
    notebook = json.loads(files.load(sha256))
    return tuple(render_cells(notebook, prefix=PREFIX, link=link, picture=picture, without_title=True))


def resolvers(version: CourseVersion, folder: str) -> tuple[LinkTo, LinkTo]:
    """What relative links and pictures of a notebook in ``folder`` lead to: pages of the course, and its pictures."""
    pages = _pages(version)

    def link(address: str) -> str | None:
        parts = urlsplit(address)
        target = posixpath.normpath(posixpath.join(folder, unquote(parts.path)))
        page = pages.get(target)
        return page + (f"#{PREFIX}{parts.fragment}" if parts.fragment and "/lessons/" in page else "") if page else None

    def picture(address: str) -> str | None:
        target = posixpath.normpath(posixpath.join(folder, unquote(urlsplit(address).path)))
        kind = mimetypes.guess_type(target)[0] or ""
        if kind not in PICTURE_TYPES:
            return None
        content = read.file_of_version(version.id, target)
        if content is None or len(content) > PICTURE_BYTES:
            return None
        return f"data:{kind};base64,{base64.b64encode(content).decode()}"

    return link, picture


def _pages(version: CourseVersion) -> dict[str, str]:
    """Addresses of the pages that show a file of the course, by its path."""
    slug = version.course.slug
    pages: dict[str, str] = {}
    sources = read.notebook_paths(version.id)
    for module in version.modules:
        here = url_for("curriculum.module", slug=slug, module=module.slug)
        own = {assignment.id for assignment in module.assignments}
        pages |= {path: here for path, assignment_id in sources.items() if assignment_id in own}
        for lesson in module.lessons:
            pages[lesson.path] = url_for("curriculum.lesson", slug=slug, module=module.slug, lesson=lesson.slug)
    return pages


def neighbours(version: CourseVersion, lesson: Lesson) -> Neighbours:
    """What comes before and after a lesson through the whole course."""
    order = [(module, one) for module in version.modules for one in module.lessons]
    place = next(number for number, (_module, one) in enumerate(order) if one.id == lesson.id)
    return Neighbours(order[place - 1] if place else None, order[place + 1] if place + 1 < len(order) else None)


def minutes_to_read(cells: list[Cell]) -> int:
    """How long reading takes, in minutes, at 150 words a minute with code counted double."""
    words = sum(len(cell.source.split()) * (2 if cell.kind == "code" else 1) for cell in cells)
    return max(1, round(words / 150))


__all__ = ["Neighbours", "blocks_of", "minutes_to_read", "neighbours", "resolvers"]
