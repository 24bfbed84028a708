"""The client against the simulator, over real HTTP and in process."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
import telegram as ptb

from pluggram.errors import PollConflict, TelegramError, TokenRefused, Unreachable
from pluggram.simulator import Telegram
from pluggram.simulator.http import serve
from pluggram.telegram import Client


class Place:
    """A simulated Telegram, and a client of its one bot."""

    def __init__(self, telegram: Telegram, client: Client) -> None:
        self.telegram = telegram
        self.client = client
        self.ann = telegram.user("Ann")
        self.chat = telegram.private(self.ann, next(iter(telegram.bots.values())))


@pytest.fixture(params=["http", "in process"])
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    telegram = Telegram()
    account = telegram.bot("testbot")
    open_client = over_http if request.param == "http" else in_process
    async with open_client(telegram, account.token) as client:
        yield Place(telegram, client)


@asynccontextmanager
async def over_http(telegram: Telegram, token: str) -> AsyncIterator[Client]:
    async with serve(telegram) as url, Client(token, url) as client:
        yield client


@asynccontextmanager
async def in_process(telegram: Telegram, token: str) -> AsyncIterator[Client]:
    async def door(token: str, method: str, parameters: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        answer = await telegram.call(token, method, parameters)
        return answer.status, answer.body

    async with Client(token, "http://simulator", door=door) as client:
        yield client


async def test_a_connected_client_knows_its_name(place: Place) -> None:
    assert place.client.username == "testbot"


async def test_updates_come_raw_and_an_offset_confirms_them(place: Place) -> None:
    place.ann.send(place.chat, "hello")
    [update] = await place.client.get_updates(None, seconds=5)
    assert update["message"]["text"] == "hello"
    assert await place.client.get_updates(update["update_id"] + 1, seconds=0) == []


async def test_a_call_carries_nested_parameters(place: Place) -> None:
    place.ann.send(place.chat, "hello")
    keyboard = {"inline_keyboard": [[{"text": "Next", "callback_data": "n"}]]}
    sent = await place.client.call("sendMessage", {"chat_id": place.chat.id, "text": "hi", "reply_markup": keyboard})
    assert sent["reply_markup"] == keyboard


async def test_a_refusal_comes_in_telegrams_words(place: Place) -> None:
    with pytest.raises(TelegramError, match="hat not found"):
        await place.client.call("sendMessage", {"chat_id": 12345, "text": "hi"})


async def test_another_poller_is_a_conflict(place: Place) -> None:
    first = asyncio.create_task(place.client.get_updates(None, seconds=30))
    account = next(iter(place.telegram.bots.values()))
    await place.telegram.until(lambda: account.updates.polled)
    await place.telegram.call(account.token, "getUpdates", {})
    with pytest.raises(PollConflict):
        await first


async def test_the_real_update_is_built_on_demand(place: Place) -> None:
    place.ann.send(place.chat, "hello")
    [raw] = await place.client.get_updates(None, seconds=5)
    update = place.client.build_update(raw)
    assert isinstance(update, ptb.Update)
    assert update.effective_user is not None
    assert update.effective_user.first_name == "Ann"


async def test_a_token_nobody_knows_is_refused() -> None:
    telegram = Telegram()
    with pytest.raises(TokenRefused):
        async with over_http(telegram, "123456:" + "x" * 35):
            pass


async def test_nobody_at_the_address_is_unreachable_and_the_token_is_not_told() -> None:
    token = "123456:" + "x" * 35
    with pytest.raises(Unreachable) as refused:
        async with Client(token, "http://127.0.0.1:9"):
            pass
    assert token not in str(refused.value)
