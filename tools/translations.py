"""Catalogues: ``update`` takes each feature's strings into its own, ``compile`` makes the .mo files, ``missing`` lists gaps.

Run as ``python -m tools.translations update|compile|missing``. Every package under app/ with translated text has
``translations/fi/LC_MESSAGES/messages.po``; the templates under app/templates share app/translations.
"""

from __future__ import annotations

import os
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

APP = Path(__file__).resolve().parents[1] / "app"
LANGUAGES = ("fi",)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "_l": None,
    "lazy_gettext": None,
    "_n": (1, 2),
    "pgettext": ((1, "c"), 2),
}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
OPTIONS = {"**/templates/**.html": {"extensions": "jinja2.ext.do", "trim_blocks": "true"}}
# Packages that hold no feature of their own keep their strings in the shared catalogue.
SHARED = ("platform", "templates", "worker")


def homes() -> dict[str, list[Path]]:
    """Where strings are kept: catalogue folder -> the folders whose strings it holds."""
    found = {"": [APP / name for name in SHARED if (APP / name).is_dir()]}
    for package in sorted(path for path in APP.iterdir() if (path / "__init__.py").exists()):
        if package.name not in (*SHARED, "grading"):
            found[package.name] = [package]
    return found


def catalogue_path(home: str, language: str) -> Path:
    """The .po file of a catalogue."""
    return APP / home / "translations" / language / "LC_MESSAGES" / "messages.po"


def extract(folders: list[Path]) -> Catalog:
    """All strings of the folders, with where they stand (file names only, so that lines may move)."""
    catalogue = Catalog(project="Kisälli", charset="utf-8", fuzzy=False)
    for folder in folders:
        prefix = folder.relative_to(APP.parent)
        for name, _line, message, comments, context in extract_from_dir(
            folder,
            [
                (pattern.replace("templates/", "") if folder.name == "templates" else pattern, method)
                for pattern, method in METHODS
            ],
            OPTIONS,
            KEYWORDS,
        ):
            if message and message not in ("", ("", "")):
                catalogue.add(message, None, [(str(prefix / name), None)], auto_comments=comments, context=context)
    return catalogue


def read(path: Path, language: str) -> Catalog:
    """A catalogue as it is on disk, or an empty one."""
    if not path.exists():
        return Catalog(locale=language, project="Kisälli", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update() -> None:
    """Bring every catalogue up to date with the source; translations that are still used stay."""
    for home, folders in homes().items():
        template = extract(folders)
        for language in LANGUAGES:
            path = catalogue_path(home, language)
            if not len(template) and not path.exists():
                continue
            catalogue = read(path, language)
            catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
            catalogue.obsolete.clear()
            catalogue.revision_date = catalogue.creation_date
            path.parent.mkdir(parents=True, exist_ok=True)
            buffer = BytesIO()
            write_po(buffer, catalogue, width=120, sort_output=True, omit_header=False, include_lineno=False)
            text = "\n".join(
                line
                for line in buffer.getvalue().decode().splitlines()
                if not line.startswith(
                    ('"POT-Creation-Date', '"PO-Revision-Date', '"Last-Translator', '"Language-Team')
                )
            )
            path.write_text(text + "\n")


def compile_all() -> int:
    """Write every .mo that is missing or older than its .po; returns how many."""
    written = 0
    for path in sorted(APP.glob("**/translations/*/LC_MESSAGES/messages.po")):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.parents[1].name)
        buffer = BytesIO()
        write_mo(buffer, catalogue)
        # Replaced in one step: a server may be reading the old one.
        temporary = target.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_bytes(buffer.getvalue())
        temporary.replace(target)
        written += 1
    return written


def missing(language: str = "fi") -> list[str]:
    """Strings of the source that no catalogue translates, and translations whose placeholders differ."""
    faults = []
    known: dict[object, object] = {}
    for home in homes():
        for message in read(catalogue_path(home, language), language):
            if (
                message.id
                and message.string
                and all(message.string if isinstance(message.string, tuple) else [message.string])
            ):
                known[message.id] = message.string
                faults += [f"{home or 'shared'}: {message.id!r}: {error}" for error in message.check()]
    for home, folders in homes().items():
        for message in extract(folders):
            if message.id and message.id not in known:
                places = ", ".join(sorted({str(name) for name, _ in message.locations}))
                faults.append(f"{home or 'shared'}: {message.id!r} in {places}")
    return faults


def main(arguments: list[str]) -> int:
    """The command line."""
    match arguments:
        case ["update"]:
            update()
            gaps = missing()
            print("\n".join(gaps) or "Finnish is complete.")
        case ["compile"]:
            print(f"{compile_all()} catalogues compiled")
        case ["missing"]:
            gaps = missing()
            print("\n".join(gaps) or "Finnish is complete.")
            return 1 if gaps else 0
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
