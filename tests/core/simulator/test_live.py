import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pluggram.simulator import JsonObject, live
from pluggram.simulator.lines import ReadLine, from_stream
from pluggram.simulator.live import LiveTerminal
from tests.core.simulator.stage import Stage, polling

KEYBOARD = {"inline_keyboard": [[{"text": "Next", "callback_data": "2"}]]}


@pytest.fixture(autouse=True)
def _in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PATIENCE", 0.2)
    monkeypatch.setattr(live, "PAUSE", 0.05)


def terminal(stage: Stage, read: ReadLine, out: io.StringIO, *, prompts: bool = False) -> LiveTerminal:
    return LiveTerminal(stage.telegram, stage.bot, person=stage.ann, read=read, out=out, prompts=prompts)


@asynccontextmanager
async def hasty_bot(stage: Stage) -> AsyncIterator[None]:
    """A bot that confirms an update before it handles it, as most libraries do."""
    tasks: set[asyncio.Task[None]] = set()

    async def answer(update: JsonObject) -> None:
        await asyncio.sleep(0)
        query = update.get("callback_query")
        if isinstance(query, dict):
            place = {"chat_id": query["message"]["chat"]["id"], "message_id": query["message"]["message_id"]}
            await stage.ok("editMessageText", **place, text="page 2")
            await stage.ok("answerCallbackQuery", callback_query_id=query["id"], text="turned")
            return
        message = update["message"]
        assert isinstance(message, dict)
        if message["text"] != "silence":
            for text in ("one moment", f"you said {message['text']}"):
                for _ in range(20):
                    await asyncio.sleep(0)
                await stage.ok("sendMessage", chat_id=stage.ann.id, text=text, reply_markup=KEYBOARD)

    async def start(update: JsonObject) -> None:
        tasks.add(asyncio.create_task(answer(update)))

    async with polling(stage, start):
        yield
    await asyncio.gather(*tasks)


async def talk(stage: Stage, *lines: str) -> tuple[str, bool]:
    out = io.StringIO()
    said = await terminal(stage, from_stream(io.StringIO("".join(f"{line}\n" for line in lines))), out).run()
    return out.getvalue(), said


async def test_a_pipe_waits_for_the_answers_to_each_line(stage: Stage) -> None:
    async with hasty_bot(stage):
        shown, quit_ = await talk(stage, "hi", "!press 1", "silence", "!quit", "unsaid")
    assert shown == (
        "one moment\n  [1] Next\nyou said hi\n  [1] Next\n(edited) page 2\n(notice) turned\n"
    )  # fmt: skip
    assert quit_ is True


async def test_a_pipe_that_ends_was_not_told_to_quit(stage: Stage) -> None:
    async with hasty_bot(stage):
        assert (await talk(stage, "!as user Eve"))[1] is False


async def test_a_pipe_waits_for_a_bot_that_comes_later(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PATIENCE", 0)
    talking = asyncio.create_task(talk(stage, "hi", "!quit"))
    await stage.telegram.until(lambda: len(stage.bot.updates))

    async def answer(update: JsonObject) -> None:
        await stage.ok("sendMessage", chat_id=stage.ann.id, text="here I am")

    async with polling(stage, answer):
        assert (await talking)[0] == "here I am\n"


async def test_at_a_keyboard_what_comes_is_printed_above_the_prompt(stage: Stage) -> None:
    out, lines = io.StringIO(), asyncio.Queue[str]()

    async def read(prompt: str) -> str:
        out.write(prompt)
        return await lines.get()

    door = terminal(stage, read, out, prompts=True)
    running = asyncio.create_task(door.run())
    async with hasty_bot(stage):
        lines.put_nowait("hi")
        await stage.telegram.until(lambda: len(stage.chat.messages) == 3)
        await asyncio.sleep(0)
        door.note("a note")
        lines.put_nowait("!quit")
        assert await running is True
    prompt = "Ann (private)> "
    assert out.getvalue() == (
        f"{prompt}{prompt}"
        f"\r\x1b[KPost: one moment\n  [1] Next\n{prompt}\r\x1b[KPost: you said hi\n  [1] Next\n{prompt}"
        f"\r\x1b[Ka note\n{prompt}"
    )


async def test_cancelling_ends_it_and_its_printing(stage: Stage) -> None:
    async def read(prompt: str) -> str:
        await asyncio.Event().wait()
        return ""

    running = asyncio.create_task(terminal(stage, read, io.StringIO()).run())
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
