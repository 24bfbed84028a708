"""How long somebody is waited for."""

import asyncio

from pluggram.intake.webhook.deadline import Deadline


class Late:
    """Somebody who is told when it is over."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.at = self.loop.create_future()
        self.deadline = Deadline(self.loop, lambda: self.at.set_result(self.loop.time()))


async def test_it_is_told_once_it_is_over() -> None:
    late = Late()
    start = late.loop.time()
    late.deadline.set(0.05)
    assert 0.04 < await late.at - start < 5


async def test_it_may_be_put_off_again_and_again() -> None:
    late = Late()
    start = late.loop.time()
    late.deadline.set(0.01)
    for seconds in (0.02, 0.05, 0.1):
        late.deadline.set(seconds)
    assert await late.at - start > 0.09


async def test_it_may_be_brought_forward() -> None:
    late = Late()
    start = late.loop.time()
    late.deadline.set(50)
    late.deadline.set(0.01)
    assert await late.at - start < 5


async def test_once_ended_it_is_told_no_more() -> None:
    late, other = Late(), Late()
    late.deadline.set(0.01)
    late.deadline.end()
    other.deadline.set(0.05)
    await other.at
    assert not late.at.done()
