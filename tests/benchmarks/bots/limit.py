"""The limit: sockets, a dict and no framework; what Python can do that does just this work and nothing besides.

Nothing is retried, kept, checked or logged. Updates of one chat are answered in their order, for each connection has
its chats and sends one request after the other. WEBHOOK=call answers posts by API calls, WEBHOOK=body in their
responses; without it the bot polls.
"""

import asyncio
import os
import ssl
from collections import deque
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

import orjson
import uvloop
from httptools import HttpRequestParser, HttpResponseParser

from tests.benchmarks.work import TOKEN, read_links, reply_to

CONNECTIONS = 128
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
KNOWN = read_links()
API = urlsplit(os.environ["TELEGRAM_URL"])


def request(method: str, parameters: dict[str, Any]) -> bytes:
    body = orjson.dumps(parameters)
    head = f"POST /bot{TOKEN}/{method} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
    return head.encode() + b"%d\r\n\r\n" % len(body) + body


class Caller(asyncio.Protocol):
    """A connection to the Bot API: what is to be sent waits until the last request is answered."""

    def __init__(self, answered: Callable[[Any], None]) -> None:
        self._answered = answered
        self._parser = HttpResponseParser(self)
        self._body = b""
        self._busy = False
        self._waiting: deque[bytes] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def send(self, data: bytes) -> None:
        if self._busy:
            self._waiting.append(data)
        else:
            self._busy = True
            self._transport.write(data)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        body, self._body = self._body, b""
        self._parser = HttpResponseParser(self)
        self._busy = False
        if self._waiting:
            self.send(self._waiting.popleft())
        self._answered(orjson.loads(body)["result"])


class Webhook(asyncio.Protocol):
    """A connection on which Telegram posts."""

    def __init__(self, take: Callable[[dict[str, Any]], bytes]) -> None:
        self._take = take
        self._parser = HttpRequestParser(self)
        self._body = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        body, self._body = self._body, b""
        self._transport.write(self._take(orjson.loads(body)))


def answer(update: dict[str, Any]) -> dict[str, Any] | None:
    message = update["message"]
    text = reply_to(message["text"], KNOWN)
    return {"chat_id": message["chat"]["id"], "text": text} if text else None


async def connections(answered: Callable[[Any], None], count: int) -> list[Caller]:
    loop = asyncio.get_running_loop()
    assert API.hostname
    assert API.port
    tls = ssl.create_default_context() if API.scheme == "https" else None
    made = [
        await loop.create_connection(lambda: Caller(answered), API.hostname, API.port, ssl=tls) for _ in range(count)
    ]
    return [caller for _, caller in made]


async def main() -> None:
    senders = await connections(lambda result: None, CONNECTIONS)

    def call(update: dict[str, Any]) -> bytes:
        if sending := answer(update):
            senders[sending["chat_id"] % CONNECTIONS].send(request("sendMessage", sending))
        return OK

    def write(update: dict[str, Any]) -> bytes:
        body = orjson.dumps((answer(update) or {}) | {"method": "sendMessage"})
        return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body

    def polled(updates: list[dict[str, Any]]) -> None:
        offset = updates[-1]["update_id"] + 1 if updates else 0
        poller.send(request("getUpdates", {"offset": offset, "timeout": 10, "limit": 100}))
        for update in updates:
            call(update)

    if way := os.environ.get("WEBHOOK"):
        take = write if way == "body" else call
        await asyncio.get_running_loop().create_server(lambda: Webhook(take), "127.0.0.1", int(os.environ["PORT"]))
        senders[0].send(request("setWebhook", {"url": "https://example.org/limit"}))
    else:
        [poller] = await connections(polled, 1)
        polled([])
    await asyncio.Event().wait()


uvloop.run(main())
