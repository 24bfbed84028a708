"""The restart loop: a bot is told to stop at random moments while people write to it, and starts again."""

import asyncio
import signal
from time import monotonic

from tests.faults.contenders import Contender, Place
from tests.faults.crowd import Crowd
from tests.faults.inbox import Inbox
from tests.faults.killing import PATIENCE, STARTING, Moment, Verdict, judge, moments, pass_time, stage

DEADLINE = 15.0
"""Seconds in which a bot has to end; Docker gives it 10 and then kills."""


async def restart_again_and_again(contender: Contender, updates: int, restarts: int, seed: int) -> Verdict:
    """Let each life of the bot end by SIGTERM, amid the answers to its share of the updates; the last may finish.

    Raises AssertionError when it does not end with 0 in time.
    """
    began = monotonic()
    verdict = Verdict(contender.name, contender.transport)
    async with stage(contender, seed) as (crowd, place):
        for moment in moments(seed, restarts, share := updates // (restarts + 1)):
            crowd.speak(share)
            await _live_and_stop(contender, place, crowd, moment)
            verdict.kills += 1
        crowd.speak(updates - len(crowd.said))
        async with contender.running(place):
            await crowd.answered(updates, PATIENCE)
            verdict.out_of_order, verdict.dead = crowd.out_of_order, len(Inbox(place.data).dead())
        await judge(contender, place, crowd, verdict)
    verdict.seconds = monotonic() - began
    return verdict


async def _live_and_stop(contender: Contender, place: Place, crowd: Crowd, moment: Moment) -> None:
    before = crowd.hear()
    async with contender.running(place) as process:
        await crowd.answered(before + 1, STARTING)
        await crowd.answered(before + moment.answers, 1.0)
        await pass_time(crowd.telegram, moment.delay)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), DEADLINE) == 0
