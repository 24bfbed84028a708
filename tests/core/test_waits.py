"""What is counted of the time in which calls are held back."""

import asyncio

from pluggram import waits
from pluggram.waits import Waits
from tests.core.telegram.clock import pass_time, played


def test_time_in_which_several_wait_counts_once_and_what_goes_on_counts_so_far() -> None:
    async def play() -> None:
        counted = Waits()
        with counted:
            await pass_time(2)
            assert counted.seconds == 2
            with counted:
                await pass_time(3)
            await pass_time(1)
        await pass_time(10)
        assert counted.seconds == 6
        with counted:
            await pass_time(1)
        assert counted.seconds == 7

    played(play())


def test_each_task_counts_its_own_and_that_of_those_it_starts() -> None:
    async def wait() -> None:
        with waits.current():
            await pass_time(5)

    async def count() -> float:
        counted = waits.begin()
        await asyncio.create_task(wait())
        return counted.seconds

    async def play() -> None:
        assert await asyncio.gather(*(asyncio.create_task(count()) for _ in range(2))) == [5, 5]
        await wait()

    played(play())
