"""Sending: what Telegram refuses is mended, what it delays is waited for, a press is always answered."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from pluggram.errors import FloodLimit, Forbidden, TelegramError, Unreachable
from pluggram.parts import Article, Button, File
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.simulator.model.content import Photo, Text
from pluggram.simulator.model.messages import Message
from pluggram.telegram import sending
from pluggram.telegram.sending import Delivery, deliver, patiently
from tests.core.simulator.pictures import png
from tests.core.telegram.stage import Stage, staged

PICTURE = File("chart.png", png(20, 10))


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


async def test_what_is_refused_is_sent_plainer_again_and_again_until_it_is_taken() -> None:
    api = Api(
        TelegramError("Bad Request: can't parse entities: unclosed start tag at byte offset 0"),
        TelegramError("Bad Request: BUTTON_DATA_INVALID"),
    )
    await deliver(api, MESSAGE, Reply("<b>", [Button("page", url="javascript:")], parse_mode="HTML"))
    assert [parameters.keys() for _, parameters in api.calls] == [
        {"chat_id", "text", "parse_mode", "reply_markup"}, {"chat_id", "text", "reply_markup"}, {"chat_id", "text"},
    ]  # fmt: skip


async def test_an_edit_that_changes_nothing_is_done() -> None:
    api = Api(TelegramError("Bad Request: message is not modified: specified new message content is the same"))
    await deliver(api, PRESS, Reply("same", edit=True))
    assert api.methods == ["editMessageText"]


@pytest.mark.parametrize("why", ["message can't be edited", "message to edit not found", "MESSAGE_ID_INVALID"])
async def test_a_message_that_cannot_be_edited_is_sent_anew(why: str) -> None:
    api = Api(TelegramError(f"Bad Request: {why}"))
    await deliver(api, PRESS, Reply("new", edit=True))
    assert api.methods == ["editMessageText", "sendMessage"]
    assert "message_id" not in api.calls[1][1]


async def test_who_has_blocked_the_bot_is_not_written_to_anew() -> None:
    api = Api(Forbidden("Forbidden: bot was blocked by the user"))
    with pytest.raises(Forbidden):
        await deliver(api, PRESS, Reply("new", edit=True))
    assert api.methods == ["editMessageText"]


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
    error = TelegramError("Bad Request: group chat was upgraded to a supergroup chat", new_chat_id=-100)
    api = Api(error, FloodLimit("Too Many Requests", 0.001))
    await deliver(api, MESSAGE, Reply("hi"))
    assert [parameters["chat_id"] for _, parameters in api.calls] == [5, -100, -100]


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


async def test_a_press_that_another_has_taken_is_left_to_him(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "PRESS_PATIENCE", 0.0)
    api, taken = Api(), {"q", None}
    async with Delivery(api, PRESS, taken):
        for _ in range(10):
            await asyncio.sleep(0)
    assert (api.calls, taken) == ([], {None})
    taken.add("q")
    async with Delivery(api, PRESS, taken) as delivery:
        delivery.reply = Reply("it failed", notice=True)
    assert api.methods == ["sendMessage"]


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


class Hanging:
    """Takes calls, tells of each, and answers none."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.called = asyncio.Event()

    async def __call__(self, method: str, parameters: Mapping[str, Any]) -> Any:
        self.calls.append((method, dict(parameters)))
        self.called.set()
        await asyncio.Event().wait()


async def test_a_chat_shows_that_a_long_answer_is_being_made_until_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "ACTION_PATIENCE", 0.0)
    monkeypatch.setattr(sending, "ACTION_LASTS", 0.0)
    api, message = Api(), {"message_id": 1, "chat": {"id": 5}, "is_topic_message": True, "message_thread_id": 7}
    before = asyncio.all_tasks()
    async with Delivery(api, request_of({"message": message | {"text": "/x"}})) as delivery:
        await api.called.wait()
        api.called.clear()
        await api.called.wait()
        delivery.reply = Reply("there")
    action = ("sendChatAction", {"chat_id": 5, "message_thread_id": 7, "action": "typing"})
    assert api.calls[:2] == [action, action]
    assert api.methods.index("sendMessage") == len(api.calls) - 1
    assert asyncio.all_tasks() == before


async def test_a_chat_action_that_telegram_does_not_take_holds_no_answer_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "ACTION_PATIENCE", 0.0)
    hanging = Hanging()
    async with Delivery(hanging, MESSAGE):
        await hanging.called.wait()
    refusing = Api(TelegramError("Bad Request: not enough rights to send text messages to the chat"))
    async with Delivery(refusing, MESSAGE) as delivery:
        await refusing.called.wait()
        delivery.reply = Reply("there")
    assert refusing.methods == ["sendChatAction", "sendMessage"]


async def test_a_channel_has_no_chat_action(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "ACTION_PATIENCE", 0.0)
    api = Api()
    post = {"message_id": 1, "chat": {"id": -5, "type": "channel"}, "text": "/x"}
    async with Delivery(api, request_of({"channel_post": post})):
        for _ in range(5):
            await asyncio.sleep(0)
    assert api.calls == []


async def test_a_quick_answer_makes_no_call_but_its_own() -> None:
    api = Api()
    async with Delivery(api, MESSAGE) as delivery:
        delivery.reply = Reply("there")
    assert api.methods == ["sendMessage"]


async def test_a_photo_is_edited_by_its_caption_and_a_text_by_a_photo() -> None:
    async with staged() as stage:
        message = await stage.ask(Reply("Chart", [Button("Next", data="n")], photo=PICTURE))
        stage.ann.press(message, "Next")
        await stage.answer(Reply("<b>Caption</b>", [Button("Next", data="n")], edit=True, parse_mode="HTML"))
        assert isinstance(message.content, Photo)
        assert (message.text, len(message.buttons)) == ("Caption", 1)
        text = await stage.ask(Reply("Words", [Button("Chart", data="c")]))
        stage.ann.press(text, "Chart")
        await stage.answer(Reply("Chart", photo=PICTURE, edit=True))
        assert isinstance(text.content, Photo)
        assert stage.shown == [message, text]


async def test_what_is_too_long_to_edit_a_photo_with_is_sent_anew() -> None:
    async with staged() as stage:
        message = await stage.ask(Reply(photo=PICTURE, buttons=[Button("Next", data="n")]))
        stage.ann.press(message, "Next")
        await stage.answer(Reply("x" * 2000, edit=True))
        assert [each.text for each in stage.shown] == ["", "x" * 2000]


async def chosen_inline(stage: Stage) -> Message:
    """Let Ann send a message by way of the bot, with a button under it, in a chat that the bot does not see."""
    query = stage.ann.inline(stage.account, "x")
    await stage.answer(Reply(articles=[Article("One", "one", buttons=[Button("Next", data="n")])]))
    return stage.ann.choose(query, "1", stage.telegram.group("Friends", stage.ann))


async def test_a_message_sent_inline_is_edited_and_its_photo_may_be_known_to_telegram() -> None:
    async with staged() as stage:
        chart = await stage.ask(Reply(photo=PICTURE))
        message = await chosen_inline(stage)
        stage.ann.press(message, "Next")
        await stage.answer(Reply("two", [Button("Next", data="n")], edit=True))
        assert message.text == "two"
        stage.ann.press(message, "Next")
        await stage.answer(Reply("three", [Button("Next", data="n")], photo=PICTURE, edit=True))
        assert message.text == "three"
        assert isinstance(message.content, Text)
        stage.ann.press(message, "Next")
        assert isinstance(chart.content, Photo)
        await stage.answer(Reply("four", photo=chart.content.file.id, edit=True))
        assert isinstance(message.content, Photo)
        assert message.text == "four"


async def test_a_message_sent_inline_that_cannot_be_edited_is_an_error() -> None:
    press = request_of({"callback_query": {"id": "q", "data": "d", "inline_message_id": "m"}})
    with pytest.raises(TelegramError, match="MESSAGE_ID_INVALID"):
        await deliver(Api(TelegramError("Bad Request: MESSAGE_ID_INVALID")), press, Reply("x", edit=True))


async def test_under_a_message_sent_inline_an_answer_is_shown_over_the_chat() -> None:
    async with staged() as stage:
        message = await chosen_inline(stage)
        query = stage.ann.press(message, "Next")
        await stage.answer(Reply("<b>no</b> room", parse_mode="HTML"))
        assert query.answer is not None
        assert query.answer.text == "no room"
        assert stage.shown == []


async def test_an_answer_with_no_place_to_go_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    api = Api()
    press = request_of({"update_id": 8, "callback_query": {"id": "q", "data": "d", "inline_message_id": "m"}})
    async with Delivery(api, press) as delivery:
        delivery.reply = Reply("look", document=PICTURE)
    assert api.methods == ["answerCallbackQuery"]
    assert "update 8: there is no chat that its answer could go to" in caplog.text


async def test_a_file_is_no_notice() -> None:
    async with staged() as stage:
        message = await stage.ask(Reply("go", [Button("Next", data="n")]))
        query = stage.ann.press(message, "Next")
        await stage.answer(Reply("look", notice=True, photo=PICTURE))
        assert query.answer is not None
        assert query.answer.text == ""
        assert isinstance(stage.shown[-1].content, Photo)
