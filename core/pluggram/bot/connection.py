"""Connection: a bot's way to Telegram, from the moment there is one."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Any

from pluggram.edge import Edge
from pluggram.reply import Reply
from pluggram.request import as_reply


class Connection:
    """A bot's way to Telegram; plugins have it before the bot is connected, and every call needs it to be."""

    def __init__(self) -> None:
        self.edge: Edge | None = None
        self.username = ""
        self._attached = asyncio.Event()

    def attach(self, edge: Edge, username: str) -> None:
        """Connect: from now on calls go out by `edge`, and the bot is called `username`, without @."""
        self.edge, self.username = edge, username
        self._attached.set()

    async def connected(self) -> Edge:
        """Wait until there is a way to Telegram."""
        await self._attached.wait()
        return self._connected()

    async def call(self, method: str, /, **parameters: Any) -> Any:
        """Call a Bot API method."""
        return await self._connected().call(method, parameters)

    async def send(self, chat_id: int | str, answer: str | Reply, *, thread_id: int | None = None) -> Sequence[int]:
        """Send an answer to a chat."""
        return await self._connected().send_to(chat_id, as_reply(answer), thread_id)

    async def administrators(self, chat_id: int) -> Collection[int]:
        """Name the user ids of those who administer a group."""
        return await self._connected().administrators(chat_id)

    def _connected(self) -> Edge:
        if self.edge is None:
            raise RuntimeError("the bot is not connected to Telegram yet: call it in a lifespan, a handler or a job")
        return self.edge
