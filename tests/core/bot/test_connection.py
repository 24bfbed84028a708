"""What plugins are given as `context.telegram`: over the simulator, from the first moment that the bot is connected."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from pluggram.bot import Bot
from pluggram.bot.connection import Connection
from pluggram.config import load
from pluggram.errors import Forbidden, TelegramError
from pluggram.parts import File
from pluggram.reply import Reply
from pluggram.simulator.model.content import Photo
from tests.core.simulator.pictures import png
from tests.core.telegram.stage import Stage, staged

TELLER = '''
import asyncio
from contextlib import asynccontextmanager
from pluggram import handler, hookimpl

class Teller:
    """Tell number 7 all that happens."""

    def __init__(self, context):
        self._telegram = context.telegram
        self._tasks = set()
        context.every(0.001, self.once)
        self._told = False

    @hookimpl
    def handlers(self):
        return [handler("/go", self.go)]

    async def go(self, request):
        return "gone"

    @hookimpl
    def lifespan(self):
        return self._life()

    @asynccontextmanager
    async def _life(self):
        await self._telegram.send(7, "up")
        yield
        await self._telegram.send(7, "down")

    async def once(self):
        if not self._told:
            self._told = True
            await self._telegram.send(7, "from a job")

    @hookimpl
    def handled(self, event):
        self._tasks.add(asyncio.create_task(self._telegram.send(7, event.outcome)))
'''


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[Stage, Connection]]:
    """A connection over the simulator, and Ann, who has written to the bot."""
    async with staged() as stage:
        stage.ann.send(stage.chat, "hello")
        connection = Connection()
        connection.attach(stage.client, "testbot")
        yield stage, connection


async def test_before_the_bot_is_connected_every_call_says_so() -> None:
    connection = Connection()
    for call in (connection.call("getMe"), connection.send(1, "hello"), connection.administrators(1)):
        with pytest.raises(RuntimeError, match="not connected"):
            await call


async def test_a_call_gives_the_raw_result_and_raises_what_telegram_refuses() -> None:
    async with connected() as (stage, telegram):
        chat = await telegram.call("getChat", chat_id=stage.chat.id)
        assert chat["first_name"] == "Ann"
        with pytest.raises(TelegramError, match="hat not found"):
            await telegram.call("sendMessage", chat_id=12345, text="hi")
        stage.ann.block(stage.account)
        with pytest.raises(Forbidden):
            await telegram.call("sendMessage", chat_id=stage.chat.id, text="hi")


async def test_files_are_called_with_and_sent() -> None:
    async with connected() as (stage, telegram):
        picture = File("chart.png", png(20, 10))
        await telegram.call("sendPhoto", chat_id=stage.chat.id, photo=picture, caption="called")
        [sent] = await telegram.send(stage.chat.id, Reply("sent", photo=picture))
        assert [(type(each.content), each.text) for each in stage.shown] == [(Photo, "called"), (Photo, "sent")]
        assert stage.shown[-1].id == sent


async def test_an_answer_goes_to_a_topic_and_never_fails_for_its_form() -> None:
    async with connected() as (stage, telegram):
        group = stage.telegram.supergroup("Posts", stage.ann, stage.account)
        [sent] = await telegram.send(group.id, Reply("<b>x", parse_mode="HTML"), thread_id=3)
        assert (group.messages[sent].text, group.messages[sent].thread_id) == ("x", 3)
        with pytest.raises(TypeError, match="Articles"):
            await telegram.send(group.id, Reply(articles=[]))


async def test_lifespans_jobs_and_the_hook_handled_reach_telegram(tmp_path: Path) -> None:
    (tmp_path / "teller.py").write_text(TELLER)
    tables = '[storage]\nurl = "memory:"\n[plugins.teller]\nuse = "./teller.py:Teller"\n'
    (tmp_path / "bot.toml").write_text(f'[bot]\nname = "x"\nstrict = true\n{tables}')
    bot = Bot(load(tmp_path / "bot.toml", {}))
    async with staged() as stage:
        seven = stage.telegram.user("Seven", id=7)
        chat = stage.telegram.private(seven, stage.account)
        seven.send(chat, "hello")
        bot.connect(stage.client, "testbot")
        async with bot.serving():
            await bot.feed({"update_id": 1, "message": {"message_id": 1, "chat": {"id": 7}, "text": "/go"}})
            await stage.telegram.until(lambda: len(chat.messages) == 4)
        texts = [message.text for message in chat.messages.values() if message.author is stage.account]
        assert texts[0] == "up"
        assert set(texts[1:3]) == {"from a job", "answered"}
        assert texts[3:] == ["down"]
