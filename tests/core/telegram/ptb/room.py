"""A bot of plugin files, served over the simulator in this process."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from pluggram.bot import Bot
from pluggram.config import load
from pluggram.context import PluginState
from pluggram.serve import Service
from pluggram.simulator import Bot as Account
from pluggram.simulator import Chat, JsonObject, Message, Telegram, User
from pluggram.storage import Backend
from pluggram.telegram import Client

HEAD = """
import asyncio
from pluggram import *
from telegram import *
from telegram.ext import *

class Plugin:
    def __init__(self, context: Context) -> None:
        self.context = context

"""


@dataclass
class Room:
    """A served bot, and Ann, who has a private chat with it."""

    telegram: Telegram
    account: Account
    bot: Bot
    service: Service
    ann: User
    chat: Chat

    async def settled(self) -> None:
        """Wait until the bot has fetched all that there is and is done with it."""
        await self.telegram.until(lambda: not self.account.updates)
        await self.service.settled()

    async def say(self, text: str, person: User | None = None, chat: Chat | None = None) -> list[str]:
        """Write a message and give what the bot then writes there."""
        chat = chat or self.chat
        before = set(chat.messages)
        (person or self.ann).send(chat, text)
        await self.settled()
        return [message.text for message in self.answers(chat) if message.id not in before]

    def answers(self, chat: Chat | None = None) -> list[Message]:
        """What the bot has written."""
        return [each for each in (chat or self.chat).messages.values() if each.author is self.account]

    async def happen(self, kind: str, body: JsonObject) -> None:
        """Let an update of any kind happen."""
        self.account.updates.push(kind, body)
        await self.settled()

    def state(self, plugin: str = "one") -> PluginState:
        """How a plugin fares."""
        return next(state for state in self.bot.plugins if state.name == plugin)


def config_of(folder: Path, plugins: Mapping[str, str], more: str = "", strict: bool = False) -> Path:
    """Write plugin files and the bot.toml that names them; each source is the body of its class."""
    storage = f'[storage]\nurl = "sqlite:{folder}/bot.db"\n'
    text = f'[bot]\nname = "testbot"\nshutdown_timeout = 2\nstrict = {str(strict).lower()}\n{storage}{more}'
    for name, body in plugins.items():
        (folder / f"{name}.py").write_text(HEAD + indented(body))
        text += f'[plugins.{name}]\nuse = "./{name}.py:Plugin"\n'
    path = folder / "bot.toml"
    path.write_text(text)
    return path


def indented(body: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in dedent(body).splitlines()) + "\n"


@asynccontextmanager
async def served(
    folder: Path,
    *,
    more: str = "",
    strict: bool = False,
    telegram: Telegram | None = None,
    backend: Backend | None = None,
    **plugins: str,
) -> AsyncIterator[Room]:
    """Serve a bot of these plugins: `async with served(tmp_path, one=body) as room`; a folder keeps its storage."""
    telegram = telegram or Telegram()
    account = next(iter(telegram.bots.values()), None) or telegram.bot("testbot")
    ann = next(iter(telegram.users.values()), None) or telegram.user("Ann")
    bot = Bot(load(config_of(folder, plugins, more, strict), {}))
    stop = asyncio.Event()
    async with Client(account.token, "http://simulator", door=telegram) as client, connected(bot, client, backend):
        service = Service(bot, client)
        serving = asyncio.create_task(service.run(stop))
        serving.add_done_callback(lambda _: telegram.wake())
        try:
            await telegram.until(lambda: account.updates.polled or serving.done())
            yield Room(telegram, account, bot, service, ann, telegram.private(ann, account))
        finally:
            stop.set()
            await serving


@asynccontextmanager
async def connected(bot: Bot, client: Client, backend: Backend | None) -> AsyncIterator[None]:
    bot.connect(client, client.username)
    async with bot.serving(backend):
        yield
