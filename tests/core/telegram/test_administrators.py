"""Who administers a group: asked once for many, remembered for a minute, wrong about nobody when Telegram is silent."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from pluggram.errors import Unreachable
from pluggram.simulator import Telegram
from pluggram.telegram import Client, administrators
from pluggram.telegram.administrators import Administrators

GROUP = -100


class Telling:
    """A Bot API that tells of administrators when it is let to, and counts how often it was asked."""

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.asked: list[int] = []
        self.let = asyncio.Event()
        self.let.set()

    async def __call__(self, method: str, parameters: Mapping[str, Any]) -> Any:
        assert method == "getChatAdministrators"
        self.asked.append(parameters["chat_id"])
        await self.let.wait()
        answer = self.answers.pop(0) if self.answers else members(7)
        if isinstance(answer, Exception):
            raise answer
        return answer


def members(*ids: int) -> list[dict[str, Any]]:
    return [{"user": {"id": number}, "status": "administrator"} for number in ids]


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, to be moved by a test."""
    time = [1000.0]
    monkeypatch.setattr(administrators, "monotonic", lambda: time[0])
    return time


async def test_they_are_remembered_for_a_minute(now: list[float]) -> None:
    telling = Telling(members(7, 8), members(8))
    known = Administrators(telling)
    assert await known.of(GROUP) == await known.of(GROUP) == {7, 8}
    now[0] += 59.9
    assert await known.of(GROUP) == {7, 8}
    now[0] += 0.2
    assert await known.of(GROUP) == {8}
    assert telling.asked == [GROUP, GROUP]


async def test_questions_at_the_same_time_make_one_call_and_those_of_other_groups_do_not_wait() -> None:
    telling = Telling()
    known = Administrators(telling)
    telling.let.clear()
    asking = [asyncio.create_task(known.of(group)) for group in (GROUP, GROUP, -200, GROUP)]
    await asyncio.sleep(0)
    telling.let.set()
    assert await asyncio.gather(*asking) == [{7}] * 4
    assert sorted(telling.asked) == [-200, GROUP]


async def test_a_failure_is_not_remembered_and_fails_nobody_who_asks_after() -> None:
    telling = Telling(Unreachable("Bad Gateway"))
    known = Administrators(telling)
    telling.let.clear()
    first, second = (asyncio.create_task(known.of(GROUP)) for _ in range(2))
    await asyncio.sleep(0)
    telling.let.set()
    with pytest.raises(Unreachable):
        await first
    assert await second == {7}
    assert len(telling.asked) == 2


async def test_whoever_gives_up_asking_takes_nobody_along() -> None:
    telling = Telling()
    known = Administrators(telling)
    telling.let.clear()
    first, second = (asyncio.create_task(known.of(GROUP)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    telling.let.set()
    assert await second == {7}
    assert first.cancelled()
    assert len(known._asking) == 0


async def test_a_private_chat_is_not_asked_about() -> None:
    telling = Telling()
    assert await Administrators(telling).of(42) == frozenset()
    assert telling.asked == []


@pytest.mark.parametrize("answer", [None, {}, [None, 5, {}, {"user": None}, {"user": {"id": "7"}}, {"user": {}}]])
async def test_what_telegram_cannot_have_meant_makes_nobody_an_administrator(answer: object) -> None:
    assert await Administrators(Telling(answer)).of(GROUP) == frozenset()


async def test_the_groups_asked_about_longest_ago_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(administrators, "MOST_CHATS", 2)
    telling = Telling()
    known = Administrators(telling)
    for group in (-1, -2, -1, -3, -2, -1):
        await known.of(group)
    assert telling.asked == [-1, -2, -3, -1]


async def test_telegram_names_the_people_who_administer_a_group_and_us_if_we_do() -> None:
    telegram = Telegram()
    account, ann, bob = telegram.bot("testbot"), telegram.user("Ann"), telegram.user("Bob")
    group = telegram.supergroup("Posts", ann, bob, account)
    async with Client(account.token, "http://simulator", door=telegram) as client:
        assert await client.administrators(group.id) == {ann.id}
        assert await client.administrators(bob.id) == frozenset()
