"""Start a command as an ordinary user who sees certain folders at neutral paths: run by root, as a script of its own.

A folder such as /root (mode 0700) hides an interpreter from the user that the sandbox runs as. So root makes a private
mount namespace, binds the folders below one that everybody may enter, becomes that user and only then starts bubblewrap.
Arguments: uid, gid, a JSON list of [source folder, name], then the command, in which {name} stands for the folder.
"""

from __future__ import annotations

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
from app.grading.box import system

PLACES = ("/mnt", "/media", "/srv", "/opt", "/var/tmp")


def main(arguments: list[str]) -> None:
    """Never returns; exits 97 with one line on stderr where something is refused."""
    uid, gid = int(arguments[0]), int(arguments[1])
    folders: list[tuple[str, str]] = [(source, name) for source, name in json.loads(arguments[2])]
    try:
        place = next(path for path in PLACES if os.path.isdir(path))
        system.unshare(system.CLONE_NEWNS)
        system.mount(None, "/", None, system.MS_REC | system.MS_PRIVATE)
        handles = [os.open(source, os.O_PATH | os.O_DIRECTORY) for source, _ in folders]
        system.mount(
            "tmpfs",
            place,
            "tmpfs",
            system.MS_NOSUID | system.MS_NODEV,
            "size=1m,mode=0755",
        )
        seen: dict[str, str] = {}
        for handle, (_, name) in zip(handles, folders, strict=True):
            seen[name] = os.path.join(place, name)
            os.mkdir(seen[name], 0o755)
            system.mount(
                f"/proc/self/fd/{handle}",
                seen[name],
                None,
                system.MS_BIND | system.MS_REC,
            )
            os.close(handle)
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
    except OSError as error:
        sys.stderr.write(f"launch: {error}\n")
        sys.exit(97)
    command = [part.format(**seen) if part.startswith("{") else part for part in arguments[3:]]
    # The death signal is cleared by the change of user, so it is set after it.
    system.prctl(system.PR_SET_PDEATHSIG, 9)
    os.chdir("/")
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
