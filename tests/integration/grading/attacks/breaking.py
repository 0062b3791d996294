"""Attacks on the machine: time, memory, processes, disk, output, and processes that stay."""

from __future__ import annotations

from tests.integration.grading.attacks.model import Attack, breaks

STAY = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        {code}
        while True:
            time.sleep(1)
    os._exit(0)
"""

ATTACKS: list[Attack] = [
    breaks("loop", "an endless loop", "while True:\n    pass", status=("timeout",), tight=True, quick=True),
    breaks("sleep", "a sleep without end", "import time\ntime.sleep(10**6)", status=("timeout",), tight=True),
    breaks(
        "ignore_interrupt",
        "a loop that ignores the interrupt",
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    pass",
        status=("timeout",),
        tight=True,
        quick=True,
    ),
    breaks(
        "catch_interrupt",
        "a loop that catches every exception",
        "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass",
        status=("timeout",),
        tight=True,
    ),
    breaks(
        "block_signals",
        "block every signal",
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True:\n    pass",
        status=("timeout",),
        tight=True,
    ),
    breaks("c_loop", "a loop inside C code", "sum(x for x in iter(int, 1))", status=("timeout",), tight=True),
    breaks("pow", "a number that takes ages", "9 ** 9 ** 9 % 7", tight=True),
    breaks(
        "regex", "a regular expression that takes ages", "import re\nre.match('(a+)+$', 'a' * 60 + 'b')", tight=True
    ),
    breaks(
        "loop_in_test",
        "an endless loop in the function under test",
        "",
        add="def add(a, b):\n    while True:\n        pass\n",
        tight=True,
    ),
    breaks(
        "fork_bomb",
        "processes without end",
        "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass",
        tight=True,
        quick=True,
    ),
    breaks(
        "shell_bomb",
        "the shell's fork bomb",
        "import subprocess\nsubprocess.run(['bash', '-c', ':(){ :|:& };:'])",
        tight=True,
    ),
    breaks(
        "threads",
        "threads without end",
        "import threading, time\nwhile True:\n    threading.Thread(target=time.sleep, args=(1000,)).start()",
        tight=True,
    ),
    breaks(
        "memory",
        "memory without end",
        "kept = []\nwhile True:\n    kept.append(bytearray(10**7))",
        tight=True,
        quick=True,
    ),
    breaks("memory_numpy", "a huge array", "import numpy as np\nx = np.ones(10**11)", tight=True),
    breaks("memory_text", "a huge text", "x = 'a' * 10**11", tight=True),
    breaks(
        "memory_shared",
        "shared memory that limits of a process do not count",
        "import mmap\nkept = []\nwhile True:\n    m = mmap.mmap(-1, 50 * 2**20)\n    m.write(b'x' * (50 * 2**20))\n    kept.append(m)",
        tight=True,
    ),
    breaks(
        "memory_processes",
        "memory spread over many processes",
        "import os, time\nfor _ in range(60):\n    if os.fork() == 0:\n        x = bytearray(b'x' * (150 * 2**20))\n        time.sleep(1000)\n"
        "time.sleep(1000)",
        status=("crashed", "timeout"),
        tight=True,
    ),
    breaks("recursion", "recursion without end", "def f():\n    return f()\nf()", tight=True),
    breaks(
        "c_recursion",
        "recursion that overflows the stack",
        "import sys\nsys.setrecursionlimit(10**9)\ndef f():\n    return f()\nf()",
        tight=True,
    ),
    breaks(
        "disk_tmp",
        "files without end in /tmp",
        "import tempfile\nn = 0\nwhile n < 10**5:\n    with open(f'{tempfile.gettempdir()}/f{n}', 'wb') as f:\n"
        "        f.write(b'x' * 10**7)\n    n += 1",
        tight=True,
        quick=True,
    ),
    breaks(
        "disk_one",
        "one file without end",
        "with open('big', 'wb') as f:\n    while True:\n        f.write(b'x' * 10**7)",
        tight=True,
    ),
    breaks(
        "disk_shm",
        "fill /dev/shm",
        "with open('/dev/shm/big', 'wb') as f:\n    while True:\n        f.write(b'x' * 10**7)",
        tight=True,
    ),
    breaks(
        "inodes",
        "empty files without end",
        "import os\nn = 0\nwhile True:\n    open(f'e{n}', 'w').close()\n    n += 1",
        tight=True,
    ),
    breaks(
        "sparse", "a file with a hole of a terabyte", "with open('hole', 'wb') as f:\n    f.truncate(2**40)", tight=True
    ),
    breaks(
        "descriptors",
        "open files without end",
        "kept = []\nwhile True:\n    kept.append(open('/dev/null'))",
        tight=True,
    ),
    breaks("flood", "output without end", "while True:\n    print('x' * 1000)", tight=True, quick=True),
    breaks(
        "flood_stderr", "errors without end", "import sys\nwhile True:\n    sys.stderr.write('x' * 1000)", tight=True
    ),
    breaks(
        "flood_fd",
        "output without end to the descriptor itself",
        "import os\nwhile True:\n    os.write(1, b'x' * 65536)",
        tight=True,
    ),
    breaks(
        "flood_display",
        "displays without end",
        "from IPython.display import display, HTML\nwhile True:\n    display(HTML('x' * 10000))",
        tight=True,
    ),
    breaks("huge_error", "an error message of 100 MB", "raise ValueError('x' * 10**8)", tight=True),
    breaks(
        "huge_display",
        "one display of 200 MB",
        "from IPython.display import display\ndisplay({'text/plain': 'x' * (2 * 10**8)}, raw=True)",
        tight=True,
    ),
    breaks(
        "surrogates", "text that cannot be encoded", "print('\\ud800' * 10)\nimport os\nos.write(1, b'\\xff\\xfe\\x00')"
    ),
    breaks("os_exit", "end the process", "import os\nos._exit(0)", status=("crashed",)),
    breaks("sys_exit", "raise SystemExit", "import sys\nsys.exit(3)"),
    breaks(
        "kill_self", "kill the kernel", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", status=("crashed",)
    ),
    breaks("abort", "abort", "import os\nos.abort()", status=("crashed",)),
    breaks("segfault", "read address 0", "import ctypes\nctypes.string_at(0)", status=("crashed",), quick=True),
    breaks(
        "stop_self",
        "stop the kernel",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
        status=("timeout",),
        tight=True,
    ),
    breaks(
        "kill_parent",
        "kill and stop the process above",
        "import os, signal\nfor s in (signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP, signal.SIGINT):\n    try:\n        os.kill(os.getppid(), s)\n"
        "    except OSError as error:\n        print(error)",
    ),
    breaks(
        "kill_all",
        "kill everything",
        "import os, signal\nos.kill(-1, signal.SIGKILL)",
        status=("crashed", "done"),
    ),
    breaks(
        "kill_group",
        "kill the process group",
        "import os, signal\nos.kill(0, signal.SIGKILL)",
        status=("crashed", "done"),
        quick=True,
    ),
    breaks("daemon", "a process that stays", STAY.format(code="pass"), quick=True),
    breaks(
        "daemon_deaf",
        "a process that stays and ignores signals",
        STAY.format(code="import signal; [signal.signal(s, signal.SIG_IGN) for s in (1, 2, 15)]"),
    ),
    breaks(
        "daemon_kill",
        "a process that stays and kills what it can",
        STAY.format(code="time.sleep(0.2); [os.kill(p, 9) for p in range(2, 3) if p != os.getpid()]"),
        status=("done", "crashed"),
    ),
    breaks(
        "thread_stays",
        "a thread that never ends",
        "import threading\ndef work():\n    while True:\n        pass\nthreading.Thread(target=work).start()",
    ),
    breaks(
        "popen_stays",
        "programs that stay",
        "import subprocess\nfor _ in range(20):\n    subprocess.Popen(['sleep', '100000'], start_new_session=True)",
    ),
    breaks(
        "nested_output",
        "an output nested 100,000 deep",
        "x = []\nfor _ in range(100000):\n    x = [x]\nfrom IPython.display import JSON, display\ndisplay(JSON(x))",
    ),
    breaks(
        "signals_at_end",
        "refuse to end",
        "import atexit, signal, time\natexit.register(lambda: time.sleep(10**6))\nfor s in (1, 2, 3, 15):\n    signal.signal(s, lambda *a: None)",
    ),
]
