"""Cells of other languages: the notebook's real Jupyter kernel, started inside the box and spoken to with jupyter_client."""

from __future__ import annotations

import os
import signal
import socket
import sys
from typing import Any

from jupyter_client.manager import KernelManager

from app.grading.box import wire

START_SECONDS = 60
FORWARDED = frozenset(
    {"stream", "display_data", "update_display_data", "execute_result", "error", "clear_output"},
)


def start(name: str) -> KernelManager:
    """Start the kernel of that name from the environment's own kernels. Raises jupyter_client's NoSuchKernel."""
    os.environ["JUPYTER_PATH"] = os.path.join(sys.prefix, "share", "jupyter")
    for variable in ("JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"):
        os.environ[variable] = os.path.join(os.environ.get("TMPDIR", "/tmp"), "jupyter")
    place = os.environ["JUPYTER_RUNTIME_DIR"]
    os.makedirs(place, exist_ok=True)
    # Socket files: over TCP, ZeroMQ would ask for the network's interfaces, which the filter refuses.
    manager = KernelManager(kernel_name=name, transport="ipc", ip=os.path.join(place, "kernel"))
    argv = manager.kernel_spec.argv if manager.kernel_spec is not None else [""]
    if os.path.basename(argv[0]).startswith("python"):
        # Kernels written in Python name the interpreter they were installed with, which lies elsewhere in here.
        argv[0] = sys.executable
    manager.start_kernel(cwd=os.getcwd())
    return manager


def serve(name: str, sock: socket.socket) -> None:
    """Run the cells that come over the socket, one at a time, until it closes."""
    manager = start(name)
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=START_SECONDS)
    signal.signal(signal.SIGINT, lambda *_: manager.interrupt_kernel())
    receiver = wire.Receiver(sock)
    try:
        while (message := receiver.receive()) is not None:
            wire.send(sock, {"t": "done", "cell": message["cell"], "reply": _run(client, sock, message)})
    finally:
        manager.shutdown_kernel(now=True)


def _run(client: Any, sock: socket.socket, message: dict[str, Any]) -> dict[str, Any]:
    def forward(said: dict[str, Any]) -> None:
        if said["msg_type"] in FORWARDED:
            content = {"t": "msg", "type": said["msg_type"], "cell": message["cell"], "content": said["content"]}
            wire.send(sock, content)

    reply = client.execute_interactive(message["code"], allow_stdin=False, output_hook=forward, stop_on_error=False)
    kept = ("status", "ename", "evalue", "traceback", "execution_count")
    return {key: reply["content"][key] for key in kept if key in reply["content"]}
