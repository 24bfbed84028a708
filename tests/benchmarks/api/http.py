"""HTTP for one request at a time on each connection, and no more of it than bots send."""

import asyncio
from collections.abc import Callable
from typing import cast

from httptools import HttpRequestParser

Respond = Callable[[bytes], None]
Handle = Callable[[bytes, bytes, Respond], None]
"""Takes the URL, the body, and what sends the response's body."""


class Connection(asyncio.Protocol):
    """One connection of a bot."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle
        self._parser = HttpRequestParser(self)
        self._url = self._body = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        url, body, self._url, self._body = self._url, self._body, b"", b""
        self._handle(url, body, self._respond)

    def _respond(self, body: bytes) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        self._transport.write(head + body)
        if not self._parser.should_keep_alive():
            self._transport.close()
