"""Courses in a Git repository: one shallow, bare clone, bounded in size and time, read without ever being checked out."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from app.curriculum.services.addresses import Address, check_address
from app.curriculum.services.gathering import COURSE_FILES, Gathered
from app.curriculum.services.report import ImportRefused
from app.curriculum.states import Outcome
from app.platform.i18n import gettext as _

if TYPE_CHECKING:
    from git.objects import Blob

SECONDS = 120
PACK_MIB = 400
MOST_ENTRIES = COURSE_FILES * 4
REGULAR = (0o100644, 0o100755, 0o100664)
PASSED_ON = (
    "PATH",
    "HTTPS_PROXY",
    "https_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GIT_SSL_CAINFO",
)


def name_of(url: str) -> str:
    """What to call a course that is fetched from an address: the last part of it."""
    return PurePosixPath(url.rstrip("/")).name.removesuffix(".git") or "course"


def from_git(url: str, *, allow_private: bool = False) -> Gathered:
    """The files at the head of a repository's default branch.

    Raises:
        ImportRefused: the address may not be fetched from, nothing readable is there, or it is too large or too slow.
    """
    address = check_address(url, allow_private=allow_private)
    with tempfile.TemporaryDirectory(prefix="kisalli-course-") as folder:
        place = Path(folder) / "repository.git"
        _clone(address, place, Path(folder))
        return _gather(place)


def _clone(address: Address, place: Path, home: Path) -> None:
    settings = {
        # Whatever the repository or another machine says: no other protocol, no redirect, no helper, no hook.
        "protocol.allow": "never",
        f"protocol.{address.url.partition(':')[0]}.allow": "always",
        "http.followRedirects": "false",
        "http.curloptResolve": address.pinned,
        "http.lowSpeedLimit": "1000",
        "http.lowSpeedTime": "20",
        "credential.helper": "",
        "core.hooksPath": os.devnull,
        "core.askPass": "true",
        "fetch.fsckObjects": "true",
        "fetch.fsck.zeroPaddedFilemode": "ignore",
        "fetch.fsck.missingSpaceBeforeDate": "ignore",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    clone = ["clone", "--bare", "--depth=1", "--single-branch", "--no-tags", "--template=", "--quiet"]
    # The shell's limit of a file's size ends a pack that grows too large; sh is given nothing to read but numbers.
    command = [
        "sh",
        "-c",
        f'ulimit -f {PACK_MIB * 2048}; exec git "$@"',
        "git",
        *options,
        *clone,
        "--",
        address.url,
        str(place),
    ]
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    try:
        done = subprocess.run(command, env=environment, cwd=home, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise ImportRefused(
            _("Fetching took more than %(seconds)d seconds and was stopped.", seconds=SECONDS), field="address"
        ) from None
    if done.returncode != 0:
        raise ImportRefused(_reason(done.stderr.decode("utf-8", "replace")), field="address")


def _reason(words: str) -> str:
    """Git's last word of a failed clone, as people need it."""
    low = words.lower()
    if "unable to update url base from redirection" in low or "redirect" in low or "error: 30" in low:
        return str(_("The address leads on to another one. Open it in a browser and use the address it ends at."))
    if "file size limit exceeded" in low or "signal 25" in low or "file too large" in low:
        return str(_("The repository is larger than %(mib)d MiB.", mib=PACK_MIB))
    if any(sign in low for sign in ("not found", "could not read username", "authentication failed", "403", "404")):
        return str(_("No public repository is there."))
    last = (words.strip().splitlines() or ["git"])[-1][:200]
    return str(_("Git could not fetch it: %(reason)s", reason=last))


def _gather(place: Path) -> Gathered:
    # Only here: the web process starts without it.
    from git import Repo

    gathered = Gathered()
    with Repo(place) as repository:
        try:
            tree = repository.head.commit.tree
        except ValueError:
            raise ImportRefused(_("The repository is empty."), field="address") from None
        for count, blob in enumerate(_blobs(tree), 1):
            if count > MOST_ENTRIES:
                raise ImportRefused(
                    _("The repository has more than %(count)d files.", count=MOST_ENTRIES), field="address"
                )
            if blob.mode not in REGULAR:
                gathered.report.add(
                    str(blob.path)[:300],
                    Outcome.LEFT_OUT,
                    _("It is a link or another repository, which are not followed."),
                )
                continue
            path = gathered.wants(str(blob.path), blob.size)
            if path:
                gathered.keep(path, blob.data_stream.read())
    return gathered


def _blobs(tree: object) -> Iterator[Blob]:
    for item in tree.traverse():  # type: ignore[attr-defined]
        if item.type in ("blob", "submodule"):
            yield item
