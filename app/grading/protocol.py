"""The trusted side of one run: feeds cells one at a time, keeps time, bounds output, and believes nothing it is told."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import time
from dataclasses import dataclass, field
from typing import Any

from app.grading.api import EngineFault, Limits
from app.grading.box import wire

GRACE_SECONDS = 2.0
FLOOD_FACTOR = 40
FAULT_SECONDS = 30.0


@dataclass(slots=True)
class Outcome:
    """What came of one cell: `why` is done, timeout, total, memory, flood, garbled or ended."""

    why: str
    reply: dict[str, Any] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    status: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether the run ended with this cell."""
        return self.why not in ("done", "timeout")


class Box:
    """A live run. Not safe for several threads."""

    def __init__(
        self,
        channel: socket.socket,
        control: socket.socket,
        out: int,
        err: int,
        limits: Limits,
    ) -> None:
        self.limits = limits
        self.started = time.monotonic()
        self.cpu_seconds = 0.0
        self.truncated = False
        self._channel, self._control = channel, control
        self._pipes = {out: "stdout", err: "stderr"}
        self._receiver = wire.Receiver(channel, limit=max(8 * limits.output_bytes, 2**24))
        self._said = wire.Receiver(control, limit=2**20)
        self._poll = select.poll()
        for fd in (channel.fileno(), control.fileno(), out, err):
            os.set_blocking(fd, False)
            self._poll.register(fd, select.POLLIN)
        self._bytes = 0
        self._over: Outcome | None = None
        self._closed = False

    @property
    def is_over(self) -> bool:
        """Whether the run has ended."""
        return self._over is not None

    def execute(self, number: int, code: str) -> Outcome:
        """Run one cell; `number` marks its messages. Raises EngineFault where the box itself fails."""
        return self._ask(number, {"op": "run", "cell": number, "code": code})

    def test(self, number: int, codes: list[tuple[str, str, str]], own: list[str]) -> Outcome:
        """Run compiled tests (and canaries) one after the other, as one cell. Raises EngineFault.

        `own` are names of Python's own functions that trainees are meant to define anew.
        """
        return self._ask(number, {"op": "test", "cell": number, "codes": codes, "own": own})

    def _ask(self, number: int, order: dict[str, Any]) -> Outcome:
        if self._over is not None:
            return Outcome(self._over.why, status=self._over.status)
        outcome = Outcome("done")
        end = self.started + self.limits.total_seconds
        cell_end = time.monotonic() + self.limits.cell_seconds
        self._send(self._channel, order)
        interrupted = False
        while True:
            now = time.monotonic()
            deadline = cell_end if interrupted else min(end, cell_end)
            if now >= deadline:
                if interrupted:
                    return self._finish(outcome, "total" if now >= end else "timeout", over=True)
                interrupted, cell_end = True, now + GRACE_SECONDS
                self._send(self._control, {"op": "interrupt"})
                continue
            done = self._step(deadline - now, number, outcome)
            if done:
                if interrupted and outcome.why == "done":
                    late = time.monotonic() >= end
                    return self._finish(outcome, "total" if late else "timeout", over=late)
                return outcome

    def _finish(self, outcome: Outcome, why: str, *, over: bool, status: int | None = None) -> Outcome:
        outcome.why, outcome.status = why, status
        if over:
            self._over = outcome
        return outcome

    def _send(self, sock: socket.socket, message: dict[str, Any]) -> None:
        # A box that has just died shows in the next step, with its reason.
        sock.setblocking(True)
        sock.settimeout(GRACE_SECONDS)
        with contextlib.suppress(OSError):
            wire.send(sock, message)
        sock.setblocking(False)

    def _step(self, seconds: float, number: int, outcome: Outcome) -> bool:
        """Wait for something and take it in; True when the cell is over, one way or another."""
        ready = {fd for fd, _ in self._poll.poll(max(1, int(seconds * 1000)))}
        for fd in list(self._pipes):
            if fd in ready:
                self._drain(fd, outcome)
        if self._control.fileno() in ready and self._hear(outcome):
            return True
        if self._channel.fileno() in ready:
            return self._take(number, outcome)
        return False

    def _drain(self, fd: int, outcome: Outcome) -> None:
        """Take in what was written to the descriptors 1 and 2 themselves (by subprocesses, say)."""
        parts: list[bytes] = []
        while True:
            try:
                part = os.read(fd, 65536)
            except BlockingIOError:
                break
            if not part:
                self._forget(fd)
                break
            if self._count(len(part), outcome):
                parts.append(part)
            if len(parts) > 64:
                break
        text = b"".join(parts).decode("utf-8", "replace")
        if text:
            name = self._pipes.get(fd, "stdout")
            outcome.messages.append({"type": "stream", "content": {"name": name, "text": text}})

    def _forget(self, fd: int) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self._poll.unregister(fd)
        if fd in self._pipes:
            del self._pipes[fd]
            os.close(fd)

    def _count(self, size: int, outcome: Outcome) -> bool:
        """Note output; False when there is too much of it to keep."""
        self._bytes += size
        if self._bytes > FLOOD_FACTOR * self.limits.output_bytes + 2**24:
            self._finish(outcome, "flood", over=True)
        if self._bytes > self.limits.output_bytes:
            self.truncated = True
            return False
        return True

    def _take(self, number: int, outcome: Outcome) -> bool:
        """Take messages of the kernel; True when the cell is over."""
        while True:
            try:
                packet = self._channel.recv(wire.PIECE + 64)
                whole, message = self._receiver.feed(packet)
            except BlockingIOError:
                return self._over is not None
            except (wire.TooLong, MemoryError):
                self._finish(outcome, "flood", over=True)
                return True
            except OSError:
                return self._lost(outcome)
            except (ValueError, RecursionError):
                self._finish(outcome, "garbled", over=True)
                return True
            if not whole:
                continue
            if message is None:
                return self._lost(outcome)
            kind = message.get("t")
            if kind == "done" and message.get("cell") == number and isinstance(message.get("reply"), dict):
                for fd in list(self._pipes):
                    self._drain(fd, outcome)
                outcome.reply = message["reply"]
                return True
            if kind == "msg" and self._count(len(packet), outcome) and message.get("cell") == number:
                content = message.get("content")
                if isinstance(content, dict) and isinstance(message.get("type"), str):
                    outcome.messages.append({"type": message["type"], "content": content})
            if self._over is not None:
                return True

    def _hear(self, outcome: Outcome) -> bool:
        """Take what the init of the run says; True when the run is over."""
        while True:
            try:
                whole, message = self._said.feed(self._control.recv(wire.PIECE + 64))
            except BlockingIOError:
                return False
            except (ValueError, OSError):
                return self._lost(outcome)
            if not whole:
                continue
            if message is None:
                return self._lost(outcome)
            kind = message.get("t")
            if kind == "fault":
                raise EngineFault(f"The sandbox could not be set up for a run: {message.get('error')}")
            if kind == "usage":
                self.cpu_seconds = float(message["cpu"])
            if kind in ("memory", "disk"):
                self._finish(outcome, str(kind), over=True)
            if kind == "ended":
                self.cpu_seconds = float(message["cpu"])
                if self._over is None:
                    self._last_words(outcome)
                    self._finish(outcome, "ended", over=True, status=int(message["status"]))
                return True

    def _last_words(self, outcome: Outcome) -> None:
        """Keep what a dead kernel still had to say."""
        while True:
            try:
                whole, message = self._receiver.feed(self._channel.recv(wire.PIECE + 64))
            except (OSError, ValueError, wire.TooLong):
                break
            if whole and message is None:
                break
            if whole and message and message.get("t") == "msg" and isinstance(message.get("content"), dict):
                outcome.messages.append({"type": str(message.get("type")), "content": message["content"]})
        for fd in list(self._pipes):
            self._drain(fd, outcome)

    def _lost(self, outcome: Outcome) -> bool:
        """The kernel's channel closed: its init says within a moment why."""
        with contextlib.suppress(KeyError, ValueError):
            self._poll.unregister(self._channel.fileno())
        if self._over is not None:
            return True
        deadline = time.monotonic() + FAULT_SECONDS
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        while time.monotonic() < deadline:
            if not poll.poll(200):
                continue
            try:
                whole, message = self._said.feed(self._control.recv(wire.PIECE + 64))
            except (OSError, ValueError):
                break
            if whole and message is None:
                break
            if message and message.get("t") == "fault":
                raise EngineFault(f"The sandbox could not be set up for a run: {message.get('error')}")
            if message and message.get("t") in ("memory", "disk"):
                self._finish(outcome, str(message["t"]), over=True)
            if message and message.get("t") == "ended":
                self.cpu_seconds = float(message["cpu"])
                if self._over is None:
                    self._finish(outcome, "ended", over=True, status=int(message["status"]))
                return True
        self._finish(outcome, "ended", over=True)
        return True

    def usage(self) -> float:
        """CPU seconds of all processes of the run so far."""
        if self._over is None or self._over.why not in ("ended",):
            outcome = Outcome("done")
            before = self.cpu_seconds
            self.cpu_seconds = -1.0
            self._send(self._control, {"op": "usage"})
            deadline = time.monotonic() + GRACE_SECONDS
            poll = select.poll()
            poll.register(self._control, select.POLLIN)
            while self.cpu_seconds < 0 and time.monotonic() < deadline:
                if poll.poll(100) and self._hear(outcome):
                    break
            if self.cpu_seconds < 0:
                self.cpu_seconds = before
        return self.cpu_seconds

    def close(self) -> None:
        """End the run: its init sees the socket close and takes every process of the run with it."""
        if self._closed:
            return
        self._closed = True
        for sock in (self._channel, self._control):
            sock.close()
        for fd in list(self._pipes):
            os.close(fd)
        self._pipes = {}
