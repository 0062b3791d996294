"""Compile a tests cell outside the sandbox: the trainee's process gets code without text, with comparisons that are watched."""

from __future__ import annotations

import ast
import base64
import functools
import inspect
import marshal
import secrets
from dataclasses import dataclass
from types import CodeType

FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
FILE = "<tests>"


@dataclass(frozen=True, slots=True)
class TestCode:
    """A compiled tests cell: marshalled body and last expression, each in base64, and the name of the comparer."""

    body: str
    last: str
    compare: str


class _Watch(ast.NodeTransformer):
    """Rewrites `a == b` and `a != b` to a call that also asks whether one side is equal to everything."""

    def __init__(self, compare: str) -> None:
        self.compare = compare

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Rewrite a comparison of two sides; chains are left as they are."""
        self.generic_visit(node)
        if len(node.ops) != 1 or not isinstance(node.ops[0], (ast.Eq, ast.NotEq, ast.In)):
            return node
        kind = {"Eq": 0, "NotEq": 1, "In": 2}[type(node.ops[0]).__name__]
        call = ast.Call(
            func=ast.Name(id=self.compare, ctx=ast.Load()),
            args=[node.left, node.comparators[0], ast.Constant(kind)],
            keywords=[],
        )
        return ast.copy_location(call, node)


def _hide_result(tree: ast.Module, secret: str) -> None:
    """Give the variable that holds partial credit another name, so that a trainee's function cannot set it.

    That is the name in the last line alone, where this very cell gives it its first value.
    """
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr) or not isinstance(last.value, ast.Name):
        return
    name = last.value.id
    first = next((node for node in tree.body if _mentions(node, name)), None)
    if not isinstance(first, ast.Assign) or len(first.targets) != 1:
        return
    target = first.targets[0]
    if not isinstance(target, ast.Name) or target.id != name or _mentions(first.value, name):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == name:
            node.id = secret + "_result"
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            node.names = [secret + "_result" if found == name else found for found in node.names]


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(inner, ast.Name) and inner.id == name for inner in ast.walk(node))


def _pack(code: CodeType) -> str:
    return base64.b64encode(marshal.dumps(code)).decode()


def compile_tests(source: str) -> TestCode | None:
    """Compile the text of a tests cell, magics included; None where it is not Python that compiles.

    What does not compile runs as text, as in nbgrader, and fails there with its own message.
    """
    compare = "__" + secrets.token_hex(12)
    try:
        tree = ast.parse(_transformed(source), FILE)
        _hide_result(tree, compare)
        tree = ast.fix_missing_locations(_Watch(compare).visit(tree))
        last = ""
        if tree.body and isinstance(tree.body[-1], ast.Expr) and not _is_quiet(source):
            expression = ast.Expression(tree.body.pop().value)  # type: ignore[attr-defined]
            last = _pack(compile(expression, FILE, "eval", flags=FLAGS, dont_inherit=True))
        body = _pack(compile(tree, FILE, "exec", flags=FLAGS, dont_inherit=True))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return TestCode(body, last, compare)


@functools.lru_cache(512)
def _transformed(source: str) -> str:
    from IPython.core.inputtransformer2 import TransformerManager

    text: str = TransformerManager().transform_cell(source)
    return text


def _is_quiet(source: str) -> bool:
    """Whether the last line ends with a semicolon, which keeps IPython from showing its value."""
    import tokenize
    from io import StringIO

    try:
        tokens = [
            token
            for token in tokenize.generate_tokens(StringIO(source).readline)
            if token.type not in (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER)
        ]
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return source.rstrip().endswith(";")
    return bool(tokens) and tokens[-1].string == ";"


def is_async(code: CodeType) -> bool:
    """Whether running the code gives a coroutine."""
    return bool(code.co_flags & inspect.CO_COROUTINE)


@dataclass(frozen=True, slots=True)
class Canary:
    """A tests cell that must fail in a way that only the real machinery knows."""

    code: TestCode
    error: str
    text: str


def canary() -> Canary:
    """A fresh canary: one of several ways to fail, with a number that nobody can guess."""
    number = secrets.randbelow(10**12)
    ways = (
        (f"assert {number} == {number + 1}, {number}", "AssertionError", str(number)),
        (f"assert not {number + 1}, 'c{number}'", "AssertionError", f"c{number}"),
        (f"raise ValueError({number})", "ValueError", str(number)),
        (f"assert all([True, {number} > {number + 7}]), {number}", "AssertionError", str(number)),
        (f"assert isinstance({number}, str), {number}", "AssertionError", str(number)),
        (f"assert abs({number} - {number + 5}) < 1e-9, {number}", "AssertionError", str(number)),
    )
    source, error, text = ways[secrets.randbelow(len(ways))]
    code = compile_tests(source)
    if code is None:  # pragma: no cover - the texts above compile
        raise AssertionError(source)
    return Canary(code, error, text)
