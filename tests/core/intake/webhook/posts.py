"""A webhook on loopback, and somebody who posts to it byte by byte."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from pluggram.edge import Arrival
from pluggram.intake.webhook.address import Address
from pluggram.intake.webhook.door import Door
from pluggram.intake.webhook.limits import Limits
from pluggram.intake.webhook.listener import Listener
from pluggram.intake.webhook.replies import Replies

PATH = "/hook"
TYPE, LENGTH, HEADER = "Content-Type", "Content-Length", "X-Telegram-Bot-Api-Secret-Token"
Headers = Mapping[str, str | None]
SECRET = "a-secret-of-some-length"
UPDATE = b'{"update_id": 7, "message": {"text": "hello"}}'
QUICK = Limits(seconds=0.2)


@dataclass
class Kept:
    """A taker that keeps what it takes in a list; it may fail, and waits while it is not `ready`."""

    arrivals: list[Arrival] = field(default_factory=list)
    failure: Exception | None = None
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.ready.set()

    async def take(self, arrivals: Sequence[Arrival]) -> None:
        self.asked.set()
        await self.ready.wait()
        if self.failure is not None:
            raise self.failure
        self.arrivals += arrivals

    async def room(self) -> None:
        """There always is."""


@dataclass
class Site:
    """A webhook that listens."""

    listener: Listener
    kept: Kept
    heard: list[None] = field(default_factory=list)

    @property
    def port(self) -> int:
        return self.listener.port

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            yield reader, writer
        finally:
            writer.close()

    async def send(self, raw: bytes) -> int:
        """Send bytes over a connection of their own, all of them, and only then read the status of the answer.

        It is 0 when there is none.
        """
        async with self.connection() as (reader, writer):
            writer.transport.set_write_buffer_limits(0)
            writer.write(raw)
            with suppress(ConnectionError):
                await writer.drain()
            return await status(reader)

    async def post(self, body: bytes = UPDATE, headers: Headers | None = None) -> int:
        """Post as Telegram does, but for these headers."""
        return await self.send(request(body, headers))


def request(body: bytes = UPDATE, headers: Headers | None = None, line: str = f"POST {PATH}") -> bytes:
    """Write a request as Telegram does, with other headers where they are given, and without those that are None."""
    usual = {"Host": "localhost", TYPE: "application/json", HEADER: SECRET, LENGTH: str(len(body))}
    lines = [f"{key}: {value}\r\n" for key, value in {**usual, **(headers or {})}.items() if value is not None]
    return f"{line} HTTP/1.1\r\n{''.join(lines)}\r\n".encode("latin-1") + body


async def status(reader: asyncio.StreamReader) -> int:
    """Read a response and give its status; 0 when the connection ends without one."""
    async with asyncio.timeout(10):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return 0
    return int(head.split()[1])


async def is_closed(reader: asyncio.StreamReader) -> bool:
    """Wait until the other side closes, and throw away what it sends until then."""
    async with asyncio.timeout(10):
        with suppress(ConnectionError):
            await reader.read()
    return True


def update(update_id: int, text: str = "hello") -> bytes:
    return json.dumps({"update_id": update_id, "message": {"text": text}}).encode()


@asynccontextmanager
async def listening(
    kept: Kept | None = None,
    limits: Limits | None = None,
    address: Address | None = None,
    replies: Replies | None = None,
) -> AsyncIterator[Site]:
    """Listen on a free port of loopback."""
    kept, heard = kept or Kept(), list[None]()
    door = Door(PATH, SECRET, kept, lambda: heard.append(None), limits, replies)
    listener = Listener(door, address or Address("127.0.0.1", 0))
    await listener.open()
    try:
        yield Site(listener, kept, heard)
    finally:
        listener.close()
        listener.abort()
        await listener.finish()
