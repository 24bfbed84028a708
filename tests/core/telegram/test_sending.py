"""Sending: what Telegram refuses is mended, what it delays is waited for, a press is always answered."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from pluggram.errors import FloodLimit, TelegramError, Unreachable
from pluggram.parts import Button
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.telegram import sending
from pluggram.telegram.sending import Delivery, deliver, patiently


class Api:
    """Takes calls and answers from a script of errors, then always well."""

    def __init__(self, *errors: TelegramError) -> None:
        self.errors = list(errors)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.called = asyncio.Event()

    async def __call__(self, method: str, parameters: Mapping[str, Any]) -> Any:
        self.calls.append((method, dict(parameters)))
        self.called.set()
        if self.errors:
            raise self.errors.pop(0)
        return True

    @property
    def methods(self) -> list[str]:
        return [method for method, _ in self.calls]


def request_of(update: dict[str, Any]) -> Request:
    request = Request.from_update(update)
    assert request is not None
    return request


MESSAGE = request_of({"message": {"message_id": 1, "chat": {"id": 5, "type": "private"}, "text": "/x"}})
PRESS = request_of(
    {"callback_query": {"id": "q", "data": "d", "from": {"id": 1}, "message": {"message_id": 1, "chat": {"id": 5}}}}
)


async def test_markup_that_is_refused_is_sent_as_plain_text() -> None:
    api = Api(TelegramError("Bad Request: can't parse entities: unclosed start tag at byte offset 0"))
    await deliver(api, MESSAGE, Reply("<b>", parse_mode="HTML"))
    assert [("parse_mode" in parameters) for _, parameters in api.calls] == [True, False]


@pytest.mark.parametrize(
    "why", ["inline keyboard button URL 'javascript:' is invalid", "BUTTON_DATA_INVALID", "reply markup is too long"]
)
async def test_a_reply_whose_buttons_are_refused_is_sent_without_them(why: str) -> None:
    api = Api(TelegramError(f"Bad Request: {why}"))
    await deliver(api, MESSAGE, Reply("look", buttons=[Button("page", url="javascript:")]))
    assert [("reply_markup" in parameters) for _, parameters in api.calls] == [True, False]


async def test_an_edit_that_changes_nothing_is_done() -> None:
    api = Api(TelegramError("Bad Request: message is not modified: specified new message content is the same"))
    await deliver(api, PRESS, Reply("same", edit=True))
    assert api.methods == ["editMessageText"]


async def test_a_message_that_cannot_be_edited_is_sent_anew() -> None:
    api = Api(TelegramError("Bad Request: message can't be edited"))
    await deliver(api, PRESS, Reply("new", edit=True))
    assert api.methods == ["editMessageText", "sendMessage"]
    assert "message_id" not in api.calls[1][1]


async def test_a_message_sent_anew_stays_in_its_topic() -> None:
    message = {"message_id": 1, "chat": {"id": 5}, "is_topic_message": True, "message_thread_id": 7}
    press = request_of({"callback_query": {"id": "q", "data": "d", "from": {"id": 1}, "message": message}})
    api = Api(TelegramError("Bad Request: message to edit not found"))
    await deliver(api, press, Reply("new", edit=True))
    assert api.calls[1] == ("sendMessage", {"chat_id": 5, "text": "new", "message_thread_id": 7})


async def test_a_bot_that_stops_is_not_held_by_a_press() -> None:
    api = Api(FloodLimit("Too Many Requests", 1000))

    async def wait() -> None:
        async with Delivery(api, PRESS):
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 5)
    assert api.calls == []


async def test_a_group_that_became_a_supergroup_gets_the_message_where_it_went() -> None:
    api = Api(TelegramError("Bad Request: group chat was upgraded to a supergroup chat", new_chat_id=-100))
    await deliver(api, MESSAGE, Reply("hi"))
    assert [parameters["chat_id"] for _, parameters in api.calls] == [5, -100]


async def test_what_stays_refused_is_raised() -> None:
    with pytest.raises(TelegramError, match="blocked"):
        await deliver(Api(TelegramError("Forbidden: bot was blocked by the user")), MESSAGE, Reply("hi"))


async def test_a_flood_limit_delays_and_loses_nothing() -> None:
    api = Api(FloodLimit("Too Many Requests", 0.001), FloodLimit("Too Many Requests", 0.001))
    assert await patiently(api, "sendMessage", {}) is True
    assert len(api.calls) == 3


async def test_an_unreachable_api_is_tried_again_and_given_up_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: low)
    assert await patiently(Api(Unreachable("Bad Gateway")), "sendMessage", {}) is True
    with pytest.raises(Unreachable):
        await patiently(Api(*[Unreachable("Bad Gateway")] * sending.TRIES), "sendMessage", {})


async def test_a_press_is_answered_when_its_handler_is_silent() -> None:
    api = Api()
    async with Delivery(api, PRESS):
        pass
    assert api.calls == [("answerCallbackQuery", {"callback_query_id": "q"})]


async def test_a_notice_travels_with_the_answer_of_the_press() -> None:
    api = Api()
    async with Delivery(api, PRESS) as delivery:
        delivery.reply = Reply("saved", notice=True)
    assert api.calls == [("answerCallbackQuery", {"callback_query_id": "q", "text": "saved"})]


async def test_a_slow_handlers_press_is_answered_before_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "PRESS_PATIENCE", 0.0)
    api = Api()
    async with Delivery(api, PRESS) as delivery:
        await api.called.wait()
        delivery.reply = Reply("late", notice=True)
    assert api.methods == ["answerCallbackQuery", "sendMessage"]


async def test_a_press_too_old_to_answer_does_not_keep_the_reply_back() -> None:
    api = Api(TelegramError("Bad Request: query is too old and response timeout expired or query ID is invalid"))
    async with Delivery(api, PRESS) as delivery:
        delivery.reply = Reply("hi")
    assert api.methods == ["answerCallbackQuery", "sendMessage"]


async def test_a_handler_that_is_cut_off_sends_nothing_but_frees_the_button() -> None:
    api = Api()

    async def cut_off() -> None:
        async with Delivery(api, PRESS) as delivery:
            delivery.reply = Reply("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await cut_off()
    assert api.methods == ["answerCallbackQuery"]


async def test_a_press_that_was_answered_in_time_is_not_answered_again() -> None:
    async with Delivery(Api(), PRESS) as delivery:
        pass
    assert delivery._timer is not None
    assert delivery._timer.cancelled()


async def test_a_stop_gives_up_on_a_press_that_telegram_does_not_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "PRESS_PATIENCE", 0.0)
    called, given_up = asyncio.Event(), asyncio.Event()

    async def hang(method: str, parameters: Mapping[str, Any]) -> Any:
        called.set()
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()

    async def work() -> None:
        async with Delivery(hang, PRESS):
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await called.wait()
    task.cancel()
    await asyncio.wait_for(given_up.wait(), 5)
    assert task.cancelled()
