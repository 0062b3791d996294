"""The outer side of a zygote: start it, order runs from it, and end it."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import IO

from app.grading.api import EngineFault, Limits
from app.grading.box import wire
from app.grading.environment import Environment
from app.grading.protocol import Box
from app.grading.sandbox import Command, WeakerCommand

START_SECONDS = 120


class Zygote:
    """One warm sandboxed interpreter of an environment. Raises EngineFault where it does not start."""

    def __init__(self, environment: Environment, spawner: ThreadPoolExecutor, mode: str = "full") -> None:
        self.environment = environment
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        program = [str(theirs.fileno()), ",".join(environment.preload), json.dumps(environment.warm)]
        self.mode = mode
        self._command: Command | WeakerCommand = (
            Command(environment, program) if mode == "full" else WeakerCommand(environment, program, mode)
        )
        command = self._command
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the zygote
        try:
            # bubblewrap dies with the thread that starts it, so that thread must live as long as the grader.
            self._process = spawner.submit(
                subprocess.Popen,
                command.argv(),
                stdin=subprocess.DEVNULL,
                stdout=self._errors,
                stderr=self._errors,
                env=command.variables,
                pass_fds=[theirs.fileno(), *command.fds],
            ).result()
        finally:
            command.close()
            theirs.close()
        self._control.settimeout(START_SECONDS)
        try:
            ready = wire.Receiver(self._control).receive()
        except (OSError, ValueError):
            ready = None
        self._control.settimeout(None)
        if ready is None or ready.get("t") != "ready":
            self.close()
            raise EngineFault(f"The sandbox of the environment “{environment.name}” does not start: {self.words()}")
        if ready["threads"] != 1:
            self.close()
            raise EngineFault(
                f"A package that the environment “{environment.name}” imports beforehand starts threads, which a fork "
                "loses. Take it off the “preload” line."
            )
        self.missing: list[str] = list(ready["missing"])

    @property
    def pid(self) -> int:
        """The process id of the sandbox, for those who measure it."""
        return self._process.pid

    def words(self) -> str:
        """The last lines that the sandbox wrote about itself."""
        self._errors.seek(0)
        lines = self._errors.read()[-4000:].decode(errors="replace").strip().splitlines()
        return "\n".join(lines[-5:]) or f"it ended with status {self._process.poll()} and said nothing."

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def fork(self, limits: Limits, files: Mapping[str, bytes], kernel: str = "") -> Box:
        """A fresh run with its own walls, on IPython or the Jupyter kernel of that name. Raises EngineFault."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        control, their_control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        out, their_out = os.pipe()
        err, their_err = os.pipe()
        handed = [theirs.fileno(), their_control.fileno(), their_out, their_err]
        box = Box(ours, control, out, err, limits)
        try:
            with self._lock:
                head = wire.HEAD.pack(0, 0, 0, True)
                order = json.dumps(
                    {"limits": asdict(limits), "sockets": self.environment.needs_loopback, "kernel": kernel}
                ).encode()
                socket.send_fds(self._control, [head + order], handed)
            # More than the socket holds: wait while the other side takes it, but not for ever.
            control.settimeout(START_SECONDS)
            wire.send(
                control,
                {"files": {name: base64.b64encode(data).decode() for name, data in files.items()}},
            )
            control.setblocking(False)
        except OSError as error:
            box.close()
            raise EngineFault(f"The sandbox is gone: {error}; {self.words()}") from error
        finally:
            theirs.close()
            their_control.close()
            os.close(their_out)
            os.close(their_err)
        return box

    def close(self) -> None:
        """End it and all its runs; waits until they are gone."""
        self._control.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._command.clean()
