"""Habits that the house does not have: tests that skip, wait or assert nothing; markers of unfinished work."""

import ast
import re
from collections.abc import Iterator, Sequence

from tests.house.source import Function, Source, dotted, functions

MARKERS = re.compile(r"\b(?:TODO|FIXME|XXX|NotImplementedError)\b")
SKIPS = {"skip", "skipif", "importorskip", "xfail", "skipTest", "skipUnless", "expectedFailure", "SkipTest"}
RAISING = {"raises", "warns", "fail", "deprecated_call"}


def unfinished(found: Sequence[Source]) -> list[str]:
    """Lines that announce work somebody should still do."""
    lines = ((s.path, number, line) for s in found for number, line in enumerate(s.text.splitlines(), 1))
    return [f"{path}:{number} {line.strip()}" for path, number, line in lines if MARKERS.search(line)]


def skips(found: Sequence[Source]) -> list[str]:
    """Places that could keep a test from running, or from failing."""
    return [f"{s.at(node)} {name}" for s in found for node, name in _named(s.tree) if name in SKIPS]


def mocks(found: Sequence[Source]) -> list[str]:
    """Imports of a mock library: tests here use the real thing."""
    imports = ((s, node) for s in found for node in ast.walk(s.tree) if isinstance(node, ast.Import | ast.ImportFrom))
    return [f"{s.at(node)} {ast.unparse(node)}" for s, node in imports if re.search(r"\bmock\b", ast.unparse(node))]


def sleeps(found: Sequence[Source]) -> list[str]:
    """Calls of any `sleep` but `sleep(0)`, which only lets others run."""
    calls = ((s, node) for s in found for node in ast.walk(s.tree) if isinstance(node, ast.Call))
    return [f"{s.at(call)} {ast.unparse(call)}" for s, call in calls if _last(call.func) == "sleep" and _waits(call)]


def toothless(found: Sequence[Source], helpers: Sequence[Source] = ()) -> list[str]:
    """Tests that assert nothing themselves and call no function, here or in `helpers`, that does."""
    every = [function for source in [*found, *helpers] for function in functions(source.tree)]
    biting = _biting(every)
    tests = ((s, f) for s in found for f in functions(s.tree) if f.name.startswith("test_"))
    return [f"{s.at(test)} {test.name}" for s, test in tests if not _bites(test, biting - {test.name})]


def _biting(every: Sequence[Function]) -> set[str]:
    """Return the names of functions that assert, directly or through each other."""
    biting: set[str] = set()
    while more := {f.name for f in every if f.name not in biting and _bites(f, biting)}:
        biting |= more
    return biting


def _bites(function: Function, biting: set[str]) -> bool:
    return any(
        _asserts(node) or (isinstance(node, ast.Call) and _last(node.func) in biting | RAISING)
        for node in ast.walk(function)
    )


def _asserts(node: ast.AST) -> bool:
    return isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant)


def _waits(call: ast.Call) -> bool:
    return not (len(call.args) == 1 and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0)


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else dotted(node)


def _named(tree: ast.Module) -> Iterator[tuple[ast.stmt | ast.expr, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            yield node, _last(node)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node, alias.name) for alias in node.names)
