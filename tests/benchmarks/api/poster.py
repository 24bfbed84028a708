"""Updates posted to a bot's webhook, those of one chat one after the other (Bot API, setWebhook)."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import cast

from httptools import HttpResponseParser

from tests.benchmarks.api.crowd import Update
from tests.faults.work import take

Answered = Callable[[bytes], None]
"""Takes the body of a response."""
AGAIN = 0.1
"""Seconds until an update that was refused is posted again, and until somebody is looked for again who listens."""


class Poster:
    """Posts to one address, over so many connections at once. refused: how many posts got no 200."""

    def __init__(self, host: str, port: int, path: str, secret: str, answered: Answered) -> None:
        self._host, self._port = host, port
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\nContent-Length: "
        ).encode()
        self._answered = answered
        self._chats: dict[int, deque[Update]] = {}
        self._ready: deque[Update] = deque()
        self._open: set[_Connection] = set()
        self._idle: list[_Connection] = []
        self._closed = False
        self.refused = 0

    async def connect(self, connections: int) -> None:
        """Open the connections, as soon as somebody listens, and again when they are closed."""
        await asyncio.gather(*(self._connect() for _ in range(connections)))

    async def _connect(self) -> None:
        connection = _Connection(self._done, self._lost)
        while connection not in self._open:
            try:
                await asyncio.get_running_loop().create_connection(lambda: connection, self._host, self._port)
                self._open.add(connection)
            except ConnectionRefusedError:
                await take(AGAIN)

    def close(self) -> None:
        """Post no more."""
        self._closed = True
        for connection in self._open:
            connection.close()

    def _lost(self, connection: "_Connection", update: Update | None) -> None:
        if update:
            self.refused += 1
            self._ready.appendleft(update)
        else:
            self._idle.remove(connection)
        self._open.discard(connection)
        if not self._closed:
            self._connecting = asyncio.ensure_future(self._connect())

    def put(self, updates: Iterable[Update]) -> None:
        """Post these, each as soon as those before it in its chat are taken."""
        for update in updates:
            before = self._chats.get(update.chat)
            if before is None:
                self._chats[update.chat] = deque()
                self._ready.append(update)
            else:
                before.append(update)
        self._post()

    def _post(self) -> None:
        while self._ready and self._idle:
            update = self._ready.popleft()
            self._idle.pop().post(update, self._head + b"%d\r\n\r\n" % len(update.body) + update.body)

    def _done(self, connection: "_Connection", update: Update | None, status: int, body: bytes) -> None:
        self._idle.append(connection)
        if update and status != 200:
            self.refused += 1
            asyncio.get_running_loop().call_later(AGAIN, self._once_more, update)
        elif update:
            self._next(update.chat)
            if body:
                self._answered(body)
        self._post()

    def _once_more(self, update: Update) -> None:
        self._ready.append(update)
        self._post()

    def _next(self, chat: int) -> None:
        waiting = self._chats[chat]
        if waiting:
            self._ready.append(waiting.popleft())
        else:
            del self._chats[chat]


class _Connection(asyncio.Protocol):
    def __init__(
        self,
        done: Callable[["_Connection", Update | None, int, bytes], None],
        lost: Callable[["_Connection", Update | None], None],
    ) -> None:
        self._done, self._lost = done, lost
        self._parser = HttpResponseParser(self)
        self._update: Update | None = None
        self._body = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._done(self, None, 200, b"")

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost(self, self._update)

    def close(self) -> None:
        self._transport.close()

    def post(self, update: Update, request: bytes) -> None:
        self._update = update
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        status, body, update = self._parser.get_status_code(), self._body, self._update
        self._parser, self._body, self._update = HttpResponseParser(self), b"", None
        self._done(self, update, status, body)
