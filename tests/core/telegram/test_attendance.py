"""Attendance: a press is answered in time, a chat shows that the bot is at it, and neither holds anything up."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from pluggram.errors import FloodLimit, TelegramError
from pluggram.reply import Reply
from pluggram.telegram import attendance
from pluggram.telegram.answers import deliver_answer
from pluggram.telegram.attendance import Attendance
from tests.core.telegram.scripted import MESSAGE, PRESS, Api, request_of


async def test_a_bot_that_stops_is_not_held_by_a_press() -> None:
    api = Api(FloodLimit("Too Many Requests", 1000))

    async def wait() -> None:
        async with Attendance(api, PRESS) as attended:
            attended.begin()
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 5)
    assert api.calls == []


async def test_a_slow_handlers_press_is_answered_before_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attendance, "PRESS_PATIENCE", 0.0)
    api = Api()
    async with Attendance(api, PRESS) as attended:
        attended.begin()
        await api.called.wait()
    await deliver_answer(api, PRESS, Reply("late", notice=True), acknowledged=attended.acknowledged)
    assert api.methods == ["answerCallbackQuery", "sendMessage"]


async def test_a_press_that_another_has_taken_is_left_to_him(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attendance, "PRESS_PATIENCE", 0.0)
    api, taken = Api(), {"q", None}
    async with Attendance(api, PRESS, taken) as attended:
        attended.begin()
        for _ in range(10):
            await asyncio.sleep(0)
    assert (api.calls, taken) == ([], {None})
    taken.add("q")
    async with Attendance(api, PRESS, taken) as attended:
        pass
    await deliver_answer(api, PRESS, Reply("it failed", notice=True), acknowledged=attended.acknowledged)
    assert api.methods == ["sendMessage"]


async def test_a_press_that_was_answered_in_time_is_not_answered_again() -> None:
    async with Attendance(Api(), PRESS) as attended:
        attended.begin()
    assert attended._timer is not None
    assert attended._timer.cancelled()


async def test_a_stop_gives_up_on_a_press_that_telegram_does_not_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attendance, "PRESS_PATIENCE", 0.0)
    called, given_up = asyncio.Event(), asyncio.Event()

    async def hang(method: str, parameters: Mapping[str, Any]) -> Any:
        called.set()
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()

    async def work() -> None:
        async with Attendance(hang, PRESS) as attended:
            attended.begin()
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
    monkeypatch.setattr(attendance, "ACTION_PATIENCE", 0.0)
    monkeypatch.setattr(attendance, "ACTION_LASTS", 0.0)
    api, message = Api(), {"message_id": 1, "chat": {"id": 5}, "is_topic_message": True, "message_thread_id": 7}
    before = asyncio.all_tasks()
    async with Attendance(api, request_of({"message": message | {"text": "/x"}})) as attended:
        attended.begin()
        await api.called.wait()
        api.called.clear()
        await api.called.wait()
    await deliver_answer(api, MESSAGE, Reply("there"), acknowledged=attended.acknowledged)
    action = ("sendChatAction", {"chat_id": 5, "message_thread_id": 7, "action": "typing"})
    assert api.calls[:2] == [action, action]
    assert api.methods.index("sendMessage") == len(api.calls) - 1
    assert asyncio.all_tasks() == before


async def test_a_chat_action_that_telegram_does_not_take_holds_no_answer_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attendance, "ACTION_PATIENCE", 0.0)
    hanging = Hanging()
    async with Attendance(hanging, MESSAGE) as attended:
        attended.begin()
        await hanging.called.wait()
    refusing = Api(TelegramError("Bad Request: not enough rights to send text messages to the chat"))
    async with Attendance(refusing, MESSAGE) as attended:
        attended.begin()
        await refusing.called.wait()
    await deliver_answer(refusing, MESSAGE, Reply("there"), acknowledged=attended.acknowledged)
    assert refusing.methods == ["sendChatAction", "sendMessage"]


async def test_a_channel_has_no_chat_action(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attendance, "ACTION_PATIENCE", 0.0)
    api = Api()
    post = {"message_id": 1, "chat": {"id": -5, "type": "channel"}, "text": "/x"}
    async with Attendance(api, request_of({"channel_post": post})) as attended:
        attended.begin()
        for _ in range(5):
            await asyncio.sleep(0)
    assert api.calls == []


async def test_a_quick_answer_makes_no_call_but_its_own() -> None:
    api = Api()
    async with Attendance(api, MESSAGE) as attended:
        attended.begin()
    await deliver_answer(api, MESSAGE, Reply("there"), acknowledged=attended.acknowledged)
    assert api.methods == ["sendMessage"]
