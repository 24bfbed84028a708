import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from pluggram.simulator.faults import ANY, Refused
from pluggram.simulator.model.webhooks import Patience
from pluggram.simulator.webhooks import delivering
from tests.core.simulator.receiver import OK, Post, Receiver, answer, receiving
from tests.core.simulator.stage import Stage


@pytest.fixture
async def delivery(stage: Stage) -> AsyncIterator[None]:
    stage.telegram.patience = Patience(pause=0.001, longest=0.01)
    async with delivering(stage.telegram):
        yield


@pytest.fixture
async def receiver(delivery: None) -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


async def quiet(stage: Stage) -> None:
    await stage.telegram.until(lambda: stage.bot.idle)


async def last_error(stage: Stage) -> object:
    return (await stage.message("getWebhookInfo"))["last_error_message"]


async def test_updates_are_posted_as_json_with_the_secret(stage: Stage, receiver: Receiver) -> None:
    stage.ann.send(stage.chat, "grüß 😀")
    await stage.ok("setWebhook", url=f"{receiver.url}?a=b", secret_token="s-3_cret")
    (post,) = await receiver.got(1)
    assert post.path == "/hook?a=b"
    assert (post.text, post.update["update_id"]) == ("grüß 😀", 1_800_000_000)
    assert post.headers["x-telegram-bot-api-secret-token"] == "s-3_cret"
    assert post.headers["content-type"] == "application/json"
    assert post.headers["host"] == f"127.0.0.1:{receiver.port}"
    await quiet(stage)


async def test_without_a_secret_there_is_no_header(stage: Stage, receiver: Receiver) -> None:
    await stage.ok("setWebhook", url=receiver.url)
    stage.ann.send(stage.chat, "hi")
    (post,) = await receiver.got(1)
    assert "x-telegram-bot-api-secret-token" not in post.headers


async def test_what_is_not_confirmed_comes_again_until_it_is(stage: Stage, receiver: Receiver) -> None:
    receiver.script = [answer("500 Internal Server Error"), answer("302 Found", location="/elsewhere"), b"", b"",
                       answer("204 No Content")]  # fmt: skip
    await stage.ok("setWebhook", url=receiver.url)
    stage.ann.send(stage.chat, "one")
    stage.ann.send(stage.chat, "two")
    await quiet(stage)
    assert [post.text for post in receiver.posts] == ["one"] * 5 + ["two"]


async def test_what_went_wrong_last_is_told_in_telegrams_words(stage: Stage, receiver: Receiver) -> None:
    stage.telegram.patience.answer = 0.05
    hang = asyncio.Event()

    async def behave(post: Post) -> bytes:
        if len(receiver.posts) == 1:
            return answer("500 Internal Server Error")
        if len(receiver.posts) == 2:
            assert await last_error(stage) == "Wrong response from the webhook: 500 Internal Server Error"
            return b""
        if len(receiver.posts) == 3:
            assert await last_error(stage) == "Webhook connection closed"
            await hang.wait()
            return b""
        return OK

    receiver.behaviour = behave
    await stage.ok("setWebhook", url=receiver.url)
    stage.ann.send(stage.chat, "hi")
    await quiet(stage)
    info = await stage.message("getWebhookInfo")
    assert (info["last_error_message"], info["last_error_date"]) == ("Read timeout expired", 1_800_000_000)
    assert info["pending_update_count"] == 0
    hang.set()


async def test_a_webhook_that_nobody_serves_is_refused_and_found_again(stage: Stage, delivery: None) -> None:
    async with receiving() as gone:
        url, port = gone.url, gone.port
    await stage.ok("setWebhook", url=url)
    stage.ann.send(stage.chat, "hi")
    await stage.telegram.until(lambda: stage.bot.webhook and stage.bot.webhook.last_error)
    assert await last_error(stage) == "Connection refused"
    assert len(stage.bot.updates) == 1
    again = Receiver()
    async with again.serving(port):
        await quiet(stage)
    assert [post.text for post in again.posts] == ["hi"]


async def test_a_tls_error_is_told(stage: Stage, delivery: None) -> None:
    async def speak_no_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer("400 Bad Request"))
        writer.close()

    async with await asyncio.start_server(speak_no_tls, "127.0.0.1", 0) as server:
        await stage.ok("setWebhook", url=f"https://localhost:{server.sockets[0].getsockname()[1]}")
        stage.ann.send(stage.chat, "hi")
        await stage.telegram.until(lambda: stage.bot.webhook and stage.bot.webhook.last_error)
    assert str(await last_error(stage)).startswith("SSL error {")


async def test_retry_after_is_heeded(stage: Stage, receiver: Receiver) -> None:
    receiver.script = [answer("503 Service Unavailable", retry_after="3600")]
    await stage.ok("setWebhook", url=receiver.url)
    stage.ann.send(stage.chat, "hi")
    await stage.telegram.until(lambda: stage.bot.webhook and stage.bot.webhook.last_error)
    stage.bob.send(stage.telegram.private(stage.bob, stage.bot), "now")
    await receiver.got(2)
    await stage.telegram.until(lambda: len(stage.bot.updates) == 1)
    assert [post.text for post in receiver.posts] == ["hi", "now"]


class Gate:
    """Holds posts until it is opened and counts how many wait."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.waiting = self.most = 0

    async def __call__(self, post: Post) -> bytes:
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        await self.open.wait()
        self.waiting -= 1
        return OK


async def test_chats_are_served_side_by_side_and_each_in_order(stage: Stage, receiver: Receiver) -> None:
    receiver.behaviour = gate = Gate()
    await stage.ok("setWebhook", url=receiver.url)
    for text in ("a1", "a2"):
        stage.ann.send(stage.chat, text)
    stage.bob.send(stage.telegram.private(stage.bob, stage.bot), "b1")
    assert [post.text for post in await receiver.got(2)] == ["a1", "b1"]
    gate.open.set()
    await quiet(stage)
    assert [post.text for post in receiver.posts] == ["a1", "b1", "a2"]


async def test_no_more_than_max_connections_are_under_way(stage: Stage, receiver: Receiver) -> None:
    receiver.behaviour = gate = Gate()
    for number in range(5):
        user = stage.telegram.user(f"U{number}")
        user.send(stage.telegram.private(user, stage.bot), "hi")
    await stage.ok("setWebhook", url=receiver.url, max_connections=2)
    await receiver.got(2)
    gate.open.set()
    await quiet(stage)
    assert (gate.most, len(receiver.posts)) == (2, 5)


async def test_an_edit_waits_for_its_message_but_a_button_press_does_not(stage: Stage, receiver: Receiver) -> None:
    stage.ann.send(stage.chat, "/start")
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
    sent = await stage.message(chat_id=stage.ann.id, text="x", reply_markup=keyboard)
    stage.ann.edit(stage.chat.messages[1], "/begin")
    stage.ann.press(stage.chat.messages[int(str(sent["message_id"]))], "x")
    receiver.behaviour = gate = Gate()
    await stage.ok("setWebhook", url=receiver.url)
    posts = await receiver.got(2)
    gate.open.set()
    await quiet(stage)
    assert [list(post.update)[1] for post in posts] == ["message", "callback_query", "edited_message"]


@pytest.mark.parametrize("form", ["json", "urlencoded"])
async def test_a_method_in_the_answer_is_called(stage: Stage, receiver: Receiver, form: str) -> None:
    body = {"method": "sendMessage", "chat_id": str(stage.ann.id), "text": "hello"}
    receiver.script = [
        answer("200 OK", json.dumps(body).encode(), content_type="application/json")
        if form == "json"
        else answer("200 OK", b"method=sendMessage&chat_id=%d&text=hello" % stage.ann.id,
                    content_type="application/x-www-form-urlencoded")
    ]  # fmt: skip
    await stage.ok("setWebhook", url=receiver.url)
    stage.ann.send(stage.chat, "hi")
    await quiet(stage)
    assert stage.chat.latest is not None
    assert (stage.chat.latest.text, stage.chat.latest.author) == ("hello", stage.bot)


@pytest.mark.parametrize("method", ["deleteWebhook", "SETWEBHOOK", "logOut", "close", "getUpdates", "getMe", ""])
async def test_some_methods_are_not_for_answers(stage: Stage, receiver: Receiver, method: str) -> None:
    receiver.script = [answer("200 OK", json.dumps({"method": method}).encode(), content_type="application/json")]
    await stage.ok("setWebhook", url=receiver.url)
    stage.telegram.faults.next(ANY, Refused())
    stage.ann.send(stage.chat, "hi")
    await quiet(stage)
    assert stage.telegram.faults.happened == []


async def test_an_answer_that_cannot_be_read_confirms_all_the_same(stage: Stage, receiver: Receiver) -> None:
    receiver.script = [answer("200 OK", b"{", content_type="application/json")]
    await stage.ok("setWebhook", url=receiver.url)
    stage.ann.send(stage.chat, "hi")
    await quiet(stage)
    assert len(receiver.posts) == 1


async def test_what_was_under_way_when_the_webhook_went_is_left_for_polling(stage: Stage, receiver: Receiver) -> None:
    receiver.behaviour = gate = Gate()
    await stage.ok("setWebhook", url=receiver.url)
    stage.ann.send(stage.chat, "hi")
    await receiver.got(1)
    await stage.ok("deleteWebhook")
    gate.open.set()
    await stage.telegram.changed()
    assert len(await stage.updates()) == 1


async def test_dropped_updates_are_not_tried_again(stage: Stage, receiver: Receiver) -> None:
    receiver.script = [answer("500 Internal Server Error", retry_after="1")]
    await stage.ok("setWebhook", url=receiver.url)
    stage.ann.send(stage.chat, "lost")
    await stage.telegram.until(lambda: stage.bot.webhook and stage.bot.webhook.last_error)
    stage.clock.now += 1
    await stage.ok("setWebhook", url=receiver.url, drop_pending_updates=True)
    stage.ann.send(stage.chat, "new")
    await quiet(stage)
    assert [post.text for post in receiver.posts] == ["lost", "new"]


async def test_the_fixed_address_is_connected_to_under_the_name_of_the_url(stage: Stage, receiver: Receiver) -> None:
    url = f"http://bot.example.org:{receiver.port}/hook"
    await stage.ok("setWebhook", url=url, ip_address="127.0.0.1")
    stage.ann.send(stage.chat, "hi")
    (post,) = await receiver.got(1)
    assert post.headers["host"] == f"bot.example.org:{receiver.port}"


GZIPPED_ZEROES = gzip.compress(bytes(60 * 2**20))


@pytest.mark.parametrize(
    ("hostile", "words"),
    [
        (answer("500 No", retry_after="9" * 5000), "Wrong response from the webhook: 500 No"),
        (answer("500 No", retry_after="-5"), "Wrong response from the webhook: 500 No"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + bytes(52 * 2**20), "Webhook connection closed"),
        (answer("200 OK", GZIPPED_ZEROES, content_encoding="gzip"), "Webhook connection closed"),
        (answer("200 OK", b"no gzip", content_encoding="gzip"), "Webhook connection closed"),
        (b"\xff\x00\xff\r\n\r\n", "Webhook connection closed"),
    ],
    ids=["endless pause", "negative pause", "too long", "a bomb", "no gzip", "no HTTP"],
)
async def test_no_answer_harms_the_other_deliveries(
    stage: Stage, receiver: Receiver, hostile: bytes, words: str
) -> None:
    receiver.script = [hostile]
    await stage.ok("setWebhook", url=receiver.url)
    stage.ann.send(stage.chat, "one")
    await stage.telegram.until(lambda: stage.bot.webhook and stage.bot.webhook.last_error)
    assert await last_error(stage) == words
    stage.bob.send(stage.telegram.private(stage.bob, stage.bot), "two")
    await stage.telegram.until(lambda: "two" in [post.text for post in receiver.posts])


async def test_an_answer_that_drips_is_broken_off(stage: Stage, delivery: None) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        with suppress(ConnectionError):
            while not reader.at_eof():
                writer.write(b"x")
                await writer.drain()
                with suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(1000), 0.01)
        writer.close()

    stage.telegram.patience.answer = 0.1
    async with await asyncio.start_server(drip, "127.0.0.1", 0) as server:
        await stage.ok("setWebhook", url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        stage.ann.send(stage.chat, "hi")
        await stage.telegram.until(lambda: stage.bot.webhook and stage.bot.webhook.last_error)
    assert await last_error(stage) == "Read timeout expired"


@pytest.mark.parametrize("host", ["exämple.org", "a..b", "x" * 70, "-_.!$,~*'();&+=%"])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_no_name_of_a_webhook_harms_the_other_deliveries(
    stage: Stage, receiver: Receiver, scheme: str, host: str
) -> None:
    stage.telegram.patience.answer = 0.1
    other = stage.telegram.bot("other_bot", token="43:secret")
    await stage.telegram.call(other.token, "setWebhook", {"url": receiver.url})
    url = f"{scheme}://{host}:{receiver.port}/hook"
    await stage.ok("setWebhook", url=url, ip_address="127.0.0.1")
    stage.ann.send(stage.chat, "hi")
    await stage.telegram.until(
        lambda: not len(stage.bot.updates) or (stage.bot.webhook and stage.bot.webhook.last_error)
    )
    stage.ann.send(stage.telegram.private(stage.ann, other), "for the other")
    await stage.telegram.until(lambda: not len(other.updates))
