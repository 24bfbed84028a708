"""Flood control in the client: whoever calls passes the gate, by our ways and by python-telegram-bot's own methods."""

import asyncio
import io
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import InputFile

from pluggram.bot.moves import Moves
from pluggram.errors import FloodLimit
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.simulator import Bot, Chat, Telegram, User
from pluggram.simulator.faults import Refused
from pluggram.simulator.http import serve
from pluggram.telegram import Client
from pluggram.telegram.answers import acknowledge_press, deliver
from pluggram.telegram.everywhere import SEVERAL
from tests.core.telegram.clock import now, pass_time, played
from tests.core.telegram.doors import TOKEN, Door, refusal
from tests.core.telegram.scripted import PRESS

LONG = Reply("\n".join(letter * 4000 for letter in "abc"))


class Place:
    """A simulated Telegram in the process, a bot's client of it, and people who have written to the bot."""

    def __init__(self, telegram: Telegram, account: Bot, client: Client) -> None:
        self.telegram = telegram
        self.account = account
        self.client = client
        self.people = [telegram.user(f"Person {number}") for number in range(8)]
        self.chats = [telegram.private(person, account) for person in self.people]
        for person, chat in zip(self.people, self.chats, strict=True):
            person.send(chat, "/start")

    def request(self, person: User) -> Request:
        chat = {"id": person.id, "type": "private"}
        request = Request.from_update({"message": {"message_id": 1, "chat": chat, "text": "/x"}}, self.client)
        assert request is not None
        return request

    def shown(self, chat: Chat) -> list[str]:
        return [each.text for each in chat.messages.values() if each.author is self.account]

    def flood(self, seconds: int, chat: Chat | None = None, times: int = 1) -> None:
        self.telegram.faults.next("sendMessage", Refused(429, seconds), chat=chat, times=times)


@asynccontextmanager
async def placed() -> AsyncIterator[Place]:
    telegram = Telegram()
    account = telegram.bot("testbot")
    async with Client(account.token, "http://simulator", door=telegram) as client:
        yield Place(telegram, account, client)


WAYS = ["returned", "plugin", "python-telegram-bot", "bare call"]


async def write(place: Place, way: str, number: int, text: str) -> None:
    person, chat_id = place.people[number], place.chats[number].id
    match way:
        case "returned":
            await deliver(place.client.call, place.request(person), Reply(text))
        case "plugin":
            await place.client.send_to(chat_id, Reply(text))
        case "python-telegram-bot":
            await place.client.bot.send_message(chat_id, text)
        case _:
            await place.client.call("sendMessage", {"chat_id": str(chat_id), "text": text})


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 12), st.sampled_from(WAYS)), max_size=25),
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 12), st.integers(1, 9)), max_size=4),
)
def test_whoever_writes_a_flooded_chat_gets_all_in_order_and_no_other_waits(
    messages: list[tuple[int, int, str]], floods: list[tuple[int, int, int]]
) -> None:
    async def play() -> None:
        async with placed() as place:
            came: dict[int, list[str]] = defaultdict(list)

            async def come(text: str, number: int, start: int, way: str) -> None:
                await pass_time(start)
                came[number].append(text)
                await write(place, way, number, text)
                assert number != 3 or now() == start, "nobody floods this chat"

            for number, start, seconds in floods:
                asyncio.get_running_loop().call_later(start, place.flood, seconds, place.chats[number])
            await asyncio.gather(*(come(f"text {n}", *message) for n, message in enumerate(messages)))
            assert {n: place.shown(place.chats[n]) for n in came} == came

    played(play())


def test_messages_of_one_answer_stay_together_whoever_else_writes() -> None:
    async def play() -> None:
        async with placed() as place:
            place.telegram.faults.next("sendMessage", Refused(429, 5), chat=place.chats[0])
            replying = asyncio.create_task(deliver(place.client.call, place.request(place.people[0]), LONG))
            await pass_time(1)
            others = [asyncio.create_task(write(place, way, 0, way)) for way in WAYS]
            sent = asyncio.create_task(place.client.send_to(place.chats[0].id, LONG))
            last = asyncio.create_task(write(place, "plugin", 0, "last"))
            await asyncio.wait((replying, sent, *others, last))
            assert [text[:1] for text in place.shown(place.chats[0])] == [*"abc", "r", "p", "p", "b", *"abc", "l"]
            assert now() == 5

    played(play())


def test_a_flood_limit_of_the_whole_bot_holds_for_all_ways_of_writing() -> None:
    async def play() -> None:
        async with placed() as place:
            place.flood(30, times=SEVERAL)
            first = [asyncio.create_task(write(place, "returned", n, "first")) for n in range(SEVERAL)]
            await pass_time(1)
            later = [asyncio.create_task(write(place, way, n, way)) for n, way in enumerate(WAYS[1:], SEVERAL)]
            await pass_time(28)
            assert not any(map(place.shown, place.chats))
            assert len(place.telegram.faults.happened) == SEVERAL
            await asyncio.wait((*first, *later))
            assert all(map(place.shown, place.chats))
            assert now() == 30

    played(play())


def test_what_only_asks_and_a_press_do_not_wait_for_a_chat() -> None:
    async def play() -> None:
        async with placed() as place:
            chat = place.chats[0]
            place.flood(30, chat)
            writing = asyncio.create_task(write(place, "plugin", 0, "x"))
            await pass_time(1)
            await place.client.call("getChat", {"chat_id": chat.id})
            assert await place.client.bot.send_chat_action(chat.id, "typing") is True
            with pytest.raises(FloodLimit, match="29"):
                await place.client.edit(chat.id, 1, Reply("x"))
            assert now() == 1
            await writing

    played(play())


def test_a_press_that_telegram_asks_to_wait_for_does_not_hold_the_answer_up() -> None:
    async def play() -> None:
        async with placed() as place:
            message = await place.client.bot.send_message(place.chats[0].id, "go")
            assert message
            place.telegram.faults.next("answerCallbackQuery", Refused(429, 30))
            assert await acknowledge_press(place.client.call, PRESS) is False
            assert now() == 0

    played(play())


def test_a_chat_action_that_telegram_has_no_room_for_is_left_out() -> None:
    async def play() -> None:
        async with placed() as place:
            place.telegram.faults.next("sendChatAction", Refused(429, 5))
            for _ in range(3):
                assert await place.client.call("sendChatAction", {"chat_id": place.chats[0].id, "action": "typing"})
            assert len(place.telegram.faults.happened) == 1

    played(play())


def test_a_file_that_is_sent_again_is_sent_whole() -> None:
    async def play() -> None:
        contents: list[bytes] = []

        def answer(method: str, parameters: Mapping[str, Any]) -> tuple[int, Any]:
            contents.append(parameters["document"][1])
            if len(contents) == 1:
                return refusal(429, "Too Many Requests: retry after 5", retry_after=5)
            return 200, {"ok": True, "result": {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}}}

        async with Client(TOKEN, "http://simulator", door=Door(answer)) as client:
            file = io.BytesIO(b"header and content")
            file.seek(len("header and "))
            await client.bot.send_document(5, InputFile(file, read_file_handle=False))
        assert contents == [b"content", b"content"]

    played(play())


async def test_over_http_the_flooded_chat_waits_and_the_other_does_not() -> None:
    telegram = Telegram()
    account = telegram.bot("testbot")
    async with serve(telegram) as url, Client(account.token, url) as client:
        place = Place(telegram, account, client)
        flooded, other = place.chats[:2]
        place.flood(1, flooded)
        waiting = [asyncio.create_task(write(place, way, 0, way)) for way in WAYS]
        await telegram.until(lambda: bool(telegram.faults.happened))
        await write(place, "returned", 1, "at once")
        assert (place.shown(flooded), place.shown(other)) == ([], ["at once"])
        await asyncio.wait(waiting)
        assert place.shown(flooded) == WAYS


async def test_an_edit_of_a_message_sent_inline_waits_for_that_message_only() -> None:
    calls: list[str] = []
    flooded = asyncio.Event()

    def answer(method: str, parameters: Mapping[str, Any]) -> tuple[int, Any]:
        calls.append(parameters["inline_message_id"])
        if len(calls) == 1:
            flooded.set()
            return refusal(429, "Too Many Requests: retry after 3600", retry_after=3600)
        return 200, {"ok": True, "result": True}

    async with Client(TOKEN, "http://simulator", door=Door(answer)) as client:
        one = asyncio.create_task(client.call("editMessageText", {"inline_message_id": "one", "text": "x"}))
        await flooded.wait()
        await client.call("editMessageText", {"inline_message_id": "two", "text": "x"})
        assert calls == ["one", "two"]
        one.cancel()


def test_the_shape_of_a_chats_name_does_not_matter() -> None:
    async def play() -> None:
        calls: list[tuple[object, float]] = []

        def answer(method: str, parameters: Mapping[str, Any]) -> tuple[int, Any]:
            calls.append((parameters["chat_id"], now()))
            if len(calls) == 1:
                return refusal(429, "Too Many Requests: retry after 5", retry_after=5)
            return 200, {"ok": True, "result": True}

        async with Client(TOKEN, "http://simulator", door=Door(answer)) as client:
            await asyncio.gather(
                *(client.call("deleteMessage", {"chat_id": name, "message_id": 1}) for name in (-100, "-100"))
            )
            assert calls == [(-100, 0.0), (-100, 5.0), ("-100", 5.0)]

    played(play())


def test_a_call_goes_past_the_gate_only_where_none_goes_before_it() -> None:
    async def play() -> None:
        async with placed() as place:
            flooded, free = ({"chat_id": chat.id, "text": "x"} for chat in place.chats[:2])
            press = {"callback_query_id": "1"}
            assert place.client.pass_by("sendMessage", flooded)
            assert place.client.pass_by("answerCallbackQuery", press)
            assert place.client.spoken == 1
            place.flood(5, place.chats[0])
            waiting = asyncio.create_task(write(place, "plugin", 0, "waits"))
            await pass_time(1)
            assert not place.client.pass_by("sendMessage", flooded)
            assert place.client.pass_by("sendMessage", free)
            assert place.client.pass_by("answerCallbackQuery", press)
            await waiting
            assert place.client.pass_by("sendMessage", flooded)

    played(play())


async def test_no_call_goes_past_the_gate_to_a_group_that_has_moved() -> None:
    moves = Moves()
    async with placed() as place:
        place.client.follow(moves)
        assert place.client.pass_by("sendMessage", {"chat_id": -5, "text": "x"})
        moves.add(-5, -1005)
        assert not place.client.pass_by("sendMessage", {"chat_id": -5, "text": "x"})
        assert place.client.pass_by("sendMessage", {"chat_id": -1005, "text": "x"})


async def test_no_call_goes_past_the_gate_while_another_is_under_way_in_its_chat() -> None:
    passed: list[bool] = []

    def answer(method: str, parameters: Mapping[str, Any]) -> tuple[int, Any]:
        passed.extend(client.pass_by("sendMessage", {"chat_id": chat, "text": "x"}) for chat in (5, 6))
        return 200, {"ok": True, "result": True}

    async with Client(TOKEN, "http://simulator", door=Door(answer)) as client:
        await client.call("sendMessage", {"chat_id": 5, "text": "x"})
        assert passed == [False, True]
        assert client.pass_by("sendMessage", {"chat_id": 5, "text": "x"})


def test_no_call_goes_past_the_gate_to_a_chat_that_has_to_wait_though_nobody_waits() -> None:
    async def play() -> None:
        async with placed() as place:
            call = {"chat_id": place.chats[0].id, "text": "x"}
            place.telegram.faults.next("editMessageText", Refused(429, 5))
            with pytest.raises(FloodLimit):
                await place.client.edit(place.chats[0].id, 1, Reply("x"))
            assert not place.client.pass_by("sendMessage", call)
            await pass_time(6)
            assert place.client.pass_by("sendMessage", call)

    played(play())
