"""An IPython kernel that speaks over one socket instead of ZeroMQ: what runs the cells, in the trainee's process."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import random
import signal
import socket
import sys
import threading
from types import SimpleNamespace
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.jsonutil import json_clean
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from tornado.ioloop import IOLoop
from traitlets.config import Config

from app.grading.box import wire
from app.grading.box.guard import make_guard

FLUSH_AT = 32 * 1024


class Link:
    """The way out for messages; the cell in hand is named so that late output finds its own cell."""

    def __init__(self) -> None:
        self.sock: socket.socket | None = None
        self.cell = 0
        self.threads: dict[int, int] = {}

    def send(self, kind: str, content: dict[str, Any]) -> None:
        """Send one message of the kernel's for the cell that the calling thread belongs to."""
        if self.sock is not None:
            cell = self.threads.get(threading.get_ident(), self.cell)
            wire.send(self.sock, {"t": "msg", "type": kind, "cell": cell, "content": content})

    def settle(self) -> None:
        """Remember of every thread left over from the cell that it belongs to that cell."""
        alive = {thread.ident for thread in threading.enumerate() if thread is not threading.main_thread()}
        self.threads = {ident: self.threads.get(ident, self.cell) for ident in alive if ident is not None}


class BoxSession(Session):
    """A Jupyter session whose messages go over the link."""

    link: Any = None

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, *_: Any, **__: Any) -> Any:
        if isinstance(msg_or_type, dict):
            kind, content = msg_or_type["header"]["msg_type"], msg_or_type["content"]
        else:
            kind = msg_or_type
        for stream_out in (sys.stdout, sys.stderr):
            if isinstance(stream_out, BoxStream):
                stream_out.flush()
        if self.link is not None:
            self.link.send(kind, json_clean(content or {}))
        return {}


class BoxStream(io.TextIOBase):
    """sys.stdout and sys.stderr of the cells, buffered until a cell ends, something else is shown, or it is much."""

    encoding = "UTF-8"
    errors = "strict"

    def __init__(self, link: Link, name: str, fd: int) -> None:
        self.link = link
        self.name = name
        self.fd = fd
        self.parts: list[str] = []
        self.size = 0
        self.other: BoxStream | None = None
        self.lock = threading.RLock()

    def fileno(self) -> int:
        """The real file descriptor, which the monitor reads too."""
        return self.fd

    def isatty(self) -> bool:
        """Never a terminal."""
        return False

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, text: str) -> int:
        """Keep the text; only text is taken, as of ipykernel's streams."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if self.other is not None and self.other.parts:
            self.other.flush()
        with self.lock:
            self.parts.append(text)
            self.size += len(text)
        if self.size >= FLUSH_AT or threading.current_thread() is not threading.main_thread():
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what was kept."""
        with self.lock:
            text, self.parts, self.size = "".join(self.parts), [], 0
        if text:
            self.link.send(
                "stream",
                {"name": self.name, "text": text.encode("utf-8", "replace").decode()},
            )


class BoxShell(ZMQInteractiveShell):
    """ipykernel's shell; the only graphical loop is none."""

    def enable_gui(self, gui: Any = None) -> None:
        """Take note of the name; figures are shown inline."""
        self.active_eventloop = gui


# Notebooks ask for the shell's class by its name to find out where they run.
BoxShell.__name__ = BoxShell.__qualname__ = "ZMQInteractiveShell"


def build() -> tuple[Any, Link]:
    """A kernel that is ready but runs nothing yet; starts no thread, so that the process may fork after it."""
    link = Link()
    config = Config()
    # The history would start a thread and keep a file.
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    session = BoxSession(key=b"", username="trainee")
    session.link = link
    kernel_class: Any = IPythonKernel
    kernel_class.shell_channel_thread = SimpleNamespace(parent_thread=threading.main_thread())
    kernel: Any = IPythonKernel.instance(
        config=config,
        session=session,
        iopub_socket=object(),
        shell_class=BoxShell,
        log=logging.getLogger("kernel"),
    )
    kernel.shell.exit_now = False
    stdout, stderr = BoxStream(link, "stdout", 1), BoxStream(link, "stderr", 2)
    stdout.other, stderr.other = stderr, stdout
    sys.stdout, sys.stderr = stdout, stderr
    sys.displayhook = kernel.shell.displayhook
    return kernel, link


def warm(kernel: Any, lines: list[str]) -> list[str]:
    """Go through what every notebook needs (a cell, a result, a traceback) and through the environment's own lines.

    What is loaded and cached by it serves every fork. Gives the lines that failed, with why.
    """
    failed = []
    for line in lines:
        try:
            exec(line, {"__name__": "warm"})  # noqa: S102 - written by us in environments/NAME.txt
        except Exception as error:
            failed.append(f"{line}: {error}")
    shell = kernel.shell
    before = (sys.stdout, sys.stderr)
    for code in ("1 + 1", "import math\ndef f(x):\n    assert x == 1, 'no'\nf(2)", "%matplotlib inline", "await None"):
        if code.startswith("%") and "matplotlib" not in sys.modules:
            continue
        shell.run_cell(code, store_history=False, silent=False)
    sys.stdout, sys.stderr = before
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        if hasattr(sys, name):
            delattr(sys, name)
    shell.reset(new_session=True)
    shell.execution_count = 1
    return failed


def reseed() -> None:
    """New random state: forks must not share what they draw."""
    random.seed()
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()


def serve(kernel: Any, link: Link, sock: socket.socket) -> None:
    """Run the cells that come over the socket, one at a time, until it closes."""
    link.sock = sock
    receiver = wire.Receiver(sock)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    loop.run_until_complete(_serve(kernel, link, sock, receiver))


def _settle(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


async def _serve(kernel: Any, link: Link, sock: socket.socket, receiver: wire.Receiver) -> None:
    loop = asyncio.get_running_loop()
    kernel.io_loop = IOLoop.current()
    sock.setblocking(True)
    guard = make_guard(kernel.shell)
    while True:
        ready: asyncio.Future[None] = loop.create_future()
        loop.add_reader(sock.fileno(), _settle, ready)
        await ready
        loop.remove_reader(sock.fileno())
        message = receiver.receive()
        if message is None:
            return
        link.cell = int(message["cell"])
        if message["op"] == "test":
            reply = await guard(message)
        else:
            reply = await _run(kernel, message)
        if os.getpid() != _pid:
            # A cell forked and its child fell out of the cell; only the kernel itself may go on.
            os._exit(0)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, BoxStream):
                stream.flush()
        link.settle()
        wire.send(sock, {"t": "done", "cell": link.cell, "reply": reply})
        if message["op"] == "test":
            # Figures that tests drew are closed here, so that they do not turn up in the trainee's next cell.
            kernel.shell.events.trigger("post_execute")


async def _run(kernel: Any, message: dict[str, Any]) -> dict[str, Any]:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        reply = await kernel.do_execute(
            message["code"],
            silent=False,
            store_history=True,
            allow_stdin=False,
            cell_id=message.get("cell_id"),
        )
        kept = ("status", "ename", "evalue", "traceback", "execution_count")
        return {key: json_clean(reply[key]) for key in kept if key in reply}
    except BaseException as error:
        return {
            "status": "error",
            "ename": type(error).__name__,
            "evalue": str(error),
            "traceback": [],
        }
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


_pid = 0


def claim() -> None:
    """Note that this process serves."""
    global _pid
    _pid = os.getpid()
