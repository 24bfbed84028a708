"""Progress: how long work gets on, told in one message that is edited."""

import asyncio
import logging
from time import monotonic
from typing import TYPE_CHECKING, Self

from pluggram.edge import Edge
from pluggram.errors import TelegramError
from pluggram.reply import Reply

if TYPE_CHECKING:
    from pluggram.request import Request

logger = logging.getLogger("pluggram.progress")

PAUSE = 1.0
"""Seconds between two edits in a private chat (Bot API FAQ: about one message a second in a chat)."""
GROUP_PAUSE = 3.0
"""The same in a group (Bot API FAQ: 20 messages a minute)."""


class Progress:
    """One message that says how long work gets on.

    `async with request.progress("Reading 0 of 90") as progress:` sends it; `progress.show("Reading 10 of 90")` changes
    it, as often as Telegram likes: texts in between are left out, the last one is always shown. It never waits and
    never raises: what Telegram refuses is logged, and the work goes on.
    """

    def __init__(self, edge: Edge, request: "Request", text: str) -> None:
        self._edge = edge
        self._request = request
        self._wanted = text
        self._shown = ""
        self._next = 0.0
        self._message_id: int | None = None
        self._changed = asyncio.Event()
        self._leaving = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def show(self, text: str) -> None:
        """Say how far it is."""
        self._wanted = text
        self._changed.set()

    async def __aenter__(self) -> Self:
        self._changed.set()
        self._task = asyncio.create_task(self._tell())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._leaving.set()
        self._changed.set()
        if self._task is not None:
            if kind is not None and issubclass(kind, asyncio.CancelledError):
                self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _tell(self) -> None:
        while not self._leaving.is_set() or self._wanted != self._shown:
            await self._changed.wait()
            self._changed.clear()
            if self._wanted != self._shown:
                await self._pause()
                await self._show(self._wanted)

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(max(0.0, self._next - monotonic())):
                await self._leaving.wait()
        except TimeoutError:
            pass

    async def _show(self, text: str) -> None:
        self._shown = text
        chat = self._request.chat
        try:
            if self._message_id is None or chat is None:
                ids = await self._edge.send(self._request, Reply(text))
                self._message_id = ids[-1] if ids else None
            else:
                await self._edge.edit(chat.id, self._message_id, Reply(text))
        except TelegramError as error:
            logger.warning("progress of update %s is not shown: %s", self._request.id, error)
        self._next = monotonic() + (PAUSE if self._request.private else GROUP_PAUSE)
