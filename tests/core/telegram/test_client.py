"""The client against the simulator, over real HTTP and in process."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
import telegram as ptb

from pluggram.edge import Malformed, Me
from pluggram.errors import FloodLimit, Forbidden, PollConflict, TelegramError, TokenRefused, Unreachable
from pluggram.parts import File
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.simulator import Telegram
from pluggram.simulator.faults import Page, Refused, Silence
from pluggram.simulator.http import serve
from pluggram.simulator.model.content import Document, Photo
from pluggram.telegram import Client
from pluggram.telegram import client as client_module
from tests.core.simulator.pictures import png
from tests.core.telegram.doors import TOKEN, Answer, Door, always, refusal
from tests.core.telegram.dripping import HEAD, answering
from tests.core.telegram.fetched import fetched

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
    [update] = await fetched(place.client, None, 5, MESSAGES)
    assert update["message"]["text"] == "hello"
    assert await fetched(place.client, update["update_id"] + 1, 0, MESSAGES) == []


async def test_only_the_kinds_that_are_asked_for_come(place: Place) -> None:
    assert await fetched(place.client, None, 0, ["message", "edited_message"]) == []
    message = place.ann.send(place.chat, "hello")
    place.ann.edit(message, "hello again")
    place.ann.inline(next(iter(place.telegram.bots.values())), "query")
    updates = await fetched(place.client, None, 5, ["message", "edited_message"])
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
    [raw] = await fetched(place.client, None, 5, MESSAGES)
    update = place.client.build_update(raw)
    assert isinstance(update, ptb.Update)
    assert update.effective_user is not None
    assert update.effective_user.first_name == "Ann"


async def test_a_token_nobody_knows_is_refused() -> None:
    telegram = Telegram()
    with pytest.raises(TokenRefused):
        async with over_http(telegram, TOKEN):
            pass


async def test_a_flood_limit_at_the_start_is_told_at_once() -> None:
    telegram = Telegram()
    account = telegram.bot("testbot")
    telegram.faults.next("getMe", Refused(429, 60))
    with pytest.raises(FloodLimit) as refused:
        async with over_http(telegram, account.token):
            pass
    assert refused.value.retry_after == 60


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


async def test_what_is_no_update_comes_as_malformed_and_the_others_as_they_are() -> None:
    result = [{"update_id": 1, "message": {"text": "ä"}}, 5, {"update_id": "7"}, {"update_id": 9}]
    async with Client(TOKEN, "http://simulator", door=always(200, {"ok": True, "result": result})) as client:
        first, number, text, last = await client.get_updates(None, 0, MESSAGES)
    assert (first, last) == (result[0], result[3])
    assert number == Malformed("5", "it is no object")
    assert text == Malformed('{"update_id": "7"}', "its update_id is no number that Telegram would give")


async def test_a_poll_that_drips_is_given_up_after_its_time_however_alive_it_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client_module, "POLL_GRACE", 0.3)
    endless = answering(HEAD + b"Content-Length: 999999\r\n\r\n", b'{"ok":true,', forever=b" ")
    async with endless as url, Client(TOKEN, url) as client:
        with pytest.raises(Unreachable, match=r"no whole answer has come within 0\.3 s"):
            await asyncio.wait_for(client.get_updates(None, 0, MESSAGES), 5)


async def test_a_poll_that_is_silent_is_given_up_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "POLL_GRACE", 0.3)
    telegram = Telegram()
    account = telegram.bot("testbot")
    async with over_http(telegram, account.token) as client:
        telegram.faults.next("getUpdates", Silence(60))
        with pytest.raises(Unreachable):
            await asyncio.wait_for(client.get_updates(None, 0, MESSAGES), 5)
        assert await client.get_updates(None, 0, MESSAGES) == []


@pytest.mark.parametrize("head", [b"Content-Length: 99\r\n", b"Transfer-Encoding: chunked\r\n", b""])
async def test_an_answer_that_breaks_off_is_an_outage_and_nothing_of_it_is_taken(head: bytes) -> None:
    part = b'{"ok":true,"result":[{"update_id":1},{"update_id":2},{"upd'
    body = b"%x\r\n%s\r\n" % (len(part), part) if b"chunked" in head else part
    async with answering(HEAD + head + b"\r\n", body) as url, Client(TOKEN, url) as client:
        with pytest.raises(Unreachable):
            await client.get_updates(None, 0, MESSAGES)


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


async def test_a_page_that_wants_a_login_is_no_refused_token() -> None:
    telegram = Telegram()
    account = telegram.bot("testbot")
    telegram.faults.next("getMe", Page(401))
    with pytest.raises(Unreachable, match="its answer is not JSON"):
        async with over_http(telegram, account.token):
            pass
    async with over_http(telegram, account.token) as client:
        telegram.faults.next("getUpdates", Page(401))
        with pytest.raises(Unreachable, match="its answer is not JSON"):
            await client.get_updates(None, 0, MESSAGES)


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


PICTURE = File("chart.png", png(20, 10))


async def test_files_are_sent_with_their_names_and_bytes(place: Place) -> None:
    place.ann.send(place.chat, "hello")
    [photo_id] = await place.client.send_to(place.chat.id, Reply("Chart", photo=PICTURE))
    [file_id] = await place.client.send_to(place.chat.id, Reply(document=File("ä ö.csv", b"1;2\r\n\x00\xff")))
    photo, file = place.chat.messages[photo_id].content, place.chat.messages[file_id].content
    assert isinstance(photo, Photo)
    assert (photo.words.text, photo.file.content) == ("Chart", PICTURE.content)
    assert isinstance(file, Document)
    assert (file.file.name, file.file.content, file.file.mime_type) == ("ä ö.csv", b"1;2\r\n\x00\xff", "text/csv")


async def test_a_file_that_telegram_knows_is_sent_by_its_id(place: Place) -> None:
    place.ann.send(place.chat, "hello")
    [first] = await place.client.send_to(place.chat.id, Reply(photo=PICTURE))
    content = place.chat.messages[first].content
    assert isinstance(content, Photo)
    [second] = await place.client.send_to(place.chat.id, Reply(photo=content.file.id))
    assert place.chat.messages[second].content == content


async def test_files_inside_of_a_parameter_are_uploaded_too(place: Place) -> None:
    place.ann.send(place.chat, "hello")
    album = [{"type": "photo", "media": PICTURE}, {"type": "photo", "media": PICTURE, "caption": "two"}]
    sent = await place.client.call("sendMediaGroup", {"chat_id": place.chat.id, "media": album})
    assert [len(message["photo"]) > 0 for message in sent] == [True, True]
    media = {"type": "document", "media": File("a.txt", b"x")}
    with pytest.raises(TelegramError, match="media type in the album"):
        await place.client.call(
            "editMessageMedia", {"chat_id": place.chat.id, "message_id": sent[0]["message_id"], "media": media}
        )


async def test_a_file_that_came_is_fetched(place: Place) -> None:
    place.ann.send_document(place.chat, "links.csv", b"0042,https://example.org\n")
    [update] = await fetched(place.client, None, 5, MESSAGES)
    request = Request.from_update(update, place.client)
    assert request is not None
    assert await request.download() == b"0042,https://example.org\n"
    with pytest.raises(TelegramError, match="the file has 25 bytes, and at most 24 are taken"):
        await request.download(24)


async def test_a_file_of_more_than_telegram_gives_is_said_to_be_too_big(place: Place) -> None:
    place.ann.send_document(place.chat, "film.bin", bytes(20 * 2**20 + 1))
    [update] = await fetched(place.client, None, 5, MESSAGES)
    with pytest.raises(TelegramError, match="at most 20 MB"):
        await place.client.download(update["message"]["document"]["file_id"], 10**9)


async def test_a_file_that_nobody_knows_is_an_error_in_telegrams_words(place: Place) -> None:
    with pytest.raises(TelegramError, match=r"(?i)file_id"):
        await place.client.download("nonsense", 1000)


async def test_a_file_that_is_gone_from_a_door_is_said_to_be_so() -> None:
    file = {"file_id": "f", "file_unique_id": "u", "file_path": "documents/file_0.csv"}
    door = Door(lambda method, parameters: (200, {"ok": True, "result": file}), {"documents/file_0.csv": b"12345"})
    async with Client(TOKEN, "http://simulator", door=door) as client:
        assert await client.download("f", 5) == b"12345"
        with pytest.raises(TelegramError, match="5 bytes, and at most 4"):
            await client.download("f", 4)
        door.files = {}
        with pytest.raises(TelegramError, match="no longer there"):
            await client.download("f", 5)


async def test_an_edit_does_not_wait_out_a_flood_limit() -> None:
    door = always(*refusal(429, "Too Many Requests: retry after 3600", retry_after=3600))
    async with Client(TOKEN, "http://simulator", door=door) as client:
        with pytest.raises(FloodLimit):
            await asyncio.wait_for(client.edit(5, 9, Reply("x")), 5)


async def test_an_edit_that_changes_nothing_is_done(place: Place) -> None:
    place.ann.send(place.chat, "hello")
    [sent] = await place.client.send_to(place.chat.id, Reply("one"))
    await place.client.edit(place.chat.id, sent, Reply("one"))
    await place.client.edit(place.chat.id, sent, Reply("two"))
    assert place.chat.messages[sent].text == "two"
    with pytest.raises(TelegramError, match="not found"):
        await place.client.edit(place.chat.id, sent + 1, Reply("two"))


async def test_administrators_are_asked_for_when_the_flood_is_over() -> None:
    answers = [
        refusal(429, "Too Many Requests", retry_after=0.001),
        (200, {"ok": True, "result": [{"user": {"id": 7}}]}),
    ]
    async with Client(TOKEN, "http://simulator", door=Door(lambda method, parameters: answers.pop(0))) as client:
        assert await client.administrators(-100) == {7}


async def test_a_token_that_is_repeated_to_us_is_not_told_in_small_letters_either() -> None:
    token = "123456:" + "aB" * 17 + "c"
    repeated = f"Bad Request: nothing at /bot{token}/getChat, /bot{token.replace(':', '%3A')}/getChat"
    door = always(*refusal(400, repeated))
    async with Client(token, "http://simulator", door=door) as client:
        with pytest.raises(TelegramError) as refused:
            await client.call("getChat", {})
    assert str(refused.value) == "Nothing at /bot***/getChat, /bot***/getChat"


async def test_a_parameter_that_is_no_json_is_told_to_who_gave_it(place: Place) -> None:
    with pytest.raises(TelegramError, match="cannot be written as JSON: Object of type set") as raised:
        await place.client.call("sendMessage", {"chat_id": place.chat.id, "text": {1}})
    assert type(raised.value) is TelegramError


async def test_a_message_that_another_bot_deletes_at_once_is_sent_once() -> None:
    sent = list[str]()

    def answer(method: str, _: Mapping[str, Any]) -> tuple[int, Any]:
        sent.append(method)
        return refusal(500, "Internal Server Error: sent message was immediately deleted and can't be returned")

    async with Client(TOKEN, "http://door", door=Door(answer)) as client:
        assert await client.send_to(7, Reply("hello")) == []
    assert sent == ["sendMessage"]
