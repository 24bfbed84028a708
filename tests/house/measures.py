"""The measures of the house over core/ and plugins/: `uv run python -m tests.house.measures` prints them.

Exit code 1 when a limit is broken. A function's length is its lines from `def` to its end without its docstring:
what is demanded must not be counted against it.
"""

import ast
import io
import statistics
import sys
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.house.imports import cycles, hidden_imports, import_graph
from tests.house.source import ROOT, SOURCE_ROOTS, Function, Source, dotted, functions, sources


@dataclass(frozen=True)
class Measure:
    """One line of the table: what was measured, what is allowed, and where it is broken."""

    name: str
    value: str
    limit: str
    kept: bool
    faults: list[str] = field(default_factory=list)


def measure(root: Path) -> list[Measure]:
    """Measure the sources of the house that lies at `root`."""
    found = sources(root, *SOURCE_ROOTS)
    return [
        *_files(found),
        *_functions(found),
        _docstrings(found),
        _types(found),
        _comments(found),
        _cycles(found),
        *_hidden(found),
    ]


def table(measures: Sequence[Measure]) -> str:
    """Write the measures as aligned columns, the faults of the broken ones below."""
    rows = [f"{'ok ' if m.kept else 'RED'}  {m.name:<34} {m.value:>8}   {m.limit}" for m in measures]
    faults = [f"     {m.name}: {fault}" for m in measures for fault in m.faults]
    return "\n".join(rows + faults)


def main() -> int:
    measures = measure(ROOT)
    print(table(measures))
    return 0 if all(m.kept for m in measures) else 1


def _files(found: Sequence[Source]) -> Iterator[Measure]:
    lengths = {source.path: len(source.text.splitlines()) for source in found}
    median = statistics.median(lengths.values())
    yield Measure("files", str(len(lengths)), "", kept=True)
    yield Measure("lines of a file, median", f"{median:g}", "<= 120", kept=median <= 120)
    too_long = [f"{path} has {lines} lines" for path, lines in lengths.items() if lines > 400]
    yield Measure("lines of a file, longest", str(max(lengths.values())), "<= 400", not too_long, too_long)


def _functions(found: Sequence[Source]) -> Iterator[Measure]:
    lengths = {f"{s.at(f)} {f.name}": _length(f) for s in found for f in functions(s.tree)}
    ordered = sorted(lengths.values()) or [0]
    median, p90 = statistics.median(ordered), ordered[int(0.9 * (len(ordered) - 1))]
    yield Measure("functions", str(len(lengths)), "", kept=True)
    yield Measure("lines of a function, median", f"{median:g}", "<= 8", kept=median <= 8)
    yield Measure("lines of a function, p90", str(p90), "<= 25", kept=p90 <= 25)
    too_long = [f"{where} has {lines} lines" for where, lines in lengths.items() if lines > 40]
    yield Measure("lines of a function, longest", str(ordered[-1]), "<= 40", not too_long, too_long)


def _docstrings(found: Sequence[Source]) -> Measure:
    names = [(where, node) for source in found for where, node in _public(source, source.tree, source.module)]
    bare = [where for where, node in names if not ast.get_docstring(node)]
    return Measure("public names with a docstring", _share(len(names) - len(bare), len(names)), "100 %", not bare, bare)


def _types(found: Sequence[Source]) -> Measure:
    every = [(f"{s.at(f)} {f.name}", f) for s in found for f in functions(s.tree)]
    bare = [where for where, function in every if not _typed(function)]
    return Measure("functions fully typed", _share(len(every) - len(bare), len(every)), "100 %", not bare, bare)


def _comments(found: Sequence[Source]) -> Measure:
    lines = sum(len(source.text.splitlines()) for source in found)
    tokens = (t for s in found for t in tokenize.generate_tokens(io.StringIO(s.text).readline))
    share = sum(token.type == tokenize.COMMENT for token in tokens) / max(lines, 1)
    return Measure("lines with a comment", f"{share:.1%}", "< 3 %", kept=share < 0.03)


def _cycles(found: Sequence[Source]) -> Measure:
    groups = [" <-> ".join(group) for group in cycles(import_graph(found))]
    return Measure("import cycles", str(len(groups)), "0", not groups, groups)


def _hidden(found: Sequence[Source]) -> Iterator[Measure]:
    every = hidden_imports(found)
    silent = [f"{h.where} {h.imported}: no comment says why" for h in every if not h.explained]
    yield Measure("imports inside functions", str(len(every)), "each with a why", not silent, silent)
    hiding = [f"{h.where} {h.imported}" for h in every if h.hides_cycle]
    yield Measure("imports that hide a cycle", str(len(hiding)), "0", not hiding, hiding)


def _length(function: Function) -> int:
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    has_docstring = ast.get_docstring(function) is not None
    return lines - ((first.end_lineno or first.lineno) - first.lineno + 1 if has_docstring else 0)


Documented = ast.Module | ast.ClassDef | Function


def _public(source: Source, node: ast.Module | ast.ClassDef, name: str) -> Iterator[tuple[str, Documented]]:
    """Yield what a reader from outside meets: modules, and the classes, functions and methods that are not private."""
    yield f"{source.path} {name}", node
    for child in node.body:
        if not isinstance(child, Function | ast.ClassDef) or child.name.startswith("_"):
            continue
        where = f"{name}.{child.name}"
        if isinstance(child, ast.ClassDef):
            yield from _public(source, child, where)
        elif not _documented_elsewhere(child):
            yield f"{source.at(child)} {where}", child


def _documented_elsewhere(function: Function) -> bool:
    marks = {dotted(decorator).rpartition(".")[2] for decorator in function.decorator_list}
    return bool(marks & {"overload", "override", "setter", "deleter"})


def _typed(function: Function) -> bool:
    arguments = function.args
    rest = [one for one in (arguments.vararg, arguments.kwarg) if one]
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest]
    bare = [one.arg for index, one in enumerate(every) if not one.annotation and not (index == 0 and _is_self(one))]
    return function.returns is not None and not bare


def _is_self(argument: ast.arg) -> bool:
    return argument.arg in {"self", "cls", "mcs"}


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "100%"


if __name__ == "__main__":
    sys.exit(main())
