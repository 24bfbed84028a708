"""Where in a plugin's code something runs or waits."""

import asyncio
import threading

from pluggram.places import place_of_loop, place_of_task


async def test_where_a_task_waits_is_told_by_the_innermost_line_of_the_plugin() -> None:
    async def outer() -> None:
        await asyncio.wait_for(inner(), None)

    async def inner() -> None:
        await asyncio.Event().wait()

    task = asyncio.create_task(outer())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert place_of_task(task) == f"{__file__}, line {inner.__code__.co_firstlineno + 1}"
    assert place_of_loop(threading.get_ident()).startswith(f"{__file__}, line ")
    task.cancel()
    assert place_of_loop(None) == ""
