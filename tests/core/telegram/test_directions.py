"""Groups that became supergroups: what is for the old id arrives at the new one, once, whoever sends it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import pytest

from pluggram.bot.moves import Moves
from pluggram.errors import TelegramError
from pluggram.parts import File
from pluggram.reply import Reply
from pluggram.simulator import Bot, Chat, Telegram, User
from pluggram.simulator.http import serve
from pluggram.simulator.model.content import Document
from pluggram.telegram import Client
from pluggram.telegram.answers import deliver
from pluggram.telegram.directions import migrated_to
from tests.core.telegram.doors import TOKEN, Answer, Door, refusal
from tests.core.telegram.scripted import request_of


class Place:
    """A bot in a group, over HTTP or in the process."""

    def __init__(self, telegram: Telegram, account: Bot, client: Client, ann: User) -> None:
        self.telegram, self.account, self.client, self.ann = telegram, account, client, ann
        self.group = telegram.group("Friends", ann, account)

    def shown(self, chat: Chat) -> list[str]:
        return [each.text for each in chat.messages.values() if each.author is self.account]


@pytest.fixture(params=["http", "in process"])
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    telegram = Telegram()
    account, ann = telegram.bot("testbot"), telegram.user("Ann")
    if request.param == "http":
        async with serve(telegram) as url, Client(account.token, url) as client:
            yield Place(telegram, account, client, ann)
    else:
        async with Client(account.token, "http://simulator", door=telegram) as client:
            yield Place(telegram, account, client, ann)


def written(place: Place) -> dict[str, Callable[[], Any]]:
    """Give each way to write to the group by its old id."""
    client, old = place.client, place.group.id
    asked = request_of({"message": {"message_id": 1, "chat": {"id": old, "type": "group"}, "text": "/x"}})
    return {
        "returned": lambda: deliver(client.call, asked, Reply("returned")),
        "plugin": lambda: client.send_to(old, Reply("plugin")),
        "python-telegram-bot": lambda: client.bot.send_message(old, "python-telegram-bot"),
        "bare call": lambda: client.call("sendMessage", {"chat_id": str(old), "text": "bare call"}),
    }


@pytest.mark.parametrize("first", ["returned", "plugin", "python-telegram-bot", "bare call"])
async def test_the_first_call_finds_the_supergroup_and_all_later_ones_go_there_at_once(
    place: Place, first: str
) -> None:
    told: list[tuple[int, int]] = []
    place.client.follow(Moves(lambda old, new: told.append((old, new))))
    new = place.telegram.migrate(place.group)
    ways = written(place)
    await ways[first]()
    assert place.shown(new) == [first]
    for way in ways.values():
        await way()
    assert place.shown(new) == [first, *ways]
    assert place.shown(place.group) == []
    assert told == [(place.group.id, new.id)]


async def test_those_who_write_at_the_same_time_arrive_once_and_in_order(place: Place) -> None:
    new = place.telegram.migrate(place.group)
    await asyncio.gather(*(way() for way in written(place).values()))
    assert place.shown(new) == list(written(place))


async def test_who_waits_for_the_old_group_is_not_overtaken_by_who_writes_to_the_new_one() -> None:
    arrived, resending, go_on = list[Any](), asyncio.Event(), asyncio.Event()

    class Slow(Door):
        async def call(self, token: str, method: str, params: Mapping[str, Any]) -> Answer:
            if params.get("text") == "1" and params["chat_id"] == -1009:
                resending.set()
                await go_on.wait()
            return await super().call(token, method, params)

    def answer(method: str, parameters: Mapping[str, Any]) -> tuple[int, Any]:
        if parameters["chat_id"] == -5:
            return refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1009)
        arrived.append(parameters["text"])
        return 200, {"ok": True, "result": {"message_id": 1}}

    async with Client(TOKEN, "http://simulator", door=Slow(answer)) as client:
        tasks = [asyncio.create_task(client.send_to(-5, Reply(text))) for text in "12"]
        await resending.wait()
        tasks += [asyncio.create_task(client.send_to(chat, Reply(text))) for chat, text in ((-5, "3"), (-1009, "4"))]
        await asyncio.sleep(0)
        go_on.set()
        await asyncio.wait(tasks)
    assert arrived == list("1234")


async def test_a_file_arrives_whole(place: Place) -> None:
    new = place.telegram.migrate(place.group)
    for name in ("found.txt", "known.txt"):
        await place.client.send_to(place.group.id, Reply(name, document=File(name, b"content")))
    contents = [each.content for each in new.messages.values() if each.author is place.account]
    assert [(c.file.name, c.file.content) for c in contents if isinstance(c, Document)] == [
        ("found.txt", b"content"), ("known.txt", b"content"),
    ]  # fmt: skip


async def test_what_is_asked_of_the_old_group_is_asked_of_the_new_one(place: Place) -> None:
    new = place.telegram.migrate(place.group)
    assert await place.client.administrators(place.group.id) == {place.ann.id}
    assert (await place.client.call("getChat", {"chat_id": place.group.id}))["id"] == new.id


async def test_what_is_forwarded_from_the_old_group_is_looked_for_in_the_new_one() -> None:
    asked: list[tuple[Any, Any]] = []

    def answer(method: str, parameters: Any) -> tuple[int, Any]:
        asked.append((parameters["chat_id"], parameters["from_chat_id"]))
        if -5 in asked[-1]:
            return refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1009)
        return 200, {"ok": True, "result": {"message_id": 1}}

    async with Client(TOKEN, "http://simulator", door=Door(answer)) as client:
        for _ in range(2):
            await client.call("forwardMessage", {"chat_id": 7, "from_chat_id": -5, "message_id": 1})
    assert asked == [(7, -5), (7, -1009), (7, -1009)]


async def test_it_is_not_guessed_which_of_two_groups_has_moved() -> None:
    asked: list[Any] = []

    def answer(method: str, parameters: Any) -> tuple[int, Any]:
        asked.append(parameters["chat_id"])
        return refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1009)

    async with Client(TOKEN, "http://simulator", door=Door(answer)) as client:
        moves = Moves()
        client.follow(moves)
        with pytest.raises(TelegramError) as refused:
            await client.call("forwardMessage", {"chat_id": -6, "from_chat_id": -5, "message_id": 1})
    assert (refused.value.new_chat_id, asked, len(moves)) == (-1009, [-6], 0)


async def test_a_telegram_that_sends_in_circles_ends_in_its_refusal() -> None:
    asked: list[Any] = []

    def answer(method: str, parameters: Any) -> tuple[int, Any]:
        asked.append(parameters["chat_id"])
        return refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-6 if asked[-1] == -5 else -5)

    async with Client(TOKEN, "http://simulator", door=Door(answer)) as client:
        with pytest.raises(TelegramError):
            await client.send_to(-5, Reply("x"))
    assert asked == [-5, -6]


@pytest.mark.parametrize("parameters", [{}, None, 5, {"migrate_to_chat_id": "x"}, {"migrate_to_chat_id": True}])
def test_an_answer_that_tells_no_new_id_tells_none(parameters: object) -> None:
    assert migrated_to(json.dumps({"parameters": parameters, "description": "migrate_to_chat_id"}).encode()) is None


@pytest.mark.parametrize("body", [b"", b"[" * 100_000, b"\xff"])
def test_an_answer_that_is_no_json_tells_none(body: bytes) -> None:
    assert migrated_to(body + b"migrate_to_chat_id") is None
