import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter
from telegram.ext import Application, ApplicationBuilder, CallbackQueryHandler, CommandHandler, ContextTypes

from pluggram.simulator import Answer
from pluggram.simulator.body import MAX_BODY
from pluggram.simulator.calls import Called
from pluggram.simulator.faults import Interrupted, Reset
from pluggram.simulator.http import serve
from pluggram.simulator.model.queries import Toast
from tests.core.simulator.pictures import png
from tests.core.simulator.receiver import OK, Post, receiving
from tests.core.simulator.stage import Stage

Context = ContextTypes.DEFAULT_TYPE


@pytest.fixture
async def http(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    async with serve(stage.telegram) as url, httpx.AsyncClient(base_url=f"{url}/bot{stage.bot.token}") as client:
        yield client


async def test_parameters_come_by_query_form_json_and_multipart(stage: Stage, http: httpx.AsyncClient) -> None:
    stage.ann.send(stage.chat, "/start")
    values = {"chat_id": str(stage.ann.id), "text": "grüß 😀"}
    answers = [
        await http.get("/sendMessage", params=values),
        await http.post("/sendmessage", data=values),
        await http.post("/SENDMESSAGE", json=values | {"chat_id": stage.ann.id, "parse_mode": None}),
        await http.post("/sendMessage", files={name: (None, value) for name, value in values.items()}),
        await http.post("/sendMessage", params={"chat_id": "1"}, data=values),
    ]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert answer.json()["result"]["text"] == "grüß 😀"
        assert answer.headers["content-type"] == "application/json"


async def test_a_bot_that_goes_away_in_the_middle_of_a_call_disturbs_nobody(
    http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    url = http.base_url
    _, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(f"POST {url.path}sendMessage HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nchat_id=".encode())
    await writer.drain()
    assert (await http.get("/getMe")).status_code == 200
    writer.close()
    await writer.wait_closed()
    for _ in range(3):
        assert (await http.get("/getMe")).status_code == 200
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("body", "words"),
    [(b"{", "can't parse JSON object"), (b"[" * 100_000, "can't parse JSON object"), (b"[]", "JSON object expected")],
)
async def test_a_broken_body_is_a_bad_request(http: httpx.AsyncClient, body: bytes, words: str) -> None:
    headers = {"content-type": "application/json; charset=utf-8"}
    answer = await http.post("/getMe", content=body, headers=headers)
    assert (answer.status_code, answer.json()["description"]) == (400, f"Bad Request: {words}")


async def test_what_is_no_method_is_not_found(http: httpx.AsyncClient) -> None:
    for path in ("/sendMoney", "/", "/getMe/x"):
        answer = await http.get(path)
        assert (answer.status_code, answer.json()["error_code"]) == (404, 404)


async def test_only_get_and_post_are_implemented(http: httpx.AsyncClient) -> None:
    for verb in ("PUT", "HEAD", "DELETE", "OPTIONS"):
        answer = await http.request(verb, "/getMe")
        assert (answer.status_code, answer.content) == (501, b"")


async def test_the_method_may_be_a_parameter(stage: Stage, http: httpx.AsyncClient) -> None:
    answer = await http.post("/", json={"method": "getMe"})
    assert answer.json()["result"]["id"] == stage.bot.id


async def test_a_request_that_is_too_large_is_read_and_refused(http: httpx.AsyncClient) -> None:
    answer = await http.post("/getMe", content=bytes(MAX_BODY + 1))
    assert (answer.status_code, answer.json()["description"]) == (413, "Request Entity Too Large")
    assert (await http.get("/getMe")).status_code == 200


@pytest.mark.parametrize("token", ["42", "0:x", "x:y", "42:wrong", "42%3Awrong", "4" * 90 + ":x", " "])
async def test_a_token_of_no_bot_is_unauthorized(stage: Stage, http: httpx.AsyncClient, token: str) -> None:
    answer = await http.get(str(http.base_url).replace(stage.bot.token, token) + "getMe")
    assert (answer.status_code, answer.json()["ok"]) == (401, False)


async def test_a_poll_ends_when_the_bot_goes_away(stage: Stage, http: httpx.AsyncClient) -> None:
    with pytest.raises(httpx.ReadTimeout):
        await http.get("/getUpdates", params={"timeout": 50}, timeout=0.1)
    await stage.telegram.until(lambda: not stage.bot.updates.polled)


async def test_who_looks_on_learns_of_each_call_but_not_of_the_token(stage: Stage) -> None:
    seen: list[Called] = []
    async with serve(stage.telegram, log=seen.append) as url, httpx.AsyncClient(base_url=url) as client:
        await client.get(f"/bot{stage.bot.token}/sendMessage?chat_id=5&text=x")
        stage.telegram.faults.next("getMe", Reset())
        with pytest.raises(httpx.ReadError):
            await client.get(f"/bot{stage.bot.token}/getMe")
        await client.get("/bot42:wrong/getMe")
    assert [(each.bot, each.method) for each in seen] == [
        (stage.bot, "sendMessage"), (stage.bot, "getMe"), (None, "getMe")
    ]  # fmt: skip
    assert seen[0].params == {"chat_id": "5", "text": "x"}
    assert isinstance(seen[0].outcome, Answer)
    assert seen[0].outcome.status == 400
    assert isinstance(seen[1].outcome, Interrupted)
    assert stage.bot.token not in repr([seen[0].params, seen[0].outcome, seen[1].params, seen[1].outcome])


async def test_a_long_poll_hangs_until_somebody_writes(stage: Stage, http: httpx.AsyncClient) -> None:
    poll = asyncio.create_task(http.get("/getUpdates", params={"timeout": 50}))
    await stage.telegram.until(lambda: stage.bot.updates.polled)
    stage.ann.send(stage.chat, "hi")
    assert (await poll).json()["result"][0]["message"]["text"] == "hi"


async def test_a_second_poller_is_a_conflict(stage: Stage, http: httpx.AsyncClient) -> None:
    first = asyncio.create_task(http.get("/getUpdates", params={"timeout": 50}))
    await stage.telegram.until(lambda: stage.bot.updates.polled)
    second = asyncio.create_task(http.get("/getUpdates", params={"timeout": 50}))
    assert (await first).status_code == 409
    stage.ann.send(stage.chat, "hi")
    assert (await second).status_code == 200


async def test_closing_answers_the_polls_that_hang(stage: Stage) -> None:
    async with httpx.AsyncClient() as client:
        async with AsyncExitStack() as stack:
            url = await stack.enter_async_context(serve(stage.telegram))
            poll = asyncio.create_task(client.get(f"{url}/bot{stage.bot.token}/getUpdates?timeout=50"))
            await stage.telegram.until(lambda: stage.bot.updates.polled)
            async with asyncio.timeout(1.5):  # seconds; uvicorn itself would give the poll two
                await stack.aclose()
        answer = await poll
        assert answer.json()["description"] == "Internal Server Error: restart"
        with pytest.raises(httpx.ConnectError):
            await client.get(url)


async def test_a_taken_port_is_an_error_at_once(stage: Stage) -> None:
    async with serve(stage.telegram) as url:
        with pytest.raises(OSError, match="in use"):
            async with serve(stage.telegram, port=int(url.rpartition(":")[2])):
                pass


async def greet(update: Update, context: Context) -> None:
    assert update.effective_message
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Next", callback_data="2")]])
    await update.effective_message.reply_html("<b>page 1</b>", reply_markup=keyboard)


async def turn(update: Update, context: Context) -> None:
    assert update.callback_query
    await update.callback_query.answer("turned")
    await update.callback_query.edit_message_text(f"page {update.callback_query.data}")


@pytest.fixture
async def application(stage: Stage) -> AsyncIterator[Application]:  # type: ignore[type-arg]
    async with serve(stage.telegram) as url:
        built = (
            ApplicationBuilder().token(stage.bot.token).base_url(f"{url}/bot").base_file_url(f"{url}/file/bot").build()
        )
        built.add_handler(CommandHandler("start", greet))
        built.add_handler(CallbackQueryHandler(turn))
        async with built:
            await built.start()
            assert built.updater
            await built.updater.start_polling()
            yield built
            await built.updater.stop()
            await built.stop()


async def test_python_telegram_bot_polls_it_unmodified(stage: Stage, application: Application) -> None:  # type: ignore[type-arg]
    stage.ann.send(stage.chat, "/start")
    await stage.telegram.until(lambda: len(stage.chat.messages) == 2)
    page = stage.chat.messages[2]
    assert (page.text, page.entities) == ("page 1", [{"type": "bold", "offset": 0, "length": 6}])
    query = stage.ann.press(page, "Next")
    await stage.telegram.until(lambda: page.text == "page 2")
    assert query.answer == Toast("turned")
    assert not page.buttons


async def test_python_telegram_bot_hears_by_webhook_unmodified(stage: Stage) -> None:
    async with receiving() as receiver, serve(stage.telegram) as url:
        built = ApplicationBuilder().token(stage.bot.token).base_url(f"{url}/bot").updater(None).build()
        built.add_handler(CommandHandler("start", greet))

        async def behave(post: Post) -> bytes:
            await built.update_queue.put(Update.de_json(post.update, built.bot))
            return OK

        receiver.behaviour = behave
        async with built:
            await built.start()
            await built.bot.set_webhook(receiver.url, secret_token="s")
            stage.ann.send(stage.chat, "/start")
            await stage.telegram.until(lambda: len(stage.chat.messages) == 2)
            assert (await built.bot.get_webhook_info()).url == receiver.url
            with pytest.raises(RetryAfter):
                await built.bot.set_webhook(receiver.url)
            await built.bot.delete_webhook()
            await built.stop()


async def test_who_called_too_often_is_told_when_to_come_back_in_a_header_too(
    stage: Stage, http: httpx.AsyncClient
) -> None:
    hook = {"url": "http://127.0.0.1:1/"}
    await http.get("/setWebhook", params=hook)
    answer = await http.get("/setWebhook", params=hook)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")


async def test_python_telegram_bot_sends_and_fetches_files(stage: Stage, application: Application) -> None:  # type: ignore[type-arg]
    stage.ann.send(stage.chat, "/start")
    bot, picture = application.bot, png(1200, 600)
    sent = await bot.send_photo(stage.ann.id, picture, "<i>chart</i>", parse_mode=ParseMode.HTML)
    assert (sent.photo[-1].width, sent.photo[-1].height, sent.caption) == (1200, 600, "chart")
    file = await sent.photo[-1].get_file()
    assert await file.download_as_bytearray() == picture
    again = await bot.send_photo(stage.ann.id, sent.photo[0])
    assert again.photo == sent.photo
    content = b"--not a boundary--\r\n\x00\xff" * 1000
    sent = await bot.send_document(stage.ann.id, content, filename='grüß "1".bin')
    assert sent.document
    assert (sent.document.file_name, sent.document.file_size) == ('grüß "1".bin', len(content))
    assert await (await sent.document.get_file()).download_as_bytearray() == content
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(stage.ann.id, b"%PDF")


async def test_a_file_that_is_not_open_is_not_found(stage: Stage, http: httpx.AsyncClient) -> None:
    answer = await http.get(f"{str(http.base_url).replace('/bot', '/file/bot')}documents/file_0.txt")
    assert (answer.status_code, answer.json()) == (404, {"ok": False, "error_code": 404, "description": "Not Found"})


async def test_python_telegram_bot_reads_the_refusals(stage: Stage, application: Application) -> None:  # type: ignore[type-arg]
    with pytest.raises(BadRequest, match="Chat not found"):
        await application.bot.send_message(5, "x")
    stage.ann.send(stage.chat, "hi")
    stage.ann.block(stage.bot)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await application.bot.send_message(stage.ann.id, "x")
    stranger = Bot("42:wrong", base_url=application.bot.base_url.removesuffix(stage.bot.token))
    with pytest.raises(InvalidToken):
        await stranger.initialize()
    await stranger.shutdown()
