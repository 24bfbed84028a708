"""Bots of foreign libraries in processes of their own, unmodified, against the simulator over HTTP."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from pluggram.simulator import Bot, Chat, Telegram, User
from pluggram.simulator.calls import Called
from pluggram.simulator.http import serve
from pluggram.simulator.model.messages import Message
from pluggram.simulator.model.webhooks import Patience
from tests.clients.bots.pictures import PIXEL

HERE = Path(__file__).parent
PYTHON = HERE.parents[1] / ".venv-clients" / "bin" / "python"

COMMANDS = {
    "python-telegram-bot": [str(PYTHON), "bots/ptb.py"],
    "aiogram": [str(PYTHON), "bots/aiogram3.py"],
    "pyTelegramBotAPI": [str(PYTHON), "bots/telebot4.py"],
    "grammY": ["node", "grammy/bot.mjs"],
}


@dataclass
class Client:
    """A bot that runs, and its Telegram; each test has a person of its own."""

    telegram: Telegram
    bot: Bot
    process: Process
    name: str
    transport: str
    called: list[str]
    """The methods that were called over HTTP."""

    def meet(self) -> tuple[User, Chat]:
        """Return a new person and the chat with the bot."""
        person = self.telegram.user("Ann")
        return person, self.telegram.private(person, self.bot)

    async def answers(self, chat: Chat, count: int = 1) -> list[Message]:
        """Wait for so many messages of the bot in a chat."""
        await self.telegram.until(lambda: len(self._of_bot(chat)) >= count or self._gone, seconds=30)
        assert not self._gone, f"the bot ended with {self.process.returncode}"
        return self._of_bot(chat)

    def _of_bot(self, chat: Chat) -> list[Message]:
        return [message for message in chat.messages.values() if message.author is self.bot]

    @property
    def _gone(self) -> bool:
        return self.process.returncode is not None


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=[
    (name, transport) for name in COMMANDS for transport in ("polling", "webhook")
], ids="-".join)  # fmt: skip
async def client(request: pytest.FixtureRequest) -> AsyncIterator[Client]:
    name, transport = request.param
    telegram = Telegram()
    telegram.patience = Patience(pause=0.05, longest=0.5)
    bot = telegram.bot("client_bot", token="42:secret-of-a-simulated-bot")
    called: list[str] = []
    log = partial(_remember, called)
    async with serve(telegram, log=log) as url, _running(COMMANDS[name], url, bot, transport) as process:
        running = Client(telegram, bot, process, name, transport, called)
        await telegram.until(lambda: bot.updates.polled or bot.webhook is not None, seconds=30)
        yield running


@asynccontextmanager
async def _running(command: list[str], url: str, bot: Bot, transport: str) -> AsyncIterator[Process]:
    environ = {"PATH": os.environ["PATH"], "BOT_TOKEN": bot.token, "TELEGRAM_URL": url, "PYTHONUNBUFFERED": "1"}
    environ["PIXEL"] = b64encode(PIXEL).decode()
    if transport == "webhook":
        environ["PORT"] = str(_free_port())
    process = await asyncio.create_subprocess_exec(
        *command, cwd=HERE, env=environ, stdin=DEVNULL, stderr=PIPE, preexec_fn=_heed_ctrl_c
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        _, errors = await process.communicate()
        sys.stderr.write(errors.decode())


def _remember(called: list[str], call: Called) -> None:
    called.append(call.method)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _heed_ctrl_c() -> None:
    """Let the program be interrupted, also when a shell runs the tests beside itself and so ignores it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
