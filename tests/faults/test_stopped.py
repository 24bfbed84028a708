"""A bot that is told to stop ends in time, and what it leaves is answered later, once."""

import asyncio
import signal
from asyncio.subprocess import Process

from tests.faults.contenders import ours
from tests.faults.inbox import Inbox
from tests.faults.killing import stage
from tests.faults.restarts import restart_again_and_again
from tests.faults.work import NAP

SQLITE = ours("polling", "sqlite", "durable")
JSON = ours("polling", "json", "durable")


async def test_a_stop_during_a_backlog_ends_in_time_and_leaves_the_rest_for_later() -> None:
    async with stage(SQLITE, seed=1) as (crowd, place):
        naps = [crowd.ask("/nap", person=1) for _ in range(8)]
        async with SQLITE.running(place) as process:
            assert await crowd.answered(2, quiet=20)
            began = asyncio.get_running_loop().time()
            assert await _stopped(process) == 0
        assert asyncio.get_running_loop().time() - began < 5 * NAP  # all eight would take longer
        assert crowd.hear() < len(naps)
        assert Inbox(place.data).undone() == set(naps) - crowd.answers.keys()
        async with SQLITE.running(place) as process:
            assert await crowd.answered(len(naps), quiet=20)
            assert await _stopped(process) == 0
        crowd.hear()
    assert list(crowd.answers) == naps
    assert not crowd.doubled
    assert crowd.strange == []


async def test_restarts_in_a_row_answer_nothing_twice() -> None:
    verdict = await restart_again_and_again(JSON, updates=100, restarts=3, seed=1)
    assert (verdict.answered, verdict.lost, verdict.dead, verdict.doubled) == (100, [], 0, 0), verdict
    assert (verdict.links > 0, verdict.lost_links, verdict.out_of_order) == (True, [], 0), verdict


async def _stopped(process: Process) -> int:
    process.send_signal(signal.SIGTERM)
    return await asyncio.wait_for(process.wait(), 20)
