import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from email.policy import HTTP

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def answer(status: str, body: bytes = b"", **headers: str) -> bytes:
    """Write a response; `content_type="..."` becomes Content-Type."""
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in (named | {"Content-Length": str(len(body))}).items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


@dataclass
class Post:
    """A request that came to the webhook."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def update(self) -> dict[str, object]:
        value = json.loads(self.body)
        assert isinstance(value, dict)
        return value

    @property
    def text(self) -> object:
        message = self.update["message"]
        assert isinstance(message, dict)
        return message["text"]


@dataclass
class Receiver:
    """A webhook on loopback. `behaviour` writes the response; b"" closes the connection without one."""

    url: str = ""
    posts: list[Post] = field(default_factory=list)
    behaviour: Callable[[Post], Awaitable[bytes]] | None = None
    script: list[bytes] = field(default_factory=list)
    _arrived: asyncio.Condition = field(default_factory=asyncio.Condition)
    _open: dict[asyncio.Task[object], asyncio.StreamWriter] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2].partition("/")[0])

    async def got(self, count: int) -> list[Post]:
        """Wait until so many posts have come, and return them all."""
        async with asyncio.timeout(10), self._arrived:
            await self._arrived.wait_for(lambda: len(self.posts) >= count)
        return self.posts

    @asynccontextmanager
    async def serving(self, port: int = 0) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
        try:
            yield
        finally:
            server.close()
            for writer in self._open.values():
                writer.close()
            await asyncio.gather(*self._open)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open[task] = writer
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while response := await self._response(await _post(reader)):
                writer.write(response)
                await writer.drain()
        writer.close()
        del self._open[task]

    async def _response(self, post: Post) -> bytes:
        async with self._arrived:
            self.posts.append(post)
            self._arrived.notify_all()
        if self.behaviour is not None:
            return await self.behaviour(post)
        return self.script.pop(0) if self.script else OK


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    async with receiver.serving():
        yield receiver


async def _post(reader: asyncio.StreamReader) -> Post:
    head = await reader.readuntil(b"\r\n\r\n")
    line, _, rest = head.partition(b"\r\n")
    headers = {name.lower(): value for name, value in BytesHeaderParser(policy=HTTP).parsebytes(rest).items()}
    body = await reader.readexactly(int(headers["content-length"]))
    assert line.startswith(b"POST ")
    return Post(line.split()[1].decode(), headers, body)
