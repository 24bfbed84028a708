import asyncio

import pytest

from pluggram.simulator.model.events import CallbackAnswered, MessageDeleted, MessageEdited, MessageSent
from tests.core.simulator.stage import Stage


async def test_a_watch_collects_what_happens_while_it_is_open(stage: Stage) -> None:
    stage.ann.send(stage.chat, "before")
    with stage.telegram.watch() as events:
        keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
        sent = await stage.message(chat_id=stage.ann.id, text="one", reply_markup=keyboard)
        query = stage.ann.press(stage.chat.messages[int(str(sent["message_id"]))], "x")
        await stage.ok("answerCallbackQuery", callback_query_id=query.id, text="ok")
        await stage.ok("editMessageText", chat_id=stage.ann.id, message_id=sent["message_id"], text="two")
        await stage.ok("deleteMessage", chat_id=stage.ann.id, message_id=sent["message_id"])
    stage.ann.send(stage.chat, "after")
    assert [type(event) for event in events] == [MessageSent, CallbackAnswered, MessageEdited, MessageDeleted]


async def test_a_message_is_told_of_as_it_was_then(stage: Stage) -> None:
    stage.ann.send(stage.chat, "hello")
    with stage.telegram.watch() as events:
        sent = await stage.message(chat_id=stage.ann.id, text="one")
        for text in ("two", "three"):
            await stage.ok("editMessageText", chat_id=stage.ann.id, message_id=sent["message_id"], text=text)
    messages = [event.message for event in events if isinstance(event, MessageSent | MessageEdited)]
    assert [message.text for message in messages] == ["one", "two", "three"]


async def test_who_waits_for_a_condition_wakes_when_it_holds(stage: Stage) -> None:
    waiting = asyncio.create_task(stage.telegram.until(lambda: len(stage.chat.messages) == 2))
    await asyncio.sleep(0)
    stage.ann.send(stage.chat, "one")
    await asyncio.sleep(0)
    assert not waiting.done()
    stage.ann.send(stage.chat, "two")
    await waiting


async def test_waiting_ends_when_nothing_comes(stage: Stage) -> None:
    with pytest.raises(TimeoutError):
        await stage.telegram.until(lambda: False, seconds=0.001)


async def test_a_bot_is_idle_once_it_polls_again(stage: Stage) -> None:
    assert not stage.bot.idle
    stage.ann.send(stage.chat, "one")
    poll = asyncio.create_task(stage.updates(offset=1_800_000_001, timeout=50))
    await stage.telegram.until(lambda: stage.bot.idle)
    stage.ann.send(stage.chat, "two")
    assert not stage.bot.idle
    await poll
