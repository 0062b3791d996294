"""Attacks on what lies outside: the network, files, other processes, the kernel."""

from __future__ import annotations

from tests.integration.grading.attacks.model import OUT, Attack, escape


def call(
    name: str, tries: str, numbers: tuple[int, int], *arguments: str, quick: bool = False, before: str = ""
) -> Attack:
    """A system call that must be refused; `numbers` are those of x86_64 and aarch64."""
    code = (
        f"{before}\nimport ctypes, platform\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        f"number = {numbers[0]} if platform.machine() == 'x86_64' else {numbers[1]}\n"
        f"result = libc.syscall(number, {', '.join(arguments) or '0'})\n"
        f"print({OUT!r} if result >= 0 else 'refused ' + os.strerror(ctypes.get_errno()))"
    )
    return escape(name, tries, code.strip(), quick=quick)


CONNECT = (
    "import socket\ns = socket.socket(socket.{family}, socket.SOCK_STREAM)\ns.settimeout(3)\ns.connect({address})\n"
    f"print({OUT!r})"
)
ENVIRONMENTS = f"""
found = ''
for pid in [1, os.getppid(), *range(2, 50)]:
    try:
        if pid != os.getpid():
            found += open(f'/proc/{{pid}}/environ').read()
    except OSError:
        pass
print({OUT!r} if found else 'no')
"""

ATTACKS: list[Attack] = [
    escape(
        "loopback",
        "connect to a service on the host's loopback",
        CONNECT.format(family="AF_INET", address="('127.0.0.1', {port})"),
        quick=True,
    ),
    escape("loopback6", "the same over IPv6", CONNECT.format(family="AF_INET6", address="('::1', {port})")),
    escape("internet", "connect to the internet", CONNECT.format(family="AF_INET", address="('1.1.1.1', 53)")),
    escape(
        "udp",
        "send a datagram to a service on the host",
        "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.settimeout(2)\n"
        f"s.sendto(b'hello', ('127.0.0.1', {{udp}}))\nprint({OUT!r} if s.recv(10) == b'seen' else 'nothing')",
    ),
    escape(
        "abstract",
        "connect to an abstract socket",
        CONNECT.format(family="AF_UNIX", address="'\\\\0{abstract}'"),
        quick=True,
    ),
    escape("unix_path", "connect to a socket file of the host", CONNECT.format(family="AF_UNIX", address="'{unix}'")),
    escape("dns", "resolve a name", f"import socket\nsocket.getaddrinfo('example.org', 80)\nprint({OUT!r})"),
    escape(
        "raw_socket",
        "open a raw socket",
        f"import socket\nsocket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)\nprint({OUT!r})",
    ),
    escape(
        "packet",
        "open a packet socket",
        f"import socket\nsocket.socket(socket.AF_PACKET, socket.SOCK_RAW)\nprint({OUT!r})",
    ),
    escape(
        "netlink",
        "open a netlink socket",
        f"import socket\nsocket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)\nprint({OUT!r})",
    ),
    escape(
        "vsock",
        "reach the virtual machine's host",
        f"import socket\nsocket.socket(40, socket.SOCK_STREAM)\nprint({OUT!r})",
    ),
    escape("secret_file", "read a file of the host", f"text = open('{{secret}}').read()\nprint({OUT!r})", quick=True),
    escape("shadow", "read the host's passwords", f"open('/etc/shadow').read()\nprint({OUT!r})"),
    escape(
        "users",
        "read the names of the host's users",
        f"print({OUT!r} if '{{user}}:' in open('/etc/passwd').read() else 'no')",
        reduced="open: the host's user names can be read",
    ),
    escape(
        "engine",
        "read the application's code",
        f"import glob\nprint({OUT!r} if glob.glob('{{root}}/app/*.py') or glob.glob('{{root}}/*') else 'no')",
    ),
    escape(
        "import_app",
        "import the application",
        f"import importlib.util as u\nprint({OUT!r} if any(u.find_spec(n) for n in ('nbgrader', 'alembic', 'app.factory')) else 'no')",
    ),
    escape("homes", "list home folders", f"names = os.listdir('/root')\nprint({OUT!r})"),
    escape(
        "other_runs",
        "look for other submissions",
        f"import glob\nprint({OUT!r} if glob.glob('/tmp/kisalli-runs*/*/*') else 'no')",
    ),
    escape(
        "environment",
        "read secrets from the environment",
        f"print({OUT!r} if any('{{secret_value}}' in v for v in os.environ.values()) else 'no')",
        quick=True,
    ),
    escape("init_environment", "read the environment of the processes above", ENVIRONMENTS),
    escape(
        "processes",
        "see processes of the host",
        f"print({OUT!r} if os.path.exists('/proc/{{host_pid}}/status') and '{{comm}}' in open('/proc/{{host_pid}}/comm').read() else 'no')",
        quick=True,
    ),
    escape("kill_host", "signal a process of the host", f"os.kill({{host_pid}}, 0)\nprint({OUT!r})"),
    escape(
        "init_memory",
        "write into the memory of the process above",
        f"f = open(f'/proc/{{os.getppid()}}/mem', 'r+b', buffering=0)\nprint({OUT!r})",
        quick=True,
    ),
    escape(
        "core_pattern",
        "have the kernel run a program",
        f"open('/proc/sys/kernel/core_pattern', 'w').write('|/bin/true')\nprint({OUT!r})",
    ),
    escape(
        "sysctl", "change a setting of the kernel", f"open('/proc/sys/kernel/hostname', 'w').write('x')\nprint({OUT!r})"
    ),
    escape("write_usr", "write below /usr", f"open('/usr/bin/x', 'w')\nprint({OUT!r})"),
    escape("write_root", "write into the root folder", f"open('/x', 'w')\nprint({OUT!r})"),
    escape(
        "write_python",
        "change the interpreter's own modules",
        f"import random\nopen(random.__file__, 'a').write('x')\nprint({OUT!r})",
    ),
    escape(
        "write_packages",
        "change an installed package",
        f"import IPython\nopen(IPython.__file__, 'a').write('x')\nprint({OUT!r})",
    ),
    escape("write_dev", "make files in /dev", f"open('/dev/x', 'w')\nprint({OUT!r})"),
    escape(
        "disk_device",
        "read the disk",
        f"open('/dev/vda', 'rb').read(10)\nopen('/dev/sda', 'rb').read(10)\nprint({OUT!r})",
    ),
    escape(
        "cgroups", "leave the control group", f"open('/sys/fs/cgroup/cgroup.procs', 'w').write('0')\nprint({OUT!r})"
    ),
    escape("setuid", "become root", f"os.setuid(0)\nprint({OUT!r})", quick=True),
    escape(
        "setuid_program",
        "run a program that becomes root",
        "import subprocess\nout = subprocess.run(['su', '-c', 'id -u'], input=b'', capture_output=True, timeout=5).stdout\n"
        f"print({OUT!r} if out.strip() == b'0' else 'no')",
    ),
    escape("chroot", "change the root folder", f"os.chroot('/tmp')\nprint({OUT!r})"),
    escape("mknod", "make a device", f"os.mknod('disk', 0o600 | 0o060000, os.makedev(254, 0))\nprint({OUT!r})"),
    escape(
        "unshare_program",
        "make namespaces with a program",
        f"import subprocess\nsubprocess.run(['unshare', '-Ur', 'true'], check=True)\nprint({OUT!r})",
    ),
    escape(
        "data_file",
        "change a data file given read-only",
        f"import os\nos.chmod('data.csv', 0o644)\nopen('data.csv', 'w').write('x')\nprint({OUT!r})",
        reduced="open: a run may change its own copy of the data files",
    ),
    call("unshare", "make a user namespace", (272, 97), "0x10000000", quick=True),
    call("clone_newuser", "make a user namespace by clone", (56, 220), "0x10000011", "0", "0", "0", "0"),
    call("clone3", "make a process by the newer call", (435, 435), "0", "0"),
    call("setns", "enter another namespace", (308, 268), "0", "0"),
    call("mount", "mount", (165, 40), "b'tmpfs'", "b'/tmp'", "b'tmpfs'", "0", "0"),
    call("umount", "unmount what covers the host", (166, 39), "b'/tmp'", "2"),
    call("remount", "make a read-only mount writable", (165, 40), "0", "b'/'", "0", "0x1020", "0"),
    call("open_tree", "take hold of a mount", (428, 428), "-100", "b'/'", "1"),
    call("fsopen", "open a file system", (430, 430), "b'tmpfs'", "0"),
    call("pivot_root", "change the root mount", (155, 41), "b'/tmp'", "b'/tmp'"),
    call("ptrace", "trace the process above", (101, 117), "16", "os.getppid()", "0", "0", quick=True),
    call("process_vm_readv", "read another process's memory", (310, 270), "os.getppid()", "0", "0", "0", "0", "0"),
    call("keyctl", "read the kernel's key rings", (250, 219), "0", "-3", "1"),
    call("bpf", "load a program into the kernel", (321, 280), "0", "0", "0"),
    call("io_uring", "set up io_uring", (425, 425), "8", "ctypes.create_string_buffer(200)", quick=True),
    call("perf", "open performance counters", (298, 241), "ctypes.create_string_buffer(200)", "0", "-1", "-1", "0"),
    call("userfaultfd", "handle page faults", (323, 282), "1"),
    call("memfd", "make a file that is nowhere", (319, 279), "b'x'", "0"),
    call("shmget", "make shared memory that outlives the run", (29, 194), "0", "4096", "0x3b6"),
    call("msgget", "make a message queue that outlives the run", (68, 186), "0", "0x3b6"),
    call("kexec", "load another kernel", (246, 104), "0", "0", "0", "0"),
    call("init_module", "load a kernel module", (175, 105), "b''", "0", "b''"),
    call("reboot", "reboot", (169, 142), "0xfee1dead", "672274793", "0"),
    call("handle", "open a file by its number", (304, 265), "-100", "ctypes.create_string_buffer(100)", "0"),
    call("personality", "change how the kernel treats the process", (135, 92), "0x0400000"),
    call("seccomp", "install a filter that listens", (317, 277), "1", "8", "0"),
    call("quotactl", "change quotas", (179, 60), "0x800002", "b'/dev/vda'", "0", "0"),
    call("syslog", "read the kernel's log", (103, 116), "3", "ctypes.create_string_buffer(100)", "100"),
    call("x32", "use the other interface of the kernel", (0x40000000 + 39, 10**6), "0"),
    call("newer", "use a call newer than the filter", (999, 999), "0"),
    escape(
        "tiocsti",
        "type into the terminal",
        f"import fcntl\nfcntl.ioctl(0, 0x5412, b'x')\nprint({OUT!r})",
    ),
]
