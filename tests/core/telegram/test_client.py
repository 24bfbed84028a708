"""The client against the simulator, over real HTTP and in process."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
import telegram as ptb

from pluggram.edge import Me
from pluggram.errors import FloodLimit, Forbidden, PollConflict, TelegramError, TokenRefused, Unreachable
from pluggram.simulator import Telegram
from pluggram.simulator.http import serve
from pluggram.telegram import Client
from tests.core.telegram.doors import TOKEN, Answer, Door, always, refusal

MESSAGES = ["message"]


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
    async with Client(token, "http://simulator", door=telegram) as client:
        yield client


async def test_a_connected_client_knows_its_name(place: Place) -> None:
    assert place.client.username == "testbot"
    account = next(iter(place.telegram.bots.values()))
    assert place.client.me == Me(account.id, "testbot", True, False, True)


async def test_updates_come_raw_and_an_offset_confirms_them(place: Place) -> None:
    place.ann.send(place.chat, "hello")
    [update] = await place.client.get_updates(None, 5, MESSAGES)
    assert update["message"]["text"] == "hello"
    assert await place.client.get_updates(update["update_id"] + 1, 0, MESSAGES) == []


async def test_only_the_kinds_that_are_asked_for_come(place: Place) -> None:
    assert await place.client.get_updates(None, 0, ["message", "edited_message"]) == []
    message = place.ann.send(place.chat, "hello")
    place.ann.edit(message, "hello again")
    place.ann.inline(next(iter(place.telegram.bots.values())), "query")
    updates = await place.client.get_updates(None, 5, ["message", "edited_message"])
    assert [set(update) - {"update_id"} for update in updates] == [{"message"}, {"edited_message"}]


async def test_a_call_carries_nested_parameters(place: Place) -> None:
    place.ann.send(place.chat, "hello")
    keyboard = {"inline_keyboard": [[{"text": "Next", "callback_data": "n"}]]}
    sent = await place.client.call("sendMessage", {"chat_id": place.chat.id, "text": "hi", "reply_markup": keyboard})
    assert sent["reply_markup"] == keyboard


async def test_a_refusal_comes_in_telegrams_words(place: Place) -> None:
    with pytest.raises(TelegramError, match="hat not found"):
        await place.client.call("sendMessage", {"chat_id": 12345, "text": "hi"})


async def test_another_poller_is_a_conflict(place: Place) -> None:
    first = asyncio.create_task(place.client.get_updates(None, 30, MESSAGES))
    account = next(iter(place.telegram.bots.values()))
    await place.telegram.until(lambda: account.updates.polled)
    await place.telegram.call(account.token, "getUpdates", {})
    with pytest.raises(PollConflict):
        await first


async def test_the_real_update_is_built_on_demand(place: Place) -> None:
    place.ann.send(place.chat, "hello")
    [raw] = await place.client.get_updates(None, 5, MESSAGES)
    update = place.client.build_update(raw)
    assert isinstance(update, ptb.Update)
    assert update.effective_user is not None
    assert update.effective_user.first_name == "Ann"


async def test_a_token_nobody_knows_is_refused() -> None:
    telegram = Telegram()
    with pytest.raises(TokenRefused):
        async with over_http(telegram, TOKEN):
            pass


async def test_an_address_that_is_no_bot_api_is_unreachable_and_named() -> None:
    async with serve(Telegram()) as url:
        with pytest.raises(Unreachable, match=r"/elsewhere .*404 Not Found"):
            async with Client(TOKEN, f"{url}/elsewhere"):
                pass


async def test_nobody_at_the_address_is_unreachable_and_the_token_is_not_told() -> None:
    with pytest.raises(Unreachable) as refused:
        async with Client(TOKEN, "http://127.0.0.1:9"):
            pass
    assert TOKEN not in str(refused.value)
    assert "http://127.0.0.1:9 (telegram.base_url): " in str(refused.value)


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (refusal(401, "Unauthorized"), TokenRefused, "does not know this token"),
        (refusal(404, "Not Found"), Unreachable, "404 Not Found"),
        (refusal(502, "Bad Gateway"), Unreachable, "Bad Gateway"),
        (refusal(429, "Too Many Requests: retry after 3", retry_after=3), FloodLimit, "3 seconds"),
        (refusal(409, "Conflict: terminated by other getUpdates request"), PollConflict, "terminated by other"),
        (refusal(400, "Bad Request: upgraded", migrate_to_chat_id=-100), TelegramError, "-100"),
        (refusal(403, "Forbidden: bot was blocked by the user"), Forbidden, "blocked"),
        ((200, None), Unreachable, "no Bot API"),
        ((200, {"ok": True}), Unreachable, "no Bot API"),
        ((200, {"ok": True, "result": None}), Unreachable, "something else than updates"),
        ((200, {"ok": True, "result": "abc"}), Unreachable, "something else than updates"),
        ((200, {"ok": True, "result": [{"update_id": 1}, 5]}), Unreachable, "something else than updates"),
        ((200, {"ok": True, "result": [{"update_id": "1"}]}), Unreachable, "something else than updates"),
        (refusal(429, "Too Many Requests", retry_after="soon"), Unreachable, "no Bot API"),
        (refusal(502, "cannot reach /bot123456:" + "x" * 35 + "/getUpdates"), Unreachable, r"/bot\*\*\*/getUpdates"),
    ],
)
async def test_each_refusal_has_its_kind_once_connected(
    answer: tuple[int, Any], kind: type[TelegramError], said: str
) -> None:
    async with Client(TOKEN, "http://simulator", door=always(*answer)) as client:
        with pytest.raises(kind, match=said) as refused:
            await client.get_updates(None, 0, MESSAGES)
    assert type(refused.value) is kind
    assert "x" * 35 not in str(refused.value)
    if isinstance(refused.value, FloodLimit):
        assert refused.value.retry_after == 3
    if "-100" in said:
        assert refused.value.new_chat_id == -100


async def test_what_get_me_does_not_tell_is_not_known() -> None:
    async with Client(TOKEN, "http://simulator", door=always(200, {})) as client:
        assert client.me == Me(1, "testbot")


@pytest.mark.parametrize("result", [None, 5, "abc", [], {}, {"id": "x"}])
async def test_an_answer_that_tells_no_bot_is_unreachable_and_not_a_crash(result: object) -> None:
    class Nobody(Door):
        async def call(self, token: str, method: str, params: Mapping[str, Any]) -> Answer:
            return Answer(200, {"ok": True, "result": result})

    with pytest.raises(Unreachable, match=r"http://simulator .*no Bot API"):
        async with Client(TOKEN, "http://simulator", door=Nobody(lambda method, parameters: (200, {}))):
            pass


async def test_a_page_that_is_no_json_is_told_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        body = b"<html>no " + head.split()[1] + b" here</html>"
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(page, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Unreachable, match="Bad Gateway") as refused:
            async with Client(TOKEN, f"http://127.0.0.1:{port}"):
                pass
    assert "x" * 35 not in str(refused.value)
    assert "Traceback" not in caplog.text
