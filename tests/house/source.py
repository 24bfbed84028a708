"""The Python sources under a folder, each read and parsed once."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE_ROOTS = ("core", "plugins")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One file: where it lies, the name it is imported by, its text and its syntax tree."""

    path: Path
    module: str
    text: str
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    def at(self, node: ast.stmt | ast.expr) -> str:
        return f"{self.path}:{node.lineno}"


def sources(root: Path, *folders: str) -> list[Source]:
    """Every .py file below `root/<folder>`, in a fixed order; paths are relative to `root`."""
    found = ((folder, path) for folder in folders for path in sorted((root / folder).rglob("*.py")))
    return [_read(root, folder, path) for folder, path in found]


def _read(root: Path, folder: str, path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    parts = path.relative_to(root / folder).with_suffix("").parts
    module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Source(path.relative_to(root), module, text, ast.parse(text, str(path)))


def functions(tree: ast.AST) -> Iterator[Function]:
    """Every function and method, nested ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` for a name or a chain of attributes, and an empty string for anything else."""
    if isinstance(node, ast.Attribute):
        head = dotted(node.value)
        return f"{head}.{node.attr}" if head else ""
    return node.id if isinstance(node, ast.Name) else ""


def is_type_checking(node: ast.If) -> bool:
    """Say whether this is `if TYPE_CHECKING:`, whose body never runs."""
    return dotted(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}
