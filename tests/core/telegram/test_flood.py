"""The gate: a 429 in one chat delays that chat only and keeps its order; one for the whole bot delays all."""

import asyncio
import json
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluggram import waits
from pluggram.telegram.everywhere import SEVERAL
from pluggram.telegram.flood import TOO_MANY, Gate, Send
from pluggram.telegram.results import Answer
from tests.core.telegram.clock import now, pass_time, played

DONE: Answer = 200, b'{"ok":true,"result":true}'


def too_many(seconds: object) -> Answer:
    return TOO_MANY, json.dumps({"ok": False, "parameters": {"retry_after": seconds}}).encode()


class Telegram:
    """Refuses calls to a chat, or all calls, for some seconds from when it is told to; notes what it has done when."""

    def __init__(self) -> None:
        self.gate = Gate()
        self.shut: dict[int, float] = defaultdict(float)
        self.all_shut = 0.0
        self.done: list[tuple[int, str, float]] = []
        self.refused = 0
        self.takes = 0.0

    def flood(self, seconds: float, *chats: int) -> None:
        if not chats:
            self.all_shut = max(self.all_shut, now() + seconds)
        for chat in chats:
            self.shut[chat] = max(self.shut[chat], now() + seconds)

    def sending(self, chat: int, text: str) -> Send:
        async def send() -> Answer:
            if self.takes:
                await pass_time(self.takes)
            rest = max(self.shut[chat], self.all_shut) - now()
            if rest > 0:
                self.refused += 1
                return too_many(rest)
            self.done.append((chat, text, now()))
            return DONE

        return send

    async def send(self, chat: int, text: str) -> None:
        assert await self.gate.in_turn(chat, self.sending(chat, text)) == DONE

    def texts(self, chat: int) -> list[str]:
        return [text for each, text, _ in self.done if each == chat]


CHATS = st.integers(0, 3)
TIMES = st.integers(0, 40)


@settings(deadline=None)
@given(
    st.lists(st.tuples(CHATS, TIMES), max_size=40),
    st.lists(st.tuples(CHATS, TIMES, st.integers(1, 20)), max_size=6),
    st.sampled_from([0.0, 0.25]),
)
def test_a_flooded_chat_keeps_its_order_loses_nothing_and_delays_no_other(
    messages: list[tuple[int, int]], floods: list[tuple[int, int, int]], takes: float
) -> None:
    async def play() -> None:
        telegram, came = Telegram(), defaultdict[int, list[tuple[str, float]]](list)
        telegram.takes = takes

        async def write(number: int, chat: int, start: int) -> None:
            await pass_time(start)
            came[chat].append((str(number), now()))
            await telegram.send(chat, str(number))

        for chat, start, seconds in floods:
            asyncio.get_running_loop().call_later(start, telegram.flood, seconds, chat)
        await asyncio.gather(*(write(number, *message) for number, message in enumerate(messages)))
        flooded = {chat for chat, _, _ in floods}
        for chat, sent in came.items():
            assert telegram.texts(chat) == [text for text, _ in sent]
            if chat not in flooded:
                waits = [done - came_at for (_, _, done), (_, came_at) in zip(
                    [each for each in telegram.done if each[0] == chat], sent, strict=True)]  # fmt: skip
                assert all(wait <= takes * len(sent) for wait in waits)
        assert telegram.refused <= len(floods)
        assert len(telegram.gate.turns) == 0

    played(play())


def test_telegram_is_left_alone_for_as_long_as_it_said() -> None:
    async def play() -> None:
        telegram = Telegram()
        telegram.flood(3600, 1)
        await asyncio.gather(*(telegram.send(1, text) for text in "abc"), telegram.send(2, "x"))
        assert telegram.done == [(2, "x", 0.0), (1, "a", 3600.0), (1, "b", 3600.0), (1, "c", 3600.0)]
        assert telegram.refused == 1

    played(play())


def test_a_flood_limit_for_the_whole_bot_delays_all_and_is_not_met_by_all_at_once() -> None:
    async def play() -> None:
        telegram = Telegram()
        telegram.takes = 0.05
        telegram.flood(30)
        await asyncio.gather(*(telegram.send(chat, "first") for chat in range(SEVERAL)))
        telegram.done.clear()
        telegram.flood(30)
        before = telegram.refused
        tasks = [asyncio.create_task(telegram.send(chat, "second")) for chat in range(SEVERAL)]
        await pass_time(1)
        tasks += [asyncio.create_task(telegram.send(chat, "third")) for chat in range(SEVERAL, 1000)]
        await asyncio.wait(tasks)
        assert telegram.refused - before == SEVERAL
        assert {chat for chat, _, _ in telegram.done} == set(range(1000))
        assert min(when for _, _, when in telegram.done) >= 60

    played(play())


def test_a_call_that_goes_ahead_after_a_flood_and_fails_lets_the_next_go() -> None:
    async def fail() -> Answer:
        raise OSError

    async def play() -> None:
        telegram = Telegram()
        telegram.flood(30)
        tasks = [asyncio.create_task(telegram.send(chat, "first")) for chat in range(SEVERAL)]
        await pass_time(1)
        failing = asyncio.create_task(telegram.gate.in_turn(98, fail))
        await pass_time(1)
        tasks += [asyncio.create_task(telegram.send(99, "last"))]
        telegram.takes = 1
        await asyncio.wait([*tasks, failing])
        assert isinstance(failing.exception(), OSError)
        assert telegram.texts(99) == ["last"]

    played(play())


def test_a_chat_that_is_told_twice_waits_for_as_long_as_it_was_told_last() -> None:
    async def play() -> None:
        telegram = Telegram()
        telegram.takes = 1
        telegram.flood(10, 1)
        first = asyncio.create_task(telegram.gate.at_once(1, telegram.sending(1, "typing")))
        await pass_time(0.5)
        telegram.shut[1] = now() + 30
        second = asyncio.create_task(telegram.gate.at_once(1, telegram.sending(1, "typing")))
        telegram.shut[1] = 10
        await first
        telegram.shut[1] = 30
        await second
        await pass_time(15)
        await telegram.send(1, "text")
        [(_, _, when)] = telegram.done
        assert 30 < when < 33
        assert telegram.refused == 2

    played(play())


def test_a_call_that_is_not_worth_waiting_for_is_refused_without_asking() -> None:
    async def play() -> None:
        telegram = Telegram()
        telegram.flood(10, 1)
        status, body = await telegram.gate.at_once(1, telegram.sending(1, "typing"))
        assert (status, json.loads(body)["parameters"]) == (TOO_MANY, {"retry_after": 10})
        await pass_time(3.5)
        status, body = await telegram.gate.at_once(1, telegram.sending(1, "typing"))
        assert (status, json.loads(body)["parameters"], telegram.refused) == (TOO_MANY, {"retry_after": 7}, 1)
        await telegram.send(1, "text")
        assert await telegram.gate.at_once(1, telegram.sending(1, "typing")) == DONE
        assert telegram.done[0] == (1, "text", 10.0)

    played(play())


def test_a_call_that_is_not_worth_waiting_for_waits_for_no_turn() -> None:
    async def play() -> None:
        telegram = Telegram()
        telegram.takes = 5
        writing = asyncio.create_task(telegram.send(1, "long"))
        await pass_time(1)
        assert await telegram.gate.at_once(1, telegram.sending(1, "typing")) == DONE
        assert telegram.texts(1) == ["long", "typing"]
        await writing

    played(play())


def test_a_method_that_is_refused_delays_that_method_only() -> None:
    async def play() -> None:
        gate, when = Gate(), list[float]()

        async def send() -> Answer:
            when.append(now())
            await asyncio.sleep(0)
            return too_many(20) if now() < 20 else DONE

        asking = [asyncio.create_task(gate.by_method("setmycommands", send)) for _ in range(2)]
        await pass_time(1)
        asking.append(asyncio.create_task(gate.by_method("setmycommands", send)))
        assert await gate.by_method("answercallbackquery", Telegram().sending(1, "x")) == DONE
        assert now() == 1.0
        assert [await each for each in asking] == [DONE] * 3
        assert when == [0.0, 0.0, 20.0, 20.0, 20.0]

    played(play())


@pytest.mark.parametrize("said", [None, 0, -1, "soon", float("nan"), float("inf"), [], 10**400])
async def test_a_429_that_does_not_say_how_long_is_left_to_who_called(said: object) -> None:
    answer = too_many(said)

    async def send() -> Answer:
        return answer

    gate = Gate()
    for way in (gate.in_turn, gate.at_once, gate.by_method):
        assert await way("1", send) == answer
    assert len(gate.turns) == 0


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'{"parameters":5}', b"[" * 100_000, b"\xff"])
async def test_a_429_that_is_none_of_the_bot_api_is_left_to_who_called(body: bytes) -> None:
    async def send() -> Answer:
        return TOO_MANY, body

    assert await Gate().in_turn(1, send) == (TOO_MANY, body)


def test_what_a_handler_waits_for_its_chat_or_its_turn_or_the_whole_bot_is_counted_as_that() -> None:
    async def counted(telegram: Telegram, chat: int) -> float:
        waited = waits.begin()
        await telegram.send(chat, "x")
        return waited.seconds

    async def play() -> None:
        telegram = Telegram()
        telegram.takes = 1
        telegram.flood(20, 1)
        waited = await asyncio.gather(*(asyncio.create_task(counted(telegram, chat)) for chat in (1, 1, 2)))
        assert waited == pytest.approx([19, 21, 0])
        telegram.flood(30)
        waited = await asyncio.gather(*(asyncio.create_task(counted(telegram, chat)) for chat in range(SEVERAL)))
        telegram.takes = 0
        assert min(waited) >= 29

    played(play())


async def test_a_call_that_fails_leaves_the_turn_to_the_next() -> None:
    async def fail() -> Answer:
        raise ConnectionResetError

    telegram = Telegram()
    with pytest.raises(ConnectionResetError):
        await telegram.gate.in_turn(1, fail)
    await telegram.send(1, "next")
    assert len(telegram.gate.turns) == 0


def test_nothing_is_remembered_of_a_flood_that_is_over(caplog: pytest.LogCaptureFixture) -> None:
    async def play() -> None:
        telegram = Telegram()
        for chat in range(100):
            telegram.flood(5, chat)
            await telegram.gate.at_once(chat, telegram.sending(chat, "typing"))
            await telegram.send(chat, "x")
        await pass_time(10)
        assert not telegram.gate._shut
        assert len(telegram.gate.turns) == 0

    played(play())
    said = [record.message for record in caplog.records if record.name == "pluggram.telegram"]
    assert said[:2] == [
        "chat 0: Telegram asks to wait 5 s", "chat 1: Telegram asks to wait 5 s",
    ]  # fmt: skip


def test_what_is_sent_in_bulk_tells_of_the_whole_bot_and_is_held_until_what_waits_has_gone_ahead() -> None:
    async def play() -> None:
        telegram = Telegram()
        telegram.flood(30)
        for chat in range(SEVERAL):
            assert telegram.gate.held == 0
            assert (await telegram.gate.in_bulk(chat, telegram.sending(chat, "bulk")))[0] == TOO_MANY
        assert telegram.gate.held == 30
        telegram.takes = 1
        waiting = [asyncio.create_task(telegram.send(100 + chat, "reply")) for chat in range(20)]
        await pass_time(31.5)
        assert telegram.gate.held > 0
        await asyncio.wait(waiting)
        assert telegram.gate.held == 0
        assert await telegram.gate.in_bulk(1, telegram.sending(1, "bulk")) == DONE

    played(play())
