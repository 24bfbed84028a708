import asyncio
from contextlib import suppress

import pytest

from pluggram.cancelling import is_for_us, outlive


async def caught(work: "asyncio.Future[None]") -> bool:
    try:
        await work
    except BaseException as error:
        return is_for_us(error)
    return False


async def test_a_task_of_the_plugin_that_was_cancelled_is_its_own_affair() -> None:
    work = asyncio.get_running_loop().create_future()
    work.cancel()
    assert not await caught(work)


async def test_a_task_of_ours_that_is_cancelled_is_to_stop() -> None:
    task = asyncio.create_task(caught(asyncio.get_running_loop().create_future()))
    await asyncio.sleep(0)
    task.cancel()
    assert await task


async def test_so_is_one_whose_time_is_up() -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(0.001):
            ours = await caught(asyncio.get_running_loop().create_future())
    assert ours


@pytest.mark.parametrize(("error", "ours"), [(GeneratorExit(), True), (SystemExit(1), False), (ValueError(), False)])
def test_a_coroutine_that_is_closed_is_to_stop_and_no_other_error_is(error: BaseException, ours: bool) -> None:
    assert is_for_us(error) is ours


async def test_a_task_that_was_cancelled_by_who_may_not_goes_on() -> None:
    async def stubborn() -> int:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError as error:
            outlive(error)
        await asyncio.sleep(0)
        return 7

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    task.cancel()
    task.cancel()
    assert await task == 7
    assert not task.cancelling()
