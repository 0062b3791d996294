"""A seccomp filter for notebooks, written as BPF by hand: tables for x86_64 and aarch64, no library needed."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
KILL, ERRNO, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
# The newest call known when this table was made (Linux 6.12); newer ones answer ENOSYS, so that programs fall back.
NEWEST = 466

# name: (x86_64, aarch64); None where the architecture has no such call.
DENIED: dict[str, tuple[int | None, int | None]] = {
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "userfaultfd": (323, 282),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264),
    "move_pages": (279, 239),
    "migrate_pages": (256, 238),
    "mbind": (237, 235),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "mount_setattr": (442, 442),
    "fanotify_init": (300, 262),
    "syslog": (103, 116),
    "seccomp": (317, 277),
    "vmsplice": (278, 75),
    "nfsservctl": (180, 42),
    "lookup_dcookie": (212, 18),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
    "uselib": (134, None),
    "ustat": (136, None),
    "sysfs": (139, None),
    "_sysctl": (156, None),
    "create_module": (174, None),
    "get_kernel_syms": (177, None),
    "query_module": (178, None),
    "vhangup": (153, 58),
    "lsm_set_self_attr": (460, 460),
}
SHAPED: dict[str, tuple[int, int]] = {
    "clone": (56, 220),
    "clone3": (435, 435),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "ioctl": (16, 29),
    "personality": (135, 92),
    "prctl": (157, 167),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "kill": (62, 129),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
}
NAMESPACES = 0x7E020080  # every CLONE_NEW* flag
FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6
TERMINAL = (0x5412, 0x541C, 0x5403 + 0x10000000)  # TIOCSTI, TIOCLINUX
PR_SET_SECCOMP, PR_SET_PTRACER, PR_SET_MM = 22, 0x59616D61, 35


class _Code:
    """BPF instructions with forward jumps by count."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, int, int, int]] = []

    def load(self, offset: int) -> None:
        self.lines.append((0x20, 0, 0, offset))

    def give(self, value: int) -> None:
        self.lines.append((0x06, 0, 0, value))

    def equal(self, value: int, result: int) -> None:
        """Return `result` if the accumulator is `value`."""
        self.lines.append((0x15, 0, 1, value))
        self.give(result)

    def bytes(self) -> bytes:
        return b"".join(struct.pack("<HBBI", *line) for line in self.lines)


def program(machine: str, *, network: str = "own", signals: bool = True, pid: int = 0) -> bytes:
    """The filter for a machine ("x86_64", "aarch64") as struct sock_filter[]. Raises KeyError for others.

    `network` is own (a network namespace of its own bounds it), routes (own, and its interfaces may be listed, as
    ZeroMQ must), ports (TCP only, Landlock bounds the ports) or none.
    With `signals` unset only the process `pid` and its group may be signalled.
    """
    column = {"x86_64": 0, "aarch64": 1}[machine]
    code = _Code()
    refuse = ERRNO | errno.EPERM
    absent = ERRNO | errno.ENOSYS
    code.load(4)
    code.lines.append((0x15, 1, 0, AUDIT_ARCH[machine]))
    code.give(KILL)
    code.load(0)
    code.lines.append((0x25, 0, 1, NEWEST))  # newer calls, and x86's x32 calls, which all lie above
    code.give(absent)
    for numbers in DENIED.values():
        number = numbers[column]
        if number is not None:
            code.equal(number, refuse)
    code.equal(SHAPED["clone3"][column], absent)

    def shaped(name: str, body: _Code) -> None:
        code.lines.append((0x15, 0, len(body.lines), SHAPED[name][column]))
        code.lines.extend(body.lines)

    clone = _Code()
    clone.load(16)
    clone.lines.append((0x45, 0, 1, NAMESPACES))
    clone.give(refuse)
    clone.give(ALLOW)
    shaped("clone", clone)
    shaped("socket", _sockets(network))
    pair = _Code()
    pair.load(16)
    pair.lines.append((0x15, 1, 0, 1))  # AF_UNIX
    pair.give(ERRNO | errno.EAFNOSUPPORT)
    if network in ("ports", "none"):
        # A datagram socket could be turned on any socket file of the host.
        pair.load(24)
        pair.lines.append((0x54, 0, 0, 0xF))
        pair.equal(2, refuse)
    pair.give(ALLOW)
    shaped("socketpair", pair)
    if network == "none":
        for name in ("connect", "bind", "listen"):
            code.equal(SHAPED[name][column], refuse)
    if not signals:
        for name in ("kill", "tkill", "tgkill", "rt_sigqueueinfo"):
            body = _Code()
            body.load(16)
            body.equal(0, ALLOW)
            body.equal(pid, ALLOW)
            body.give(refuse)
            shaped(name, body)
        for name in ("pidfd_open", "pidfd_send_signal"):
            code.equal(SHAPED[name][column], refuse)
    ioctl = _Code()
    ioctl.load(24)
    for request in TERMINAL:
        ioctl.equal(request, refuse)
    ioctl.give(ALLOW)
    shaped("ioctl", ioctl)
    personality = _Code()
    personality.load(16)
    for allowed in (0, 0xFFFFFFFF):
        personality.equal(allowed, ALLOW)
    personality.give(refuse)
    shaped("personality", personality)
    prctl = _Code()
    prctl.load(16)
    for option in (PR_SET_SECCOMP, PR_SET_PTRACER, PR_SET_MM):
        prctl.equal(option, refuse)
    prctl.give(ALLOW)
    shaped("prctl", prctl)
    code.give(ALLOW)
    return code.bytes()


def _sockets(network: str) -> _Code:
    body = _Code()
    body.load(16)
    if network in ("own", "routes"):
        for family in FAMILIES:
            body.equal(family, ALLOW)
        if network == "routes":
            body.lines.append((0x15, 0, 3, 16))  # AF_NETLINK, and of it NETLINK_ROUTE alone
            body.load(32)
            body.equal(0, ALLOW)
    elif network == "ports":
        body.lines.append((0x15, 2, 0, 2))
        body.lines.append((0x15, 1, 0, 10))
        body.give(ERRNO | errno.EAFNOSUPPORT)
        body.load(24)
        body.lines.append((0x54, 0, 0, 0xF))
        body.equal(1, ALLOW)
    body.give(ERRNO | errno.EAFNOSUPPORT)
    return body


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def install(*, network: str = "own", signals: bool = True) -> None:
    """Put this process and all it will start under the filter. Raises OSError where the kernel refuses."""
    libc = ctypes.CDLL(None, use_errno=True)
    code = program(platform.machine(), network=network, signals=signals, pid=os.getpid())
    buffer = ctypes.create_string_buffer(code, len(code))
    what = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(PR_SET_SECCOMP, 2, ctypes.byref(what), 0, 0):
        code_number = ctypes.get_errno()
        raise OSError(
            code_number,
            "the seccomp filter was refused: " + str(OSError(code_number).strerror),
        )
