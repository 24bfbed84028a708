"""Where in a plugin's code something runs or waits."""

import asyncio
import threading
import traceback
from pathlib import Path
from typing import Any

from pluggram.places import innermost, name_of_task, place_of_task, plugin_of_task, stack_of_loop


async def test_where_a_task_waits_is_told_by_the_innermost_line_of_the_plugin() -> None:
    async def outer() -> None:
        await asyncio.wait_for(inner(), None)

    async def inner() -> None:
        await asyncio.Event().wait()

    task = asyncio.create_task(outer())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert place_of_task(task) == f"{__file__}, line {inner.__code__.co_firstlineno + 1}"
    assert innermost(stack_of_loop(threading.get_ident())).startswith(f"{__file__}, line ")
    task.cancel()
    assert list(stack_of_loop(None)) == []


async def test_a_task_tells_by_its_name_which_plugin_it_works_for() -> None:
    task = asyncio.create_task(asyncio.sleep(0), name=name_of_task("dice_2", "a job: of it"))
    assert plugin_of_task(task) == "dice_2"
    assert plugin_of_task(asyncio.current_task()) == plugin_of_task(None) == ""
    await task


def test_of_a_plugin_its_own_line_is_told_and_not_that_of_a_library_it_calls(tmp_path: Path) -> None:
    library, plugin = tmp_path / "site-packages" / "library" / "__init__.py", tmp_path / "dice.py"
    installed = tmp_path / "site-packages" / "pluggram_dice" / "__init__.py"
    for path in (library, installed):
        path.parent.mkdir(parents=True)

    def place(outer: Path, inner: Path) -> str:
        names: dict[str, Any] = {}
        exec(compile("def call(f):\n    return f()\n", outer, "exec"), names)
        exec(compile("\n\ndef fail():\n    1 / 0\n", inner, "exec"), names)
        try:
            names["call"](names["fail"])
        except ZeroDivisionError as error:
            stack = list(traceback.walk_tb(error.__traceback__))
            return innermost([each for each in stack if each[0].f_code.co_filename != __file__])
        raise AssertionError

    assert place(plugin, library) == f"{plugin}, line 2"
    assert place(installed, library) == f"{installed}, line 2"
    assert place(installed, installed.with_name("part.py")) == f"{installed.with_name('part.py')}, line 4"
    assert place(plugin, tmp_path / "part.py") == f"{tmp_path}/part.py, line 4"
