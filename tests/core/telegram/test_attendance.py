"""Attendance: a press is answered in time, a chat shows that the bot is at it, and neither holds anything up."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from pluggram.errors import FloodLimit, TelegramError
from pluggram.reply import Reply
from pluggram.telegram import attendance as module
from pluggram.telegram.answers import deliver_answer
from pluggram.telegram.attendance import Attendance
from tests.core.telegram.scripted import MESSAGE, PRESS, Api, request_of


async def attended(attendance: Attendance, *called: asyncio.Event, begun: bool = True) -> Attendance:
    """Attend a handler that waits until these happen, one after the other."""

    async def work() -> None:
        if begun:
            attendance.begin()
        for each in called:
            await each.wait()
            each.clear()

    await attendance.during(work())
    return attendance


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_bot_that_stops_is_not_held_by_a_press() -> None:
    api = Api(FloodLimit("Too Many Requests", 1000))
    task = asyncio.create_task(attended(Attendance(api, PRESS), asyncio.Event()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 5)
    assert api.calls == []


async def test_a_slow_handlers_press_is_answered_before_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PRESS_PATIENCE", 0.0)
    api = Api()
    slow = await attended(Attendance(api, PRESS), api.called)
    await deliver_answer(api, PRESS, Reply("late", notice=True), acknowledged=slow.acknowledged)
    assert api.methods == ["answerCallbackQuery", "sendMessage"]


async def test_a_press_that_another_has_taken_is_left_to_him(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PRESS_PATIENCE", 0.0)
    api, taken = Api(), {"q", None}
    attendance = Attendance(api, PRESS, taken)
    attendance.begin()
    await attendance.during(turns())
    assert (api.calls, taken) == ([], {None})
    taken.add("q")
    quick = await attended(Attendance(api, PRESS, taken), begun=False)
    await deliver_answer(api, PRESS, Reply("it failed", notice=True), acknowledged=quick.acknowledged)
    assert api.methods == ["sendMessage"]


async def test_a_press_that_was_answered_in_time_is_not_answered_again() -> None:
    quick = await attended(Attendance(Api(), PRESS))
    assert quick._timer is not None
    assert quick._timer.cancelled()


async def test_a_stop_gives_up_on_a_press_that_telegram_does_not_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PRESS_PATIENCE", 0.0)
    called, given_up = asyncio.Event(), asyncio.Event()

    async def hang(method: str, parameters: Mapping[str, Any]) -> Any:
        called.set()
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()

    task = asyncio.create_task(attended(Attendance(hang, PRESS), asyncio.Event()))
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
    monkeypatch.setattr(module, "ACTION_PATIENCE", 0.0)
    monkeypatch.setattr(module, "ACTION_LASTS", 0.0)
    api, message = Api(), {"message_id": 1, "chat": {"id": 5}, "is_topic_message": True, "message_thread_id": 7}
    before = asyncio.all_tasks()
    long = await attended(Attendance(api, request_of({"message": message | {"text": "/x"}})), api.called, api.called)
    await deliver_answer(api, MESSAGE, Reply("there"), acknowledged=long.acknowledged)
    action = ("sendChatAction", {"chat_id": 5, "message_thread_id": 7, "action": "typing"})
    assert api.calls[:2] == [action, action]
    assert api.methods.index("sendMessage") == len(api.calls) - 1
    assert asyncio.all_tasks() == before


async def test_a_chat_action_that_telegram_does_not_take_holds_no_answer_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ACTION_PATIENCE", 0.0)
    hanging = Hanging()
    await attended(Attendance(hanging, MESSAGE), hanging.called)
    refusing = Api(TelegramError("Bad Request: not enough rights to send text messages to the chat"))
    refused = await attended(Attendance(refusing, MESSAGE), refusing.called)
    await deliver_answer(refusing, MESSAGE, Reply("there"), acknowledged=refused.acknowledged)
    assert refusing.methods == ["sendChatAction", "sendMessage"]


async def test_a_channel_has_no_chat_action(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ACTION_PATIENCE", 0.0)
    api = Api()
    post = {"message_id": 1, "chat": {"id": -5, "type": "channel"}, "text": "/x"}
    attendance = Attendance(api, request_of({"channel_post": post}))
    attendance.begin()
    await attendance.during(turns())
    assert api.calls == []


async def test_a_quick_answer_makes_no_call_but_its_own() -> None:
    api = Api()
    quick = await attended(Attendance(api, MESSAGE))
    await deliver_answer(api, MESSAGE, Reply("there"), acknowledged=quick.acknowledged)
    assert api.methods == ["sendMessage"]
