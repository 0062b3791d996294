"""Start a command as an ordinary user who sees certain folders at neutral paths: run by root, as a script of its own.

A folder such as /root (mode 0700) hides an interpreter from the user that the sandbox runs as. So root makes a private
mount namespace, binds the folders below one that everybody may enter, becomes that user and only then starts bubblewrap.
Arguments: uid, gid, a JSON object (folders: [source, name] each; python: the interpreter below the folder "python";
must: whether to go on without mounts), then the command, in which {name} stands for a folder.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
from app.grading.box import system

PLACES = ("/mnt", "/media", "/srv", "/opt", "/var/tmp")
REFUSED = 97


def bind(folders: list[list[str]]) -> dict[str, str]:
    """Show the folders at neutral paths, to this process and what it starts alone. Raises OSError."""
    place = next(path for path in PLACES if os.path.isdir(path))
    system.unshare(system.CLONE_NEWNS)
    system.mount(None, "/", None, system.MS_REC | system.MS_PRIVATE)
    handles = [os.open(source, os.O_PATH | os.O_DIRECTORY) for source, _ in folders]
    system.mount("tmpfs", place, "tmpfs", system.MS_NOSUID | system.MS_NODEV, "size=1m,mode=0755")
    seen: dict[str, str] = {}
    for handle, (_, name) in zip(handles, folders, strict=True):
        seen[name] = os.path.join(place, name)
        os.makedirs(seen[name], 0o755)
        system.mount(f"/proc/self/fd/{handle}", seen[name], None, system.MS_BIND | system.MS_REC)
        os.close(handle)
    return seen


def make_venv(seen: dict[str, str], python: str, version: str) -> None:
    """A virtual environment at a neutral path around the bound folders "env" and "python"."""
    place = os.path.dirname(seen["env"])
    executable = python if os.path.isabs(python) else os.path.join(seen["python"], python)
    venv = os.path.join(place, "venv")
    os.makedirs(os.path.join(venv, "bin"))
    for name in ("python", "python3"):
        os.symlink(executable, os.path.join(venv, "bin", name))
    for name in ("lib", "share"):
        os.symlink(os.path.join(seen["env"], name), os.path.join(venv, name))
    with open(os.path.join(venv, "pyvenv.cfg"), "w") as file:
        file.write(f"home = {os.path.dirname(executable)}\ninclude-system-site-packages = false\nversion = {version}\n")
    seen["venv"] = venv
    seen["library"] = os.path.join(place, "lib")


def main(arguments: list[str]) -> None:
    """Never returns; exits 97 with one line on stderr where something is refused."""
    uid, gid = int(arguments[0]), int(arguments[1])
    wanted: dict[str, Any] = json.loads(arguments[2])
    try:
        seen = bind(wanted["folders"])
        if wanted.get("venv"):
            make_venv(seen, wanted["python"], wanted["version"])
            # The interpreter's own shared library, if it has one, and not the system's of another version.
            os.environ["LD_LIBRARY_PATH"] = os.path.join(seen["python"], "lib")
    except OSError as error:
        if not wanted.get("plain"):
            sys.stderr.write(f"launch: {error}\n")
            sys.exit(REFUSED)
        # A container's root may not mount; the paths themselves have to do.
        seen = dict(wanted["plain"])
    try:
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
    except OSError as error:
        sys.stderr.write(f"launch: {error}\n")
        sys.exit(REFUSED)
    command = [part.format(**seen) if part.startswith("{") else part for part in arguments[3:]]
    for path in (command[0], *seen.values()):
        if not os.access(path, os.R_OK | os.X_OK):
            sys.stderr.write(
                f"launch: the user {uid} cannot read {path}. Let others enter the folders above it (chmod o+x), or keep Python and the environments (KISALLI_ENVIRONMENTS) elsewhere.\n"
            )
            sys.exit(REFUSED)
    # The death signal is cleared by the change of user, so it is set after it.
    system.prctl(system.PR_SET_PDEATHSIG, 9)
    os.chdir("/")
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
