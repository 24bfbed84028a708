"""A server of HTTP that answers byte by byte as a test wants."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress

from tests.core.telegram.doors import ME

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@asynccontextmanager
async def answering(head: bytes, *drops: bytes, forever: bytes = b"") -> AsyncIterator[str]:
    """Answer every call but getMe over HTTP with these bytes; then repeat the last ones, if any, until it is left."""
    answers = set[asyncio.Task[None] | None]()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers.add(asyncio.current_task())
        with suppress(OSError, asyncio.IncompleteReadError), closing(writer):
            called = b"/getMe " not in await reader.readuntil(b"\r\n\r\n")
            writer.writelines([head, *drops] if called else [HEAD + b"\r\n", json.dumps(ME).encode()])
            while called and forever:
                writer.write(forever)
                with suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(), 0.02)
                    return

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await asyncio.gather(*filter(None, answers))
