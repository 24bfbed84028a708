"""A bot that is killed loses nothing: short forms of `python -m tests.faults kill`."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Literal

import pytest

from pluggram.simulator import Answer, Telegram
from tests.faults.contenders import Place, Transport, ours
from tests.faults.crowd import Crowd
from tests.faults.inbox import Inbox
from tests.faults.killing import kill_again_and_again, stage, table

SQLITE = ours("polling", "sqlite", "durable")


@pytest.mark.parametrize(("transport", "storage"), [("polling", "sqlite"), ("webhook", "json")])
async def test_a_bot_that_is_killed_at_random_moments_loses_nothing(
    transport: Transport, storage: Literal["json", "sqlite"]
) -> None:
    verdict = await kill_again_and_again(ours(transport, storage, "durable"), updates=120, kills=2, seed=2)
    figures = table([verdict])
    assert (verdict.kills, verdict.answered, verdict.lost, verdict.dead) == (2, 120, [], 0), figures
    assert verdict.links > 0
    assert verdict.lost_links == [], figures
    assert verdict.running > 0
    assert verdict.doubled <= verdict.running + verdict.unmarked, figures
    assert verdict.out_of_order == 0, figures


class Assassin(Telegram):
    """A Telegram that kills a bot's process when it has posted the second of its messages, before it says so."""

    def __init__(self) -> None:
        super().__init__()
        self.posted = 0
        self.kill: Callable[[], None] = lambda: None

    async def call(self, token: str, method: str, params: Mapping[str, object] | None = None) -> Answer:
        answer = await super().call(token, method, params)
        if method == "sendMessage":
            self.posted += 1
            if self.posted == 2:
                self.kill()
        return answer


async def test_a_bot_that_is_killed_between_its_reply_and_the_mark_of_it_doubles_that_reply_only() -> None:
    telegram = Assassin()
    async with stage(SQLITE, seed=1, telegram=telegram) as (crowd, place):
        asked = [crowd.ask("/work", person=1) for _ in range(3)]
        async with SQLITE.running(place) as process:
            telegram.kill = process.kill
            await process.wait()
        assert set(asked[1:]) <= Inbox(place.data).undone()
        async with SQLITE.running(place):
            assert await crowd.answered(3, quiet=20)
    assert list(crowd.answers) == asked
    assert crowd.doubled.keys() <= set(asked[:2])
    assert crowd.doubled[asked[1]] == 1
    assert crowd.strange == []


async def test_what_kills_the_process_is_set_aside_and_its_neighbours_are_answered() -> None:
    async with stage(SQLITE, seed=1) as (crowd, place):
        [before, killer, after] = [crowd.ask(command, person=1) for command in ("/work", "/die", "/work")]
        neighbours = {crowd.ask("/work", person=person) for person in range(20, 40)}
        lives = 1
        while not await _answers_all_but_one(crowd, place):
            lives += 1
        [letter] = Inbox(place.data).dead()
    assert lives == 5
    assert letter.number == killer
    assert "died" in letter.reason
    assert crowd.answers.keys() == {before, after, *neighbours}
    assert crowd.out_of_order == 0


async def _answers_all_but_one(crowd: Crowd, place: Place) -> bool:
    """Let the bot live, and tell whether it did so until there was one thing left to answer."""
    async with SQLITE.running(place) as process:
        dying, answering = (
            asyncio.create_task(each) for each in (process.wait(), crowd.answered(len(crowd.said) - 1, 30))
        )
        await asyncio.wait((dying, answering), return_when=asyncio.FIRST_COMPLETED)
        answering.cancel()
        return not dying.done()
