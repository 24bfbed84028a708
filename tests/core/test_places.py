"""Where in a plugin's code something runs or waits."""

import asyncio
import threading

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
