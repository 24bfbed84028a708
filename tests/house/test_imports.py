from pathlib import Path

import pytest

from tests.house.imports import HiddenImport, cycles, hidden_imports, import_graph
from tests.house.source import Source, sources

WHY = "def f() -> None:\n    # start-up: 30 ms, only for people who ask\n    import made.b\n"


def read(root: Path, **files: str) -> list[Source]:
    for name, text in files.items():
        path = root / "core" / "made" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return sources(root, "core")


def found_cycles(root: Path, **files: str) -> list[list[str]]:
    return cycles(import_graph(read(root, **files)))


def hidden(root: Path, text: str, b: str = "") -> HiddenImport:
    (only,) = hidden_imports(read(root, a=text, b=b))
    return only


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("import made.b", "import made.a"),
        ("from made import b", "from made.a import name"),
        ("from . import b", "from .a import name"),
        ("try:\n    import made.b\nexcept ImportError: ...", "class C:\n    import made.a"),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING: ...\nelse:\n    import made.b", "import made.a"),
    ],
)
def test_modules_that_import_each_other_are_a_cycle(tmp_path: Path, first: str, second: str) -> None:
    assert found_cycles(tmp_path, a=first, b=second) == [["made.a", "made.b"]]


def test_a_longer_way_round_is_one_cycle(tmp_path: Path) -> None:
    files = {"a": "import made.b", "b": "import made.c", "c": "import made.a", "d": "import made.a"}
    assert found_cycles(tmp_path, **files) == [["made.a", "made.b", "made.c"]]


def test_a_module_that_imports_its_own_package_is_a_cycle_when_the_package_imports_it(tmp_path: Path) -> None:
    assert found_cycles(tmp_path, __init__="from made.a import x", a="from made import y") == [["made", "made.a"]]


@pytest.mark.parametrize(
    "text", ["import typing\nif typing.TYPE_CHECKING:\n    import made.b", "def f() -> None:\n    import made.b"]
)
def test_what_does_not_run_at_import_time_is_no_cycle(tmp_path: Path, text: str) -> None:
    assert found_cycles(tmp_path, a=text, b="import made.a") == []


def test_an_import_inside_a_function_needs_a_why(tmp_path: Path) -> None:
    bare = hidden(tmp_path, "def f() -> None:\n    import made.b\n")
    assert (bare.where, bare.imported, bare.explained) == ("core/made/a.py:2", "import made.b", False)
    assert hidden(tmp_path, WHY).explained
    assert hidden(tmp_path, "def f() -> None:\n    import made.b  # start-up: 30 ms\n").explained


def test_one_why_serves_the_block_of_imports_below_it(tmp_path: Path) -> None:
    assert all(one.explained for one in hidden_imports(read(tmp_path, a=WHY + "    import made.c\n")))


def test_a_nested_function_is_counted_once(tmp_path: Path) -> None:
    text = "def f() -> None:\n    def g() -> None:\n        import made.b\n"
    assert hidden(tmp_path, text).where == "core/made/a.py:3"


def test_an_import_that_hides_a_cycle_is_told_apart_even_when_explained(tmp_path: Path) -> None:
    assert hidden(tmp_path, WHY, b="import made.a").hides_cycle
    assert not hidden(tmp_path, WHY).hides_cycle
