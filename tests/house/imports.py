"""Who imports whom while modules are imported, and what is imported later, inside functions."""

import ast
import io
import tokenize
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.house.source import Function, Source, functions, is_type_checking

Graph = dict[str, set[str]]
ImportStatement = ast.Import | ast.ImportFrom


@dataclass(frozen=True)
class HiddenImport:
    """An import inside a function: where, whether a comment says why, and whether it hides a cycle."""

    where: str
    imported: str
    explained: bool
    hides_cycle: bool


def import_graph(found: Sequence[Source]) -> Graph:
    """Map each module to the modules of ours that its import statements run at import time."""
    modules = {source.module for source in found}
    return {source.module: _targets(source, _at_import_time(source.tree), modules) for source in found}


def cycles(graph: Graph) -> list[list[str]]:
    """Groups of modules that reach each other, each group sorted (two modules reach each other: one group)."""
    reach = {module: _reachable(graph, module) for module in graph}
    groups = {tuple(sorted(other for other in reach[m] if m in reach.get(other, ()))) for m in graph if m in reach[m]}
    return [list(group) for group in sorted(groups)]


def hidden_imports(found: Sequence[Source]) -> list[HiddenImport]:
    """Every import statement inside a function, outermost function counted once."""
    graph = import_graph(found)
    return [hidden for source in found for hidden in _hidden_in(source, graph)]


def _hidden_in(source: Source, graph: Graph) -> Iterator[HiddenImport]:
    comments = _comment_lines(source.text)
    nodes = {node for function in functions(source.tree) for node in _import_statements(function)}
    for node in sorted(nodes, key=lambda node: node.lineno):
        targets = _targets(source, [node], graph.keys())
        yield HiddenImport(
            where=source.at(node),
            imported=ast.unparse(node),
            explained=_explained(source.text.splitlines(), comments, node.lineno),
            hides_cycle=any(source.module in _reachable(graph, target) | {target} for target in targets),
        )


def _explained(lines: list[str], comments: set[int], line: int) -> bool:
    """Say whether the import, or the block of imports it ends, has a comment on it or right above it."""
    if line in comments or line - 1 in comments:
        return True
    above = lines[line - 2].strip()
    return above.startswith(("import ", "from ")) and _explained(lines, comments, line - 1)


def _comment_lines(text: str) -> set[int]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {token.start[0] for token in tokens if token.type == tokenize.COMMENT}


def _at_import_time(node: ast.AST) -> Iterator[ImportStatement]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ImportStatement):
            yield child
        elif isinstance(child, ast.If) and is_type_checking(child):
            yield from (found for rest in child.orelse for found in _import_statements(rest))
        elif not isinstance(child, Function | ast.Lambda):
            yield from _at_import_time(child)


def _import_statements(node: ast.AST) -> Iterator[ImportStatement]:
    return (child for child in ast.walk(node) if isinstance(child, ImportStatement))


def _targets(source: Source, nodes: Iterable[ImportStatement], modules: Collection[str]) -> set[str]:
    return {name for node in nodes for name in _names(source, node, modules) if name in modules}


def _names(source: Source, node: ImportStatement, modules: Collection[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = _base(source, node)
    for alias in node.names:
        below = f"{base}.{alias.name}"
        yield below if below in modules else base


def _base(source: Source, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = source.module.split(".") if source.is_package else source.module.split(".")[:-1]
    kept = package[: len(package) - node.level + 1]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _reachable(graph: Graph, start: str) -> set[str]:
    seen: set[str] = set()
    queue = list(graph.get(start, ()))
    while queue:
        module = queue.pop()
        if module not in seen:
            seen.add(module)
            queue += graph.get(module, ())
    return seen
