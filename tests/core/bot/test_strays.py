"""What plugins begin beside their handlers, and nobody waits for."""

import asyncio
import gc
from typing import Any

import pytest

from pluggram.bot.strays import Strays
from pluggram.plugins.owners import Blamed


def strays(plugin: str = "dice") -> Strays:
    return Strays(lambda stack, task: Blamed(plugin))


async def fail() -> None:
    raise ValueError("too late")


async def test_a_task_that_nobody_waits_for_and_that_fails_is_told_with_its_plugin(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with strays().caught():
        asyncio.create_task(fail())  # noqa: RUF006 - as a plugin would
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        gc.collect()
    [record] = caplog.records
    expected = f"plugin dice: ValueError: too late in the background ({__file__}, line "
    assert record.getMessage().startswith(expected)
    assert record.exc_info


async def test_a_callback_that_fails_is_told_too(caplog: pytest.LogCaptureFixture) -> None:
    async with strays().caught():
        asyncio.get_running_loop().call_soon(lambda: 1 / 0)
        await asyncio.sleep(0)
    assert "plugin dice: ZeroDivisionError: division by zero in the background" in caplog.text


async def test_the_same_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    context = {"message": "it ended", "exception": SystemExit(3)}
    async with strays().caught():
        asyncio.get_running_loop().call_exception_handler(context)
        asyncio.get_running_loop().call_exception_handler(context)
    assert caplog.messages == ["plugin dice: it called sys.exit(3) in the background"]


async def test_what_is_no_plugins_is_left_to_who_was_there_before(caplog: pytest.LogCaptureFixture) -> None:
    loop, told = asyncio.get_running_loop(), list[dict[str, Any]]()
    context = {"message": "something else"}
    async with strays("").caught():
        loop.call_exception_handler(context)
        assert caplog.messages == ["something else"]
    loop.set_exception_handler(lambda loop, context: told.append(context))
    async with strays("").caught():
        loop.call_exception_handler(context)
        assert told == [context]
    loop.call_exception_handler(context)
    assert told == [context, context]
    loop.set_exception_handler(None)
