"""A proxy of HTTP: hands requests on, and digs tunnels."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from tests.core.http.servers import Link, Site, site


@asynccontextmanager
async def proxy(*, authorization: str = "", tls: ssl.SSLContext | None = None) -> AsyncIterator[Site]:
    """Serve who shows this authorization."""

    async def behave(link: Link) -> None:
        head, body = await link.asked()
        method, target, _ = head.split(" ", 2)
        if f"Proxy-Authorization: {authorization}\r\n" not in head and authorization:
            await link.say(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        elif method == "CONNECT":
            host, _, port = target.rpartition(":")
            there = await asyncio.open_connection(host.strip("[]"), int(port))
            await link.say(b"HTTP/1.1 200 Connection established\r\nX-Y: z\r\n\r\n")
            await _between(link, *there)
        else:
            url = urlsplit(target)
            there = await asyncio.open_connection(url.hostname, url.port)
            there[1].write(head.encode() + body)
            await _between(link, *there)

    async with site(behave, tls=tls) as serving:
        yield serving


async def _between(link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    back = asyncio.create_task(_pour(reader, link.writer))
    try:
        await _pour(link.reader, writer)
    finally:
        back.cancel()
        writer.transport.abort()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
