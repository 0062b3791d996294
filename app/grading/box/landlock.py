"""Landlock for the reduced box: which files, which TCP ports; signals and abstract sockets stay inside where the kernel can."""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct

_libc = ctypes.CDLL(None, use_errno=True)
CREATE, ADD, RESTRICT = 444, 445, 446
EXECUTE, READ_FILE, READ_DIR, WRITE_FILE, TRUNCATE = 1 << 0, 1 << 2, 1 << 3, 1 << 1, 1 << 14
READ = EXECUTE | READ_FILE | READ_DIR
BIND_TCP, CONNECT_TCP = 1, 2
SCOPE_ABSTRACT, SCOPE_SIGNAL = 1, 2


def version() -> int:
    """The version of Landlock that the kernel offers; 0 where it has none."""
    return max(0, int(_libc.syscall(CREATE, None, ctypes.c_size_t(0), 1)))


def _all_rights(abi: int) -> int:
    newest = {1: 13, 2: 14, 3: 15, 4: 15}.get(abi, 16)
    return int((1 << newest) - 1)


def restrict(readable: list[str], writable: list[str], devices: list[str], ports: list[int]) -> None:
    """Confine this process and all it will start for good. Raises OSError where the kernel refuses.

    `readable` and `writable` are folders or files, `devices` files that may be read and written, `ports` TCP ports that
    may be listened on and connected to (any address; the kernel cannot tell loopback from others).
    """
    abi = version()
    if abi < 1:
        raise OSError(38, "the kernel has no Landlock")
    rights = _all_rights(abi)
    attributes = struct.pack("<Q", rights)
    if abi >= 4:
        attributes += struct.pack("<Q", BIND_TCP | CONNECT_TCP)
    if abi >= 6:
        attributes += struct.pack("<Q", SCOPE_ABSTRACT | SCOPE_SIGNAL)
    ruleset = _call(CREATE, attributes, ctypes.c_size_t(len(attributes)), 0)
    for path in readable:
        _allow(ruleset, path, READ & rights)
    for path in writable:
        _allow(ruleset, path, rights)
    for path in devices:
        _allow(ruleset, path, (READ_FILE | WRITE_FILE | TRUNCATE) & rights)
    if abi >= 4:
        for port in ports:
            _call(ADD, ruleset, 2, struct.pack("<QQ", BIND_TCP | CONNECT_TCP, port), 0)
    if _libc.prctl(38, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs")
    _call(RESTRICT, ruleset, 0)
    os.close(ruleset)


def _call(number: int, *arguments: object) -> int:
    result = int(_libc.syscall(number, *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock: {os.strerror(code)}")
    return result


def _allow(ruleset: int, path: str, rights: int) -> None:
    with contextlib.suppress(FileNotFoundError):
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not os.path.isdir(path):
                rights &= EXECUTE | READ_FILE | WRITE_FILE | TRUNCATE
            _call(ADD, ruleset, 1, struct.pack("<Qi", rights, fd), 0)
        finally:
            os.close(fd)
