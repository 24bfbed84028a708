"""Servers of HTTP that answer byte by byte as a test wants."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Link:
    """A connection as its server sees it. number: how many were made before it."""

    number: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    heads: list[str] = field(default_factory=list)

    async def asked(self) -> tuple[str, bytes]:
        """Read the next request: its head and its body."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        self.heads.append(head)
        _, length, rest = head.lower().partition("content-length: ")
        return head, await self.reader.readexactly(int(rest.partition("\r\n")[0])) if length else b""

    async def say(self, *pieces: bytes) -> None:
        """Answer, each piece by itself."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            await asyncio.sleep(0)

    def reset(self) -> None:
        """Break off without a farewell."""
        self.writer.transport.abort()


@dataclass
class Site:
    """A server, and all that has happened to it."""

    port: int
    scheme: str
    links: list[Link] = field(default_factory=list)
    ended: int = 0

    @property
    def url(self) -> str:
        return f"{self.scheme}://localhost:{self.port}"


Behaviour = Callable[[Link], Awaitable[None]]


def saying(*pieces: bytes) -> Behaviour:
    """Answer every request with these pieces."""

    async def behave(link: Link) -> None:
        while True:
            await link.asked()
            await link.say(*pieces)

    return behave


@asynccontextmanager
async def site(behave: Behaviour, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> AsyncIterator[Site]:
    """Serve; each connection behaves so until it returns, and is closed then."""
    running = set[asyncio.Task[None] | None]()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        running.add(asyncio.current_task())
        link = Link(len(found.links), reader, writer)
        found.links.append(link)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError), closing(writer):
            await behave(link)
        found.ended += 1

    server = await asyncio.start_server(accept, host, 0, ssl=tls)
    found = Site(server.sockets[0].getsockname()[1], "https" if tls else "http")
    async with server:
        yield found
        for task in running:
            if task:
                task.cancel()
        await asyncio.gather(*filter(None, running), return_exceptions=True)
