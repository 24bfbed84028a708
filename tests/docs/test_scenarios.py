"""Every scenario of `nothing-is-lost.md` is held by tests that exist."""

import ast
import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, Page, table

PAGE = Page(DOCS / "explanation" / "nothing-is-lost.md")
ROWS = [row for row in table(PAGE.prose) if row[0].isdigit()]
_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+\.py)\)")


def names_in(path: Path) -> set[str]:
    found = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.name for node in found if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_there_are_42_and_each_has_its_line() -> None:
    assert [row[0] for row in ROWS] == [str(number) for number in range(1, 43)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_test_that_is_named_exists(row: list[str]) -> None:
    _, _, _, held_by, result = row
    named = _LINK.findall(held_by)
    missing = [name for name, path in named
               if f"test_{name.replace(' ', '_')}" not in names_in((PAGE.path.parent / path).resolve())]  # fmt: skip
    assert missing == []
    assert named
    assert result.partition(":")[0].partition(";")[0] in {"pass", "partly", "no"}
