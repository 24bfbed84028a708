"""Progress over the simulator in the process: one message, edited no more often than people and Telegram like."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import pytest

from pluggram import progress as module
from pluggram.edge import Edge
from pluggram.errors import FloodLimit, TelegramError, Unreachable
from pluggram.progress import Progress
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.simulator import Chat
from tests.core.telegram.stage import Stage, staged

NEVER = 3600.0


@dataclass
class Work:
    """What Ann has asked for; as an edge it keeps every text that is shown, and may refuse edits first."""

    stage: Stage
    request: Request
    errors: list[TelegramError] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    edits: int = 0

    def progress(self, text: str) -> Progress:
        return Progress(cast("Edge", self), self.request, text)

    async def send(self, request: Request, reply: Reply) -> Sequence[int]:
        ids = await self.stage.client.send(request, reply)
        self._keep(reply.text)
        return ids

    async def edit(self, chat_id: int, message_id: int, reply: Reply) -> None:
        self.edits += 1
        if self.errors:
            self._keep(type(error := self.errors.pop(0)).__name__)
            raise error
        await self.stage.client.edit(chat_id, message_id, reply)
        self._keep(reply.text)

    def _keep(self, text: str) -> None:
        self.texts.append(text)
        self.changed.set()

    async def until(self, *texts: str) -> None:
        """Wait until exactly these texts were shown."""
        async with asyncio.timeout(10):
            while self.texts != list(texts):
                self.changed.clear()
                await self.changed.wait()


async def let_others_run() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


@asynccontextmanager
async def asked(
    *errors: TelegramError, where: Callable[[Stage], Chat] = lambda stage: stage.chat, thread_id: int = 0
) -> AsyncIterator[Work]:
    """Let Ann ask for work; at its end nothing may be left running."""
    async with staged() as stage:
        stage.ann.send(where(stage), "/go", thread_id=thread_id)
        work = Work(stage, await stage.heard(), list(errors))
        before = asyncio.all_tasks()
        yield work
        assert asyncio.all_tasks() == before


def group(stage: Stage) -> Chat:
    return stage.telegram.supergroup("Posts", stage.ann, stage.account)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", 0.0)
    monkeypatch.setattr(module, "GROUP_PAUSE", 0.0)


@pytest.mark.usefixtures("at_once")
async def test_one_message_tells_each_step_and_the_answer_comes_after_it() -> None:
    async with asked() as work:
        async with work.progress("0 of 2") as progress:
            await work.until("0 of 2")
            progress.show("1 of 2")
            await work.until("0 of 2", "1 of 2")
            progress.show("2 of 2")
        await work.stage.client.send(work.request, Reply("done"))
        assert [message.text for message in work.stage.shown] == ["2 of 2", "done"]


async def test_texts_in_between_are_left_out_and_the_last_is_shown_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", NEVER)
    async with asked() as work:
        async with work.progress("0") as progress:
            await work.until("0")
            for number in range(1, 100):
                progress.show(str(number))
                await asyncio.sleep(0)
        assert work.texts == ["0", "99"]


@pytest.mark.parametrize(("where", "shown"), [(group, ["0", "9"]), (lambda stage: stage.chat, ["0", "1", "9"])])
async def test_a_group_is_told_less_often(
    where: Callable[[Stage], Chat], shown: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAUSE", 0.0)
    monkeypatch.setattr(module, "GROUP_PAUSE", NEVER)
    async with asked(where=where) as work:
        async with work.progress("0") as progress:
            await work.until("0")
            progress.show("1")
            await let_others_run()
            progress.show("9")
        assert work.texts == shown


async def test_the_first_text_is_shown_whatever_comes_soon_after() -> None:
    async with asked() as work:
        async with work.progress("0") as progress:
            await asyncio.sleep(0)
            progress.show("1")
        assert work.texts == ["0", "1"]


@pytest.mark.usefixtures("at_once")
async def test_in_a_topic_it_stays_there() -> None:
    async with asked(where=group, thread_id=7) as work:
        work.request.raw["message"]["is_topic_message"] = True
        async with work.progress("0"):
            await work.until("0")
        chat = work.request.chat
        assert chat is not None
        [message] = [m for m in work.stage.telegram.chats[chat.id].messages.values() if m.author is work.stage.account]
        assert message.thread_id == 7


@pytest.mark.usefixtures("at_once")
async def test_what_is_said_twice_is_shown_once_and_what_cannot_be_seen_not_at_all() -> None:
    async with asked() as work:
        async with work.progress(" ") as progress:
            progress.show("\u200b")
            await let_others_run()
            progress.show("1")
            await work.until("1")
            progress.show("1")
            progress.show(" 1 ")  # Telegram finds it the same
            await work.until("1", " 1 ")
            progress.show("")
        assert work.texts == ["1", " 1 "]


async def test_a_flood_limit_only_slows_it_and_the_newest_text_comes_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", 0.0)
    async with asked(FloodLimit("Too Many Requests", 0.01)) as work:
        async with work.progress("0") as progress:
            await work.until("0")
            progress.show("1")
            await work.until("0", "FloodLimit")
            progress.show("2")
        assert work.texts == ["0", "FloodLimit", "2"]


async def test_a_long_flood_limit_does_not_hold_the_answer_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LAST_PATIENCE", 0.01)
    async with asked(FloodLimit("Too Many Requests", NEVER)) as work:
        async with work.progress("0") as progress:
            await work.until("0")
            progress.show("1")
        assert work.texts == ["0", "FloodLimit"]


@pytest.mark.usefixtures("at_once")
async def test_an_outage_is_told_once_and_does_not_end_it(caplog: pytest.LogCaptureFixture) -> None:
    trouble = [Unreachable("Bad Gateway"), Unreachable("Bad Gateway")]
    async with asked(*trouble) as work, work.progress("0") as progress:
        await work.until("0")
        progress.show("1")
        await work.until("0", "Unreachable")
        progress.show("2")
        await work.until("0", "Unreachable", "Unreachable")
        progress.show("3")
        await work.until("0", "Unreachable", "Unreachable", "3")
    assert len(caplog.records) == 1
    assert "its progress is not shown: Bad Gateway" in caplog.text


@pytest.mark.usefixtures("at_once")
async def test_a_message_that_was_deleted_is_not_sent_anew_and_the_work_goes_on() -> None:
    async with asked() as work:
        async with work.progress("0") as progress:
            await work.until("0")
            work.stage.ann.delete(work.stage.shown[0])
            progress.show("1")
            await let_others_run()
            progress.show("2")
        assert work.stage.shown == []
        assert work.edits == 1


@pytest.mark.usefixtures("at_once")
async def test_somebody_who_blocks_the_bot_does_not_stop_the_work(caplog: pytest.LogCaptureFixture) -> None:
    async with asked() as work:
        work.stage.ann.block(work.stage.account)
        async with work.progress("0") as progress:
            for number in range(100):
                progress.show(str(number))
                await asyncio.sleep(0)
        assert work.texts == []
    assert len(caplog.records) == 1
    assert "blocked by the user" in caplog.text


async def test_work_that_is_cut_off_leaves_nothing_running(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", NEVER)
    async with asked() as work:
        busy = asyncio.Event()

        async def toil() -> None:
            async with work.progress("0") as progress:
                await work.until("0")
                progress.show("1")
                busy.set()
                await asyncio.Event().wait()

        toiling = asyncio.create_task(toil())
        await busy.wait()
        toiling.cancel()
        await asyncio.wait({toiling})
        assert toiling.cancelled()
        assert work.texts == ["0"]


async def test_a_handler_that_is_cut_off_at_the_very_end_leaves_nothing_running() -> None:
    async with asked(FloodLimit("Too Many Requests", NEVER)) as work:

        async def toil() -> None:
            async with work.progress("0") as progress:
                await work.until("0")
                progress.show("1")

        toiling = asyncio.create_task(toil())
        await work.until("0", "FloodLimit")
        toiling.cancel()
        await asyncio.wait({toiling})
        assert toiling.cancelled()


@pytest.mark.usefixtures("at_once")
async def test_work_that_fails_shows_how_far_it_came() -> None:
    async with asked() as work:

        async def toil() -> None:
            async with work.progress("0") as progress:
                progress.show("1")
                raise RuntimeError

        with pytest.raises(RuntimeError):
            await toil()
        assert work.texts[-1] == "1"


@pytest.mark.usefixtures("at_once")
async def test_work_on_another_thread_tells_how_far_it_is() -> None:
    asyncio.get_running_loop().set_debug(True)  # then asyncio refuses what is not safe from a thread
    async with asked() as work, work.progress("0") as progress:
        await work.until("0")
        thread = threading.Thread(target=progress.show, args=["1"])
        thread.start()
        await work.until("0", "1")
        thread.join()


async def test_a_thread_that_outlives_the_bot_disturbs_nobody() -> None:
    left: list[Progress] = []

    async def work() -> None:
        async with asked() as asked_for, asked_for.progress("0") as progress:
            left.append(progress)

    await asyncio.to_thread(asyncio.run, work())
    [progress] = left
    progress.show("1")
    assert progress._wanted == "1"


async def test_where_there_is_no_chat_nothing_is_shown() -> None:
    async with staged() as stage:
        stage.ann.inline(stage.account, "x")
        work = Work(stage, await stage.heard())
        async with work.progress("0") as progress:
            progress.show("1")
        assert work.texts == []
