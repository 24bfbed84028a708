"""Patience with slow posts, and its end."""

import asyncio

import pytest

from pluggram.intake.webhook.patience import Patience
from pluggram.intake.webhook.refused import Refused


async def read(patience: Patience) -> None:
    try:
        async with patience.waiting():
            await asyncio.Event().wait()
    except TimeoutError:
        raise patience.lost() from None


async def test_who_is_too_slow_is_told_so() -> None:
    with pytest.raises(Refused, match="did not come within 0 s") as raised:
        await read(Patience(0))
    assert raised.value.status == 408


async def test_it_ends_for_all_who_are_waited_for_and_for_who_comes_later() -> None:
    patience = Patience(60)
    slow = [asyncio.create_task(read(patience)) for _ in range(3)]
    await asyncio.sleep(0)
    patience.end()
    await asyncio.wait(slow)
    assert [str(task.exception()) for task in slow] == ["the bot stops, and Telegram keeps what is not taken"] * 3
    with pytest.raises(Refused, match="the bot stops"):
        await read(patience)


async def test_it_ends_also_at_the_moment_at_which_somebodys_time_is_over() -> None:
    patience = Patience(0)
    slow = asyncio.create_task(read(patience))
    await asyncio.sleep(0)  # it waits, and its time is over at the next turn of the loop
    ended = list[str]()

    def end() -> None:
        patience.end()
        ended.append("without an error")

    asyncio.get_running_loop().call_soon(end)
    with pytest.raises(Refused, match="the bot stops"):
        await slow
    assert ended == ["without an error"]
