"""Whose code it is that runs somewhere."""

import asyncio
import importlib.util
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pluggram.places import name_of_task
from pluggram.plugins.owners import Blamed, Owners

SOURCE = """
class Plugin:
    def work(self, call=lambda: 1 / 0):
        return call()
"""
Make = Callable[[str], Any]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Make the class Plugin of a file, as it is imported."""
    before = set(sys.modules)

    def make(file: str) -> Any:
        path = tmp_path / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(SOURCE)
        name = ".".join(Path(file).with_suffix("").parts).removesuffix(".__init__")
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.Plugin

    yield make
    for name in set(sys.modules) - before:
        del sys.modules[name]


def blamed(owners: Owners, work: Callable[[], object], task: "asyncio.Task[Any] | None" = None) -> Blamed:
    try:
        work()
    except ZeroDivisionError as error:
        frames = [each for each in traceback.walk_tb(error.__traceback__) if each[0].f_code.co_filename != __file__]
        return owners.blame(frames, task)
    raise AssertionError


def test_a_plugin_is_known_by_its_file_with_the_line(make: Make, tmp_path: Path) -> None:
    owners, dice, toss = Owners(), make("a_dice.py"), make("a_toss.py")
    owners.add("dice", dice, dice())
    owners.add("toss", toss, toss())
    assert blamed(owners, toss().work) == Blamed("toss", f"{tmp_path}/a_toss.py, line 3")
    assert str(blamed(owners, dice().work)) == f"plugin dice ({tmp_path}/a_dice.py, line 4)".replace("line 4", "line 3")


def test_what_a_plugin_calls_runs_for_it_and_its_own_line_is_told(make: Make, tmp_path: Path) -> None:
    owners, dice, library = Owners(), make("b_dice.py"), make("b_library.py")
    owners.add("dice", dice)
    assert blamed(owners, lambda: dice().work(library().work)) == Blamed("dice", f"{tmp_path}/b_dice.py, line 4")


def test_of_two_plugins_the_outer_one_runs(make: Make) -> None:
    owners, dice, toss = Owners(), make("c_dice.py"), make("c_toss.py")
    owners.add("dice", dice)
    owners.add("toss", toss)
    assert blamed(owners, lambda: dice().work(toss().work)).plugin == "dice"


def test_a_package_is_a_plugins_with_all_its_files_but_those_of_others(make: Make) -> None:
    owners, dice, toss = Owners(), make("package/dice.py"), make("package/toss.py")
    helper = make("package/helper.py")
    owners.add("dice", make("package/__init__.py"))
    owners.add("toss", toss)
    assert blamed(owners, helper().work).plugin == "dice or toss"
    assert blamed(owners, toss().work).plugin == "toss"
    assert blamed(owners, dice().work).plugin == "dice or toss"


async def test_of_two_tables_with_the_same_code_the_task_tells_which(make: Make) -> None:
    owners, dice = Owners(), make("d_dice.py")
    owners.add("dice", dice)
    owners.add("cubes", dice)
    task = asyncio.create_task(asyncio.sleep(0), name=name_of_task("cubes", "handler '/x'"))
    assert blamed(owners, dice().work).plugin == "dice or cubes"
    assert blamed(owners, dice().work, task).plugin == "cubes"
    await task


async def test_where_no_file_tells_the_task_does(make: Make, tmp_path: Path) -> None:
    owners, library = Owners(), make("e_library.py")
    task = asyncio.create_task(asyncio.sleep(0), name=name_of_task("dice", "a job of it"))
    assert blamed(owners, library().work, task) == Blamed("dice", f"{tmp_path}/e_library.py, line 3")
    assert blamed(owners, library().work).plugin == ""
    assert owners.blame([]) == Blamed()
    await task


def test_what_python_itself_defines_is_nobodys() -> None:
    owners = Owners()
    owners.add("dice", SimpleNamespace(), lambda: None, object())
    assert [path for path in owners._owners if "lib/python" in str(path) and "types" in path.name] == []
