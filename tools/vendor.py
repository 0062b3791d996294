"""Refresh the third-party assets under app/static/vendor from their npm packages (`make vendor`).

Each asset is pinned below by version. The packages are fetched with `npm pack`, the wanted files copied beside their
licence, and a manifest of versions and SHA-256 hashes written. Nothing of this runs at set-up: the files are in Git.
`python tools/vendor.py --check` fetches nothing and fails when a file differs from the manifest.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import TypedDict

VENDOR = Path(__file__).resolve().parent.parent / "app" / "static" / "vendor"
MANIFEST = VENDOR / "manifest.json"

# npm package -> version, folder under vendor/, and {file in the package: name here}
ASSETS: dict[str, tuple[str, str, dict[str, str]]] = {
    "@fontsource-variable/inter": (
        "5.3.0",
        "inter",
        {
            "files/inter-latin-wght-normal.woff2": "inter-latin.woff2",
            "files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext.woff2",
            "LICENSE": "LICENSE",
        },
    ),
    "@fontsource-variable/jetbrains-mono": (
        "5.3.0",
        "jetbrains-mono",
        {
            "files/jetbrains-mono-latin-wght-normal.woff2": "jetbrains-mono-latin.woff2",
            "files/jetbrains-mono-latin-ext-wght-normal.woff2": "jetbrains-mono-latin-ext.woff2",
            "LICENSE": "LICENSE",
        },
    ),
    "htmx.org": ("4.0.1", "htmx", {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE"}),
}


class Entry(TypedDict):
    """One package of the manifest: version, and file name -> SHA-256 in hex."""

    version: str
    files: dict[str, str]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def npm_pack(package: str, version: str, into: Path) -> Path:
    """Fetch one package as a tarball and return its path. Raises CalledProcessError when npm cannot get it."""
    done = subprocess.run(
        ["npm", "pack", f"{package}@{version}", "--silent"], cwd=into, check=True, capture_output=True, text=True
    )
    return into / done.stdout.strip().splitlines()[-1]


def refresh() -> None:
    """Fetch every asset, write the files and the manifest."""
    manifest: dict[str, Entry] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for package, (version, folder, files) in ASSETS.items():
            tarball = npm_pack(package, version, Path(temporary))
            target = VENDOR / folder
            target.mkdir(parents=True, exist_ok=True)
            hashes: dict[str, str] = {}
            with tarfile.open(tarball) as archive:
                for inside, name in files.items():
                    member = archive.extractfile(f"package/{inside}")
                    if member is None:
                        raise SystemExit(
                            f"{package}@{version} has no file {inside}: correct ASSETS in tools/vendor.py."
                        )
                    (target / name).write_bytes(member.read())
                    hashes[f"{folder}/{name}"] = digest(target / name)
            manifest[package] = {"version": version, "files": hashes}
            print(f"{package} {version}: {len(files)} files")
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def faults() -> list[str]:
    """Every vendored file that is missing or differs from the manifest, in words."""
    manifest: dict[str, Entry] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    found = []
    for package, entry in manifest.items():
        for name, expected in entry["files"].items():
            path = VENDOR / name
            if not path.is_file():
                found.append(f"{name} of {package} is missing")
            elif digest(path) != expected:
                found.append(f"{name} of {package} differs from the manifest")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="only compare the files with the manifest")
    if not parser.parse_args().check:
        refresh()
    problems = faults()
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
