"""Whole messages over a SOCK_SEQPACKET socket: long ones go in pieces, and pieces of several senders may mix."""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
from typing import Any

HEAD = struct.Struct("<IIIB")
PIECE = 48 * 1024
_lock = threading.RLock()
_serial = 0


class TooLong(Exception):
    """A message is longer than the receiver takes."""


def send(sock: socket.socket, message: dict[str, Any]) -> None:
    """Send one message. Safe from several threads and from forked processes: each piece says whose it is."""
    global _serial
    data = json.dumps(message, separators=(",", ":")).encode()
    with _lock:
        _serial = (_serial + 1) & 0xFFFFFFFF
        head = (os.getpid() & 0xFFFFFFFF, threading.get_ident() & 0xFFFFFFFF, _serial)
        for start in range(0, max(len(data), 1), PIECE):
            piece = data[start : start + PIECE]
            sock.sendall(HEAD.pack(*head, start + PIECE >= len(data)) + piece)


class Receiver:
    """Puts the pieces of messages together; holds at most `limit` bytes of unfinished ones."""

    def __init__(self, sock: socket.socket, limit: int = 64 * 2**20) -> None:
        self.sock = sock
        self.limit = limit
        self.held = 0
        self._parts: dict[tuple[int, int, int], list[bytes]] = {}

    def receive(self) -> dict[str, Any] | None:
        """The next message, or None at the end. Raises TooLong, ValueError for what is no message, OSError."""
        while True:
            whole, message = self.feed(self.sock.recv(PIECE + 64))
            if whole:
                return message

    def feed(self, packet: bytes) -> tuple[bool, dict[str, Any] | None]:
        """Take one packet: (True, message) when a message is whole, (True, None) at the end of the stream."""
        if not packet:
            return True, None
        if len(packet) < HEAD.size:
            raise ValueError("a packet without a head")
        *key, last = HEAD.unpack_from(packet)
        parts = self._parts.setdefault((key[0], key[1], key[2]), [])
        parts.append(packet[HEAD.size :])
        self.held += len(packet)
        if self.held > self.limit or len(self._parts) > 1024:
            raise TooLong
        if not last:
            return False, None
        del self._parts[key[0], key[1], key[2]]
        self.held -= sum(map(len, parts)) + HEAD.size * len(parts)
        message = json.loads(b"".join(parts))
        if not isinstance(message, dict):
            raise ValueError("a message that is no object")
        return True, message
