"""Attacks on the points: change what tests mean, forge their result, read the hidden ones."""

from __future__ import annotations

from collections.abc import Callable

import nbformat
from nbformat.notebooknode import NotebookNode

from tests.integration.grading.attacks.assignment import HIDDEN_WORD
from tests.integration.grading.attacks.model import Attack, cheat

EQUAL = "class Same{base}:\n    def __eq__(self, other):\n        return True\n    __hash__ = None\n{more}"


def on_cells(change: Callable[[NotebookNode, NotebookNode], None]) -> Callable[[NotebookNode], None]:
    """An alteration that is done to each tests cell."""

    def alter(notebook: NotebookNode) -> None:
        for cell in list(notebook.cells):
            if cell.metadata.get("nbgrader", {}).get("grade_id", "").startswith("test_"):
                change(notebook, cell)

    return alter


def tag(_: NotebookNode, cell: NotebookNode) -> None:
    """Have nbclient skip it."""
    cell.metadata["tags"] = ["skip-execution"]


def points(_: NotebookNode, cell: NotebookNode) -> None:
    """Make it worth more, and its tests nothing."""
    cell.metadata.nbgrader["points"] = 1000
    cell.source = "pass"


def unlock(_: NotebookNode, cell: NotebookNode) -> None:
    """Claim that it is the trainee's to write."""
    cell.metadata.nbgrader.update(locked=False, solution=True, checksum="0" * 32)
    cell.source = "pass"


def unmark(_: NotebookNode, cell: NotebookNode) -> None:
    """Claim that it is not graded."""
    cell.metadata.nbgrader.update(grade=False, locked=False)
    cell.source = "pass"


def as_markdown(_: NotebookNode, cell: NotebookNode) -> None:
    """Turn it into text."""
    cell.cell_type = "markdown"
    cell.pop("outputs", None)
    cell.pop("execution_count", None)


def delete(notebook: NotebookNode, cell: NotebookNode) -> None:
    """Take it out."""
    notebook.cells.remove(cell)


def repeat(notebook: NotebookNode, cell: NotebookNode) -> None:
    """Add a copy that tests nothing."""
    copy = nbformat.from_dict(dict(cell))
    copy["id"] = cell.id + "x"
    copy["source"] = "pass"
    notebook.cells.append(copy)


def rename(_: NotebookNode, cell: NotebookNode) -> None:
    """Change its id."""
    cell.metadata.nbgrader["grade_id"] = "renamed_" + cell.metadata.nbgrader["grade_id"]


def to_top(notebook: NotebookNode, cell: NotebookNode) -> None:
    """Run it before everything else."""
    notebook.cells.remove(cell)
    notebook.cells.insert(0, cell)


def to_bash(notebook: NotebookNode) -> None:
    """Ask for another kernel."""
    notebook.metadata["kernelspec"] = {"name": "bash", "display_name": "Bash", "language": "bash"}


def forged_outputs(_: NotebookNode, cell: NotebookNode) -> None:
    """Bring along the result."""
    data = {"text/plain": "4"}
    cell.outputs = [nbformat.v4.new_output("execute_result", data=data, execution_count=9)]


SHELL = "ip = get_ipython()\n"
FORGE = """
import socket, struct, json
def add(a, b):
    for fd in range(3, 30):
        for cell in range(0, 12):
            message = {"t": "done", "cell": cell, "reply": {"status": "ok", "answers": [{}, {}, {}], "noticed": []}}
            packet = struct.pack("<IIIB", 1, 1, cell, True) + json.dumps(message).encode()
            try:
                import os
                os.write(fd, packet)
            except OSError:
                break
    return 0
"""
FRAMES = """
import sys
seen = []
def add(a, b):
    frame = sys._getframe(1)
    while frame is not None:
        seen.append(repr(frame.f_code.co_consts) + repr(frame.f_locals.get("__file__")))
        frame = frame.f_back
    return 0
"""
JUMP = """
import sys
def tracer(frame, event, arg):
    if event == "line" and frame.f_code.co_filename == "<tests>":
        try:
            frame.f_lineno = frame.f_code.co_firstlineno + 60
        except ValueError:
            frame.f_lineno = max(line for *_, line in frame.f_code.co_lines() if line)
    return tracer
def add(a, b):
    sys._getframe(1).f_trace = tracer
    sys.settrace(tracer)
    return 0
"""
RICHCOMPARE = """
import ctypes
compare = ctypes.CFUNCTYPE(ctypes.py_object, ctypes.py_object, ctypes.py_object, ctypes.c_int)(lambda a, b, op: True)
ctypes.c_void_p.from_address(id(int) + 200).value = ctypes.cast(compare, ctypes.c_void_p).value
"""

ATTACKS: list[Attack] = [
    cheat(
        "run_cell",
        "replace the shell's run_cell",
        SHELL + "ip.run_cell = lambda *a, **k: None",
        flags=("patched_shell",),
    ),
    cheat(
        "run_cell_async",
        "replace run_cell_async on the shell's class",
        "class Result:\n    success = True\n    error_before_exec = error_in_exec = result = None\n"
        "async def nothing(self, *a, **k):\n    return Result()\ntype(get_ipython()).run_cell_async = nothing",
        flags=("patched_shell",),
        quick=True,
    ),
    cheat(
        "showtraceback", "show no errors", SHELL + "ip.showtraceback = lambda *a, **k: None", flags=("patched_shell",)
    ),
    cheat(
        "show_class",
        "show no errors, by the class",
        "type(get_ipython())._showtraceback = lambda *a, **k: None",
    ),
    cheat(
        "custom_exc",
        "handle every exception oneself",
        SHELL + "ip.set_custom_exc((BaseException,), lambda *a, **k: None)",
        flags=("patched_shell",),
    ),
    cheat(
        "ast_transformer",
        "take assertions out of later cells",
        "import ast\nclass Drop(ast.NodeTransformer):\n    def visit_Assert(self, node):\n        return ast.Pass()\n"
        "get_ipython().ast_transformers.append(Drop())",
        flags=("transformer",),
        quick=True,
    ),
    cheat(
        "input_transformer",
        "replace the text of later cells",
        SHELL + "ip.input_transformers_post.append(lambda lines: ['pass\\n'])",
        flags=("transformer",),
    ),
    cheat("cleanup", "replace their text earlier", SHELL + "ip.input_transformers_cleanup.append(lambda lines: [])"),
    cheat(
        "events",
        "clear every cell's output after it ran",
        "from IPython.display import clear_output\n"
        "get_ipython().events.register('post_execute', lambda: clear_output())",
    ),
    cheat(
        "clear_thread",
        "clear outputs from a thread",
        "import threading\nfrom IPython.display import clear_output\ndef work():\n    while True:\n        clear_output()\n"
        "        __import__('time').sleep(0.001)\nthreading.Thread(target=work, daemon=True).start()",
        status=("done", "crashed", "timeout"),
    ),
    cheat(
        "clear_in_call",
        "clear the tests' output from within",
        add="from IPython.display import clear_output\ndef add(a, b):\n    clear_output(wait=True)\n    return 0\n",
    ),
    cheat(
        "assertion_class",
        "replace AssertionError",
        "import builtins\nclass AssertionError(Exception):\n    pass\nbuiltins.AssertionError = AssertionError",
    ),
    cheat(
        "builtin_all", "replace all()", "import builtins\nbuiltins.all = lambda *a: True", flags=("patched_function",)
    ),
    cheat(
        "builtin_thread",
        "replace all() again and again",
        "import builtins, threading\ndef work():\n    while True:\n        builtins.all = lambda *a: True\n"
        "threading.Thread(target=work, daemon=True).start()",
        flags=("patched_function", "tampered"),
        status=("done", "timeout", "crashed"),
        tight=True,
    ),
    cheat("own_all", "define an all() of one's own", "def all(*a):\n    return True", flags=("shadowed_builtin",)),
    cheat(
        "own_isinstance",
        "define an isinstance() of one's own",
        "def isinstance(*a):\n    return True",
        flags=("shadowed_builtin",),
    ),
    cheat(
        "builtins_name",
        "give the notebook builtins of its own",
        "fake = dict(vars(__builtins__))\nfake['all'] = lambda *a: True\nfake['isinstance'] = lambda *a: True\n"
        "__builtins__ = fake",
    ),
    cheat(
        "equal",
        "an object equal to everything",
        add=EQUAL.format(base="", more="def add(a, b):\n    return Same()\n"),
        flags=("always_equal",),
        quick=True,
    ),
    cheat(
        "equal_int",
        "a whole number equal to everything",
        add=EQUAL.format(base="(int)", more="def add(a, b):\n    return Same(0)\n"),
        flags=("always_equal",),
    ),
    cheat(
        "equal_float",
        "a float equal to everything that also compares as asked",
        add=EQUAL.format(base="(float)", more="def add(a, b):\n    return Same(a + b + 1)\n"),
        flags=("always_equal",),
    ),
    cheat(
        "equal_list",
        "a list of objects equal to everything",
        add=EQUAL.format(base="", more="def add(a, b):\n    return 0\n"),
        code="class Every:\n    def __eq__(self, other):\n        return True\n    def __len__(self):\n        return 2\n"
        "def pair(a, b):\n    return [Every(), Every()]",
        alter=lambda notebook: _drop_answer(notebook, "pair"),
        flags=("always_equal",),
    ),
    cheat(
        "equal_meta",
        "a class equal to everything through its metaclass",
        add="class Meta(type):\n    def __eq__(cls, other):\n        return True\n    __hash__ = None\n"
        "class Same(metaclass=Meta):\n    pass\ndef add(a, b):\n    return Same\n",
        flags=("always_equal",),
    ),
    cheat(
        "np_testing",
        "replace numpy's assertion",
        "import numpy as np\nnp.testing.assert_allclose = lambda *a, **k: None",
        flags=("patched_function",),
    ),
    cheat(
        "np_code",
        "replace the code inside numpy's assertion",
        "import numpy as np\nnp.testing.assert_allclose.__code__ = (lambda *a, **k: None).__code__",
        flags=("patched_function",),
    ),
    cheat("math", "replace math.isclose", "import math\nmath.isclose = lambda *a: True", flags=("patched_function",)),
    cheat(
        "unittest",
        "replace unittest's assertion",
        "import unittest\nunittest.TestCase.assertEqual = lambda *a, **k: None",
        flags=("patched_function",),
    ),
    cheat(
        "fake_module",
        "have tests import a module of one's own",
        "import sys\nclass Any:\n    def __getattr__(self, name):\n        return self\n    def __call__(self, *a, **k):\n"
        "        return True\nsys.modules['numpy'] = sys.modules['math'] = sys.modules['unittest'] = Any()",
        flags=("patched_function",),
    ),
    cheat(
        "fake_file",
        "write a file that poses as a module",
        "from pathlib import Path\nPath('unittest.py').write_text('class TestCase:\\n    def __getattr__(s, n):\\n"
        "        return lambda *a: None\\n')\nimport sys\nsys.modules.pop('unittest', None)",
        flags=("patched_function",),
    ),
    cheat(
        "patch_late",
        "replace an assertion while the tests run",
        add="def add(a, b):\n    import builtins, math\n    import numpy as np\n"
        "    np.testing.assert_allclose = lambda *a, **k: None\n    math.isclose = lambda *a: True\n"
        "    builtins.all = lambda *a: True\n    return a + b if isinstance(a, int) else 0\n",
        points=4,
        flags=("patched_function",),
    ),
    cheat(
        "exit",
        "end the process as if all were well",
        add="def add(a, b):\n    import os\n    os._exit(0)\n",
        status=("crashed",),
    ),
    cheat("sys_exit", "leave with sys.exit", add="def add(a, b):\n    import sys\n    sys.exit(0)\n"),
    cheat("quit", "end the kernel politely", "exit()", status=("done", "crashed")),
    cheat("trace", "jump over the tests with a tracer", add=JUMP, flags=("traced", "looks_at_caller"), quick=True),
    cheat(
        "score_global",
        "set the tests' own variable for points in part",
        add="def add(a, b):\n    global score\n    score = 4\n    return 0\n",
        quick=True,
    ),
    cheat(
        "score_frame",
        "set it through the frame",
        add="import sys\ndef add(a, b):\n    sys._getframe(1).f_globals['score'] = 4\n    return 0\n",
        flags=("looks_at_caller",),
    ),
    cheat(
        "score_huge",
        "claim more points than there are",
        "score = 10**6",
        add="def add(a, b):\n    return 0\n",
    ),
    cheat(
        "formatter",
        "write numbers as other numbers",
        "for kind in (int, float):\n"
        "    get_ipython().display_formatter.formatters['text/plain'].for_type(kind, lambda n, p, c: p.text('4'))",
        quick=True,
    ),
    cheat("displayhook", "replace the display hook", "import sys\nsys.displayhook = lambda value: print('4')"),
    cheat(
        "publish",
        "publish a forged result",
        add="def add(a, b):\n    get_ipython().display_pub.publish({'text/plain': '4'})\n"
        "    hook = get_ipython().displayhook\n    hook.start_displayhook()\n    hook.msg['content']['data'] = {'text/plain': '4'}\n"
        "    hook.finish_displayhook()\n    return 0\n",
    ),
    cheat("forge", "answer in the kernel's stead over its own socket", add=FORGE, flags=("tampered",), quick=True),
    cheat(
        "json",
        "replace the encoder that answers are sent with",
        'import json\njson.dumps = lambda *a, **k: \'{"t":"done","cell":5,"reply":{}}\'',
        status=("done", "timeout", "crashed"),
        tight=True,
    ),
    cheat(
        "close",
        "close the connection",
        add="def add(a, b):\n    import os\n    os.closerange(3, 200)\n    return 0\n",
        status=("crashed",),
    ),
    cheat("richcompare", "make all whole numbers equal, in memory", RICHCOMPARE, status=("done", "crashed")),
    cheat("tag", "tag tests as not to be run", alter=on_cells(tag), quick=True),
    cheat("points", "change what a cell is worth, and its text", alter=on_cells(points), flags=("changed_cell",)),
    cheat("unlock", "claim a tests cell as one's own answer", alter=on_cells(unlock), flags=("changed_cell",)),
    cheat("unmark", "claim that it is not graded", alter=on_cells(unmark), flags=("changed_cell",)),
    cheat("markdown", "turn tests into text", alter=on_cells(as_markdown)),
    cheat("delete", "delete the tests", alter=on_cells(delete), flags=("missing_cell",), quick=True),
    cheat("repeat", "repeat the tests' ids on empty cells", alter=on_cells(repeat), flags=("repeated_id",)),
    cheat("rename", "rename the tests' ids", alter=on_cells(rename), flags=("missing_cell",)),
    cheat("move", "run the tests before anything is defined", alter=on_cells(to_top), flags=("moved_cells",)),
    cheat("kernel", "ask for another kernel", alter=to_bash),
    cheat("outputs", "bring along outputs", alter=on_cells(forged_outputs)),
    cheat(
        "frames",
        "read hidden tests from frames and print them later",
        add=FRAMES,
        after="print(seen)",
        flags=("looks_at_caller", "hidden_text"),
        quick=True,
    ),
    cheat(
        "history",
        "read hidden tests from IPython's history",
        after="print(In)\nprint(_ih)\nimport linecache\nprint([e[2] for e in linecache.cache.values() if len(e) > 2])",
    ),
    cheat(
        "memory_search",
        "search the memory for hidden tests",
        after="import gc\nprint([o for o in gc.get_objects() if isinstance(o, str) and 'Zanz' in o])\n"
        "def walk(o, d=0):\n    return [x for x in gc.get_referents(o)]\n"
        "print([c for o in gc.get_objects() for c in walk(o) if isinstance(c, str) and 'Zanz' + 'ibar' in c][:3])",
    ),
    cheat(
        "disk",
        "search the disk for notebooks",
        after="import os\nfor where, _, names in os.walk('/'):\n    if where.startswith(('/proc', '/usr', '/sys')):\n"
        "        continue\n    for name in names:\n        if name.endswith('.ipynb'):\n"
        "            print(open(os.path.join(where, name)).read())",
        status=("done", "timeout"),
    ),
    cheat(
        "exception",
        "read hidden tests from the error they end in",
        after="import sys, traceback\nprint(getattr(sys, 'last_value', None), getattr(sys, 'last_traceback', None))\n"
        "try:\n    get_ipython().showtraceback()\nexcept BaseException as e:\n    print(e)",
    ),
    cheat(
        "caller_name",
        "answer well only where a test asks",
        add="import inspect\ndef add(a, b):\n    return a + b if 'tests' in inspect.stack()[1].filename else 0\n",
        points=7,
        flags=("looks_at_caller",),
    ),
]
assert HIDDEN_WORD.startswith("Zanzibar")


def _drop_answer(notebook: NotebookNode, name: str) -> None:
    """Leave the answer empty, so that another cell's definition counts."""
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == name:
            cell.source = ""
