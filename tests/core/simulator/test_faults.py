import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from telegram import Bot
from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError

from pluggram.simulator import Answer
from pluggram.simulator.faults import ANY, KEPT, Fault, Interrupted, Page, Refused, Reset, Silence, Slow
from pluggram.simulator.http import serve
from pluggram.simulator.webhooks import delivering
from tests.core.simulator.receiver import answer, receiving
from tests.core.simulator.stage import Stage


@pytest.fixture
async def url(stage: Stage) -> AsyncIterator[str]:
    stage.ann.send(stage.chat, "/start")
    async with serve(stage.telegram) as url:
        yield f"{url}/bot{stage.bot.token}"


@pytest.fixture
async def http(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url, timeout=5) as client:
        yield client


async def call(stage: Stage, method: str = "getMe", **params: object) -> Answer:
    return await stage.telegram.call(stage.bot.token, method, params)


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        (Refused(429, retry_after=3), 429, "Too Many Requests: retry after 3"),
        (Refused(401), 401, "Unauthorized"),
        (Refused(502), 502, "Bad Gateway"),
        (Refused(500, description="Internal Server Error: restart"), 500, "Internal Server Error: restart"),
    ],
)
async def test_a_refusal_is_in_telegrams_words_through_either_door(
    stage: Stage, http: httpx.AsyncClient, fault: Fault, code: int, words: str
) -> None:
    stage.telegram.faults.next("sendMessage", fault, times=2)
    inside = await call(stage, "sendmessage", chat_id=stage.ann.id, text="x")
    outside = await http.post("/sendMessage", json={"chat_id": stage.ann.id, "text": "x"})
    assert inside.body == outside.json()
    assert (inside.status, outside.status_code, inside.body["description"]) == (code, code, words)
    assert outside.headers.get("retry-after") == ("3" if code == 429 else None)
    assert len(stage.chat.messages) == 1
    assert (await call(stage, "sendMessage", chat_id=stage.ann.id, text="x")).status == 200


async def test_a_page_is_html_over_http_and_an_empty_answer_inside(stage: Stage, http: httpx.AsyncClient) -> None:
    stage.telegram.faults.next("getMe", Page(502), times=2)
    answer = await http.get("/getMe")
    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert "<h1>502 Bad Gateway</h1>" in answer.text
    inside = await call(stage)
    assert (inside.status, inside.body) == (502, {})


async def test_an_empty_answer_and_half_an_answer_can_be_had(stage: Stage, http: httpx.AsyncClient) -> None:
    stage.telegram.faults.next("getMe", Page(200, ""))
    stage.telegram.faults.next("getMe", Page(200, '{"ok":tr', "application/json"))
    assert (await http.get("/getMe")).content == b""
    assert (await http.get("/getMe")).content == b'{"ok":tr'


async def test_a_reset_comes_before_the_answer_or_in_its_middle(stage: Stage, http: httpx.AsyncClient) -> None:
    stage.telegram.faults.next("getMe", Reset())
    with pytest.raises(httpx.ReadError):
        await http.get("/getMe")
    stage.telegram.faults.next("getMe", Reset(after=5))
    async with http.stream("GET", "/getMe") as answer:
        assert answer.status_code == 200
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            await answer.aread()
    assert (await http.get("/getMe")).status_code == 200


async def test_a_reset_inside_is_an_exception_with_what_had_come(stage: Stage) -> None:
    stage.telegram.faults.next("getMe", Reset(after=5))
    with pytest.raises(Interrupted, match="after 5 bytes") as caught:
        await call(stage)
    assert caught.value.part == b'{"ok"'


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("kind", [Reset, lambda done: Silence(0, done)])
async def test_who_hears_nothing_cannot_know_whether_it_was_done(stage: Stage, kind: type[Reset], done: bool) -> None:
    stage.ann.send(stage.chat, "/start")
    stage.telegram.faults.next("sendMessage", kind(done=done))
    with pytest.raises(Interrupted):
        await call(stage, "sendMessage", chat_id=stage.ann.id, text="x")
    assert len(stage.chat.messages) == 1 + done


async def test_silence_lasts_and_then_the_connection_breaks(stage: Stage, http: httpx.AsyncClient) -> None:
    stage.telegram.faults.next("getMe", Silence(0.01))
    with pytest.raises(httpx.ReadError):
        await http.get("/getMe")
    stage.telegram.faults.next("getMe", Silence(60))
    with pytest.raises(httpx.ReadTimeout):
        await http.get("/getMe", timeout=0.05)


async def test_a_slow_answer_is_an_answer(stage: Stage) -> None:
    stage.telegram.faults.next("getMe", Slow(0.01))
    assert (await call(stage)).status == 200


async def test_a_fault_is_for_a_method_and_if_wanted_for_a_chat_or_a_bot(stage: Stage) -> None:
    faults, other = stage.telegram.faults, stage.telegram.bot("other_bot")
    faults.next("sendMessage", Refused(), chat=stage.chat)
    faults.next("getMe", Refused(), bot=other)
    assert (await call(stage, "sendMessage", chat_id=5, text="x")).status == 400
    assert (await call(stage)).status == 200
    assert (await call(stage, "sendMessage", chat_id=str(stage.ann.id), text="x")).status == 429
    assert (await stage.telegram.call(other.token, "getMe")).status == 429
    faults.next(ANY, Refused())
    assert (await call(stage, "getChat")).status == 429


async def test_faults_are_counted_in_order_inspectable_and_cleared(stage: Stage) -> None:
    faults = stage.telegram.faults
    plan = faults.next("getMe", Refused(500), times=2)
    faults.next("getMe", Refused(502))
    assert [(await call(stage)).status for _ in range(2)] == [500, 500]
    assert plan.left == 0
    assert [each.fault for each in faults.planned] == [Refused(502)]
    assert [(each.method, each.fault) for each in faults.happened] == [("getMe", Refused(500))] * 2
    faults.clear()
    assert (await call(stage)).status == 200
    assert faults.happened == []


async def test_a_fault_of_get_updates_meets_the_poll_that_hangs_at_once(stage: Stage) -> None:
    poll = asyncio.create_task(stage.updates(timeout=50))
    await stage.telegram.until(lambda: stage.bot.updates.polled)
    stage.telegram.faults.next("getUpdates", Refused(409))
    assert await poll == []
    assert (await call(stage, "getUpdates", timeout=50)).status == 409


async def test_flood_control_holds_messages_to_the_same_chat_apart(stage: Stage) -> None:
    stage.bob.send(stage.telegram.private(stage.bob, stage.bot), "/start")
    stage.ann.send(stage.chat, "/start")
    stage.telegram.faults.seconds_per_message = 1.5
    to_ann, to_bob = {"chat_id": stage.ann.id, "text": "x"}, {"chat_id": stage.bob.id, "text": "x"}
    assert (await call(stage, "sendMessage", **to_ann)).status == 200
    assert (await call(stage, "sendMessage", **to_ann)).body["parameters"] == {"retry_after": 2}
    assert (await call(stage, "sendMessage", **to_bob)).status == 200
    assert (await call(stage, "sendChatAction", chat_id=stage.ann.id, action="typing")).status == 200
    stage.clock.now += 2
    assert (await call(stage, "sendMessage", **to_ann)).status == 200


async def test_a_confirmed_update_can_come_twice_by_polling(stage: Stage) -> None:
    for text in ("one", "two"):
        stage.ann.send(stage.chat, text)
    stage.telegram.faults.repeat_update(stage.bot)
    first, second = await stage.updates()
    following = int(str(second["update_id"])) + 1
    assert await stage.updates(offset=following) == [first]
    assert await stage.updates(offset=following) == []


async def test_a_confirmed_update_can_come_twice_by_webhook(stage: Stage) -> None:
    async with receiving() as receiver, delivering(stage.telegram):
        await stage.ok("setWebhook", url=receiver.url)
        stage.telegram.faults.repeat_update(stage.bot)
        for text in ("one", "two"):
            stage.ann.send(stage.chat, text)
        await stage.telegram.until(lambda: stage.bot.idle)
        assert [post.text for post in receiver.posts] == ["one", "one", "two"]


async def test_an_update_can_be_malformed(stage: Stage) -> None:
    number = stage.telegram.faults.malformed_update(stage.bot)
    stage.telegram.faults.malformed_update(stage.bot, {"newer_than_all": 1})
    broken, unknown = await stage.updates()
    assert broken["update_id"] == number
    assert unknown == {"update_id": number + 1, "newer_than_all": 1}
    with pytest.raises((TypeError, KeyError)):
        await polled_by_ptb(stage)


async def polled_by_ptb(stage: Stage) -> None:
    async with serve(stage.telegram) as url, Bot(stage.bot.token, base_url=f"{url}/bot") as bot:
        await bot.get_updates()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Refused(429), RetryAfter),
        (Refused(502), NetworkError),
        (Page(502), NetworkError),
        (Page(404), InvalidToken),
        (Refused(401), InvalidToken),
        (Page(200, ""), TelegramError),
        (Reset(), NetworkError),
        (Reset(after=9), NetworkError),
    ],
)
async def test_python_telegram_bot_meets_each_fault_as_it_would_meet_it_at_telegram(
    stage: Stage, url: str, fault: Fault, kind: type[TelegramError]
) -> None:
    async with Bot(stage.bot.token, base_url=url.removesuffix(stage.bot.token)) as bot:
        stage.telegram.faults.next("sendMessage", fault)
        with pytest.raises(kind):
            await bot.send_message(stage.ann.id, "lost")
        await bot.send_message(stage.ann.id, "sent")
    assert [message.text for message in stage.chat.messages.values()] == ["/start", "sent"]


async def test_a_broken_connection_does_not_stop_a_webhook_whose_answer_calls_a_method(stage: Stage) -> None:
    async with receiving() as receiver, delivering(stage.telegram):
        body = b'{"method": "sendMessage", "chat_id": %d, "text": "x"}' % stage.ann.id
        receiver.script = [answer("200 OK", body, content_type="application/json")]
        stage.telegram.faults.next("sendMessage", Reset(done=True))
        await stage.ok("setWebhook", url=receiver.url)
        stage.ann.send(stage.chat, "hi")
        await stage.telegram.until(lambda: stage.bot.idle)
    assert [message.text for message in stage.chat.messages.values()] == ["hi", "x"]


async def test_what_happened_long_ago_is_forgotten(stage: Stage) -> None:
    stage.telegram.faults.next("getMe", Refused(500), times=KEPT + 5)
    for _ in range(KEPT + 5):
        await call(stage)
    assert len(stage.telegram.faults.happened) == KEPT
