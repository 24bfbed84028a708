"""Broadcasts of a bot over the simulator in this process, on a loop whose time jumps."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from pluggram.bot.broadcasts import Broadcasts
from pluggram.bot.connection import Connection
from pluggram.edge import Edge
from pluggram.simulator import Bot, Chat, Message, Telegram, User
from pluggram.simulator.errors import Answer
from pluggram.storage import Backend, Storage
from pluggram.telegram import Client
from tests.core.telegram.clock import now


@dataclass(frozen=True)
class Call:
    at: float
    method: str
    chat: str


class TimedTelegram(Telegram):
    """Notes when each message was sent, and to whom."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Call] = []
        self.uploads = 0

    async def call(self, token: str, method: str, params: Mapping[str, object] | None = None) -> Answer:
        if method.lower().startswith("send"):
            given = params or {}
            self.sent.append(Call(now(), method, str(given.get("chat_id"))))
            self.uploads += isinstance(given.get("photo"), tuple)
        return await super().call(token, method, params)


@dataclass
class Stage:
    """A connected bot, people who have written to it, and its broadcasts."""

    telegram: TimedTelegram
    account: Bot
    client: Client
    backend: Backend
    people: list[User]
    chats: list[Chat]
    working: set[str] = field(default_factory=lambda: {"news"})

    def broadcasts(self) -> Broadcasts:
        """Those of a process that has just begun."""
        return broadcasts_on(self.backend, self.client, self.working)

    @asynccontextmanager
    async def process(self) -> AsyncIterator[Broadcasts]:
        """One life of the bot, that ends as it should."""
        broadcasts = self.broadcasts()
        await broadcasts.load()
        async with broadcasts.running():
            yield broadcasts

    @property
    def ids(self) -> list[int]:
        return [chat.id for chat in self.chats]

    async def sent(self, number: int) -> None:
        """Wait until so many messages were sent."""
        await self.telegram.until(lambda: len(self.telegram.sent) >= number, seconds=None)

    def got(self, chat: Chat) -> list[str]:
        """What the bot has written into a chat."""
        return [message.text for message in self.messages(chat)]

    def messages(self, chat: Chat) -> list[Message]:
        return [each for each in chat.messages.values() if each.author is self.account]

    async def kept(self) -> int:
        """How many rows the storage keeps of broadcasts."""
        namespaces = [name for name in await self.backend.namespaces() if name.startswith("core.broadcasts")]
        return sum([await self.backend.count(name) for name in namespaces])

    @property
    def times(self) -> Sequence[float]:
        return [call.at for call in self.telegram.sent]


@asynccontextmanager
async def staged(people: int, backend: Backend) -> AsyncIterator[Stage]:
    """Open a stage with so many people."""
    telegram = TimedTelegram()
    account = telegram.bot("testbot")
    persons = [telegram.user(f"Person{number}") for number in range(people)]
    chats = [telegram.private(person, account) for person in persons]
    for person, chat in zip(persons, chats, strict=True):
        person.send(chat, "hello")
    async with Client(account.token, "http://simulator", door=telegram) as client, backend:
        yield Stage(telegram, account, client, backend, persons, chats)


def broadcasts_on(backend: Backend, edge: Edge, working: Collection[str]) -> Broadcasts:
    storage, connection = Storage(), Connection()
    storage.attach(backend)
    connection.attach(edge, "testbot")
    return Broadcasts(storage.store, connection, working.__contains__)


async def killed(broadcasts: Broadcasts) -> None:
    """End a process as kill -9 does: nothing more is sent, and nothing more is written."""
    for mailing in broadcasts._mailings.values():
        tasks = [mailing._conductor, mailing._ledger._saver, *mailing._tasks.values()]
        alive = [task for task in tasks if task is not None]
        for task in alive:
            task.cancel()
        if alive:
            await asyncio.wait(alive)
