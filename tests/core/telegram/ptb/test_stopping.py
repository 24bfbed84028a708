"""`pluggram run` is told to stop while handlers of python-telegram-bot, their tasks and jobs are at work."""

import asyncio
import re
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pytest

from pluggram.simulator import Bot, Chat, Telegram
from pluggram.simulator.http import serve
from tests.core.cli.conftest import Shell

from .room import config_of

BUSY = """
@hookimpl
def telegram_handlers(self):
    for job in (self.waiting_job, self.blocking_job):
        self.context.every(0.01, job)
    return [CommandHandler("hang", self.hang), CommandHandler("later", self.hang, block=False),
            CommandHandler("task", self.task), CommandHandler("soon", self.soon)]

async def waiting_job(self):
    await asyncio.Event().wait()

def blocking_job(self):
    __import__("time").sleep(1000)

async def hang(self, update, context):
    await update.message.reply_text("begun")
    await asyncio.Event().wait()

async def task(self, update, context):
    context.application.create_task(asyncio.Event().wait())
    await update.message.reply_text("begun")

async def soon(self, update, context):
    async def finish():
        await asyncio.sleep(0.5)
        await update.message.reply_text("finished")
    context.application.create_task(finish())
    await update.message.reply_text("begun")
"""


@dataclass
class Busy:
    """The process, which has begun with a command of Ann's, and the Telegram around it."""

    process: Process
    telegram: Telegram
    account: Bot
    chat: Chat


@asynccontextmanager
async def begun(folder: Path, command: str, seconds: float) -> AsyncIterator["Busy"]:
    """Run it, with this `shutdown_timeout`, until it has begun with a command."""
    shell, telegram = Shell(folder), Telegram()
    config_of(folder, {"one": BUSY})
    account, ann = telegram.bot("testbot"), telegram.user("Ann")
    chat = telegram.private(ann, account)
    async with serve(telegram) as url:
        environ = {"BOT_TOKEN": account.token, "PLUGGRAM__TELEGRAM__BASE_URL": url}
        async with shell.running("run", environ=environ | {"PLUGGRAM__BOT__SHUTDOWN_TIMEOUT": str(seconds)}) as process:
            ann.send(chat, command)
            await telegram.until(lambda: len(chat.messages) > 1, seconds=30)
            yield Busy(process, telegram, account, chat)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("/hang", r"stopped with 1 updates unanswered, .*; cut off: \[\d+\]"),
        ("/later", r"stopped with 1 updates unanswered, .*; cut off: \[\d+\]"),
        ("/task", "plugin one: what it began beside its handlers is cut off, 1 tasks"),
    ],
)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_all_within_the_deadline_and_says_what_was_cut_off(
    command: str, told: str, number: signal.Signals, tmp_path: Path
) -> None:
    async with begun(tmp_path, command, 0.5) as busy:
        busy.process.send_signal(number)
        signalled = monotonic()
        _, err = await busy.process.communicate()
    assert busy.process.returncode == 0
    assert 0.4 < monotonic() - signalled < 5
    assert re.search(told, err.decode())
    assert "Traceback" not in err.decode()


async def test_a_task_that_is_soon_done_is_waited_for(tmp_path: Path) -> None:
    async with begun(tmp_path, "/soon", 20) as busy:
        busy.process.send_signal(signal.SIGTERM)
        _, err = await busy.process.communicate()
    assert busy.process.returncode == 0
    assert [message.text for message in busy.chat.messages.values()] == ["/soon", "begun", "finished"]
    assert "cut off" not in err.decode()


async def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    async with begun(tmp_path, "/task", 1000) as busy:
        busy.process.send_signal(signal.SIGTERM)
        await busy.telegram.until(lambda: not busy.account.updates.polled)
        busy.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(busy.process.wait(), 20) == -signal.SIGTERM
