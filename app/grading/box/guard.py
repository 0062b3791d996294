"""Runs tests cells in the trainee's process without the machinery that a trainee's code may have changed.

Everything used after trainee code has run is held in closures and is C code or made before any cell ran. It cannot stop
code that is aimed at it (it shares the process), but what is made against notebooks in general does not reach it.
"""

from __future__ import annotations

import base64
import builtins
import inspect
import linecache
import marshal
import sys
import types
from collections.abc import Awaitable, Callable
from typing import Any

# Modules whose functions decide whether a test passes.
WATCHED = (
    "builtins",
    "math",
    "cmath",
    "operator",
    "statistics",
    "fractions",
    "decimal",
    "unittest",
    "unittest.case",
    "unittest.mock",
    "numpy",
    "numpy.testing",
    "numpy.testing._private.utils",
    "pandas",
    "pandas.testing",
    "pandas._testing.asserters",
    "pytest",
    "_pytest.python_api",
    "_pytest.raises",
)
# Names that a trainee may well use for a value, but not for a function of their own, without changing what tests mean.
CORE = [
    "all",
    "any",
    "isinstance",
    "issubclass",
    "len",
    "abs",
    "type",
    "callable",
    "hasattr",
    "getattr",
    "repr",
    "hash",
    "id",
    "iter",
    "next",
    "bool",
    "AssertionError",
    "Exception",
    "BaseException",
]
MAX_LOOKED_AT = 2000


class Cheat(AssertionError):
    """A test was deceived for certain."""


def _snapshot(name: str) -> dict[str, tuple[Any, Any]] | None:
    module = sys.modules.get(name)
    if module is None:
        return None
    return {
        key: (value, value.__code__ if isinstance(value, types.FunctionType) else None)
        for key, value in vars(module).items()
        if callable(value) and not key.startswith("__")
    }


def make_guard(shell: Any) -> Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]:
    """The function that runs tests; made before any cell runs. It gives {error, text, frames, data, noticed}."""
    loads, decode = marshal.loads, base64.b64decode
    execute, evaluate, to_text = builtins.exec, builtins.eval, builtins.str
    is_a, kind_of, items_of = builtins.isinstance, builtins.type, dict.items
    real_builtins = dict(vars(builtins))
    namespace: dict[str, Any] = shell.user_module.__dict__
    stdout, stderr = sys.stdout, sys.stderr
    settrace, setprofile, exc_info = sys.settrace, sys.setprofile, sys.exc_info
    getframe = sys._getframe
    modules = {name: kept for name in WATCHED if (kept := _snapshot(name)) is not None}
    module_objects = {name: sys.modules[name] for name in modules}
    module_dicts = {name: vars(module) for name, module in module_objects.items()}
    loaded = sys.modules
    from unittest.case import TestCase

    test_case = {key: value for key, value in vars(TestCase).items() if key.startswith("assert")}
    formatter = shell.display_formatter.format
    coroutine_flag = inspect.CO_COROUTINE
    function_type, base_error = types.FunctionType, BaseException
    number_types = (int, float, complex, bool)
    repr_of, line_of, own_file = builtins.repr, linecache.getline, __file__
    noticed: list[list[str]] = []
    running = [False]
    comparers: dict[str, Any] = {}
    builtins_dict, put_all = vars(builtins), dict.update
    pristine_shell = {
        name: getattr(shell, name) for name in ("run_cell", "run_cell_async", "run_code", "showtraceback")
    }
    transformers = (len(shell.ast_transformers), len(shell.input_transformers_post))

    def notice(code: str, detail: str) -> None:
        entry = [code, detail[:200]]
        if entry not in noticed and len(noticed) < 50:
            noticed.append(entry)

    def is_theirs(value: Any) -> bool:
        """Whether the class of a value compares with a function written in the notebook."""
        for base in kind_of(value).__mro__:
            found = base.__dict__.get("__eq__")
            if found is not None:
                return is_a(found, function_type) and found.__globals__ is namespace
        return False

    def suspects(value: Any, depth: int, left: list[int]) -> list[Any]:
        if is_theirs(value):
            return [value]
        if depth == 0 or left[0] <= 0:
            return []
        if kind_of(value) in (list, tuple, set, frozenset):
            found: list[Any] = []
            for item in value:
                left[0] -= 1
                if left[0] <= 0:
                    break
                found += suspects(item, depth - 1, left)
            return found[:3]
        if kind_of(value) is dict:
            return suspects(list(value.values()), depth, left)
        return []

    def compare(first: Any, second: Any, kind: int) -> Any:
        result = first == second if kind == 0 else first != second if kind == 1 else first in second
        for side in (first, second):
            for value in suspects(side, 3, [MAX_LOOKED_AT]):
                stranger = object()
                try:
                    equal = value == stranger
                    deceived = equal is True or (kind_of(equal) is not bool and bool(equal) is True)
                except base_error:
                    deceived = False
                if deceived:
                    notice("always_equal", kind_of(value).__name__)
                    raise Cheat(f"an object of class {kind_of(value).__name__} is equal to everything")
        return result

    def check_modules(when: str = "") -> None:
        """Put back what was changed in the modules that tests rest on."""
        code_name = when + "patched_function"
        for name, kept in items_of(modules):
            held = module_dicts[name]
            if loaded.get(name) is not module_objects[name]:
                notice(code_name, name)
                loaded[name] = module_objects[name]
            for key, (value, code) in items_of(kept):
                if held.get(key) is not value:
                    notice(code_name, f"{name}.{key}")
                    held[key] = value
                if code is not None and value.__code__ is not code:
                    notice(code_name, f"{name}.{key}")
                    value.__code__ = code
        for key, value in items_of(real_builtins):
            if module_dicts["builtins"].get(key) is not value and key not in ("_", "input", "__build_class__"):
                notice(code_name, f"builtins.{key}")
                module_dicts["builtins"][key] = value
        for key, value in items_of(test_case):
            if TestCase.__dict__.get(key) is not value:
                notice(code_name, f"unittest.TestCase.{key}")
                setattr(TestCase, key, value)

    def check_shell() -> None:
        for name in pristine_shell:
            if name in shell.__dict__ or getattr(kind_of(shell), name, None) is not pristine_shell[name].__func__:
                notice("patched_shell", name)
        if len(shell.ast_transformers) != transformers[0] or len(shell.input_transformers_post) != transformers[1]:
            notice("transformer", "")
        if shell.custom_exceptions:
            notice("patched_shell", "set_custom_exc")

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        """Notice a trainee's function that looks at who calls it, while tests run."""
        if running[0] and (event == "sys._getframe" or event.startswith(("gc.get_", "sys.settrace"))):
            try:
                frame = getframe(1)
                steps = 0
                while frame is not None and steps < 3:
                    if frame.f_globals is namespace and frame.f_code.co_filename != "<tests>":
                        running[0] = False
                        notice("traced" if event == "sys.settrace" else "looks_at_caller", frame.f_code.co_name)
                        running[0] = True
                        return
                    if frame.f_globals.get("__name__") not in ("inspect", "gc", "sys", "traceback"):
                        return
                    frame = frame.f_back  # type: ignore[assignment]
                    steps += 1
            except base_error:
                running[0] = True

    sys.addaudithook(audit)

    def frames_of(trace: Any) -> list[list[Any]]:
        frames: list[list[Any]] = []
        while trace is not None and len(frames) < 60:
            code = trace.tb_frame.f_code
            try:
                text = line_of(code.co_filename, trace.tb_lineno).strip()[:200]
            except base_error:
                text = ""
            frames.append([code.co_filename, trace.tb_lineno, code.co_name, text])
            trace = trace.tb_next
        return [frame for frame in frames if frame[0] != own_file]

    async def once(body: str, last: str, name: str, own: list[str]) -> dict[str, Any]:
        """Run one compiled cell; `own` are names that the course means trainees to define."""
        hidden = {}
        for core in CORE:
            if core in namespace and core not in own and callable(namespace[core]):
                notice("shadowed_builtin", core)
                hidden[core] = namespace.pop(core)
        namespace["__builtins__"] = builtins
        # Functions that one tests cell defines may serve later cells, so the comparer keeps every name it has had.
        comparers[name] = compare
        for known in comparers:
            namespace.pop(known, None)
        put_all(builtins_dict, comparers)
        settrace(None)
        setprofile(None)
        sys.stdout, sys.stderr = stdout, stderr
        answer: dict[str, Any] = {"error": "", "text": "", "frames": [], "data": None}
        running[0] = True
        try:
            code = loads(decode(body))
            if code.co_flags & coroutine_flag:
                await evaluate(code, namespace)
            else:
                execute(code, namespace)
            if last:
                code = loads(decode(last))
                value = evaluate(code, namespace)
                if code.co_flags & coroutine_flag:
                    value = await value
                running[0] = False
                if value is not None:
                    answer["data"] = shown(value)
        except base_error as error:
            running[0] = False
            if kind_of(error) is Cheat:
                answer["cheat"] = True
            answer["error"] = kind_of(error).__name__ if kind_of(error) is not Cheat else "AssertionError"
            try:
                answer["text"] = to_text(error)[:4000]
            except base_error:
                answer["text"] = ""
            answer["frames"] = frames_of(exc_info()[2])
        finally:
            running[0] = False
            if name in namespace or builtins_dict.get(name) is not compare:
                notice("later_patched_function", "==")
            for core, value in items_of(hidden):
                namespace.setdefault(core, value)
        return answer

    def shown(value: Any) -> dict[str, Any]:
        """The result of the last expression as nbgrader would read it; numbers are written by Python itself."""
        if kind_of(value) in number_types:
            # A trainee's formatter for numbers would write what it likes.
            return {"text/plain": repr_of(value)}
        data, _ = formatter(value)
        plain = data.get("text/plain")
        if is_a(plain, str):
            cls = kind_of(value)
            representer: Any = next(
                (base.__dict__["__repr__"] for base in cls.__mro__ if "__repr__" in base.__dict__), None
            )
            if is_a(representer, function_type) and representer.__globals__ is namespace:
                try:
                    float(plain)
                    notice("forged_points", cls.__name__)
                    raise Cheat("an object of the trainee's own class poses as points")
                except ValueError:
                    pass
        return {key: text for key, text in items_of(data) if is_a(text, str)}

    async def guard(message: dict[str, Any]) -> dict[str, Any]:
        """Run canaries and tests in the order given; the answers come in the same order."""
        noticed.clear()
        check_modules()
        check_shell()
        answers = []
        for body, last, name in message["codes"]:
            answers.append(await once(body, last, name, message["own"]))
        check_modules("later_")
        return {"answers": answers, "noticed": list(noticed)}

    return guard
