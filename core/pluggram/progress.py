"""Progress: how long work gets on, told in one message that is edited."""

import asyncio
import logging
import threading
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Self

from pluggram.edge import Edge
from pluggram.errors import FloodLimit, TelegramError, Unreachable
from pluggram.parts import visible
from pluggram.reply import Reply

if TYPE_CHECKING:
    from pluggram.request import Request

logger = logging.getLogger("pluggram.progress")

PAUSE = 1.0
"""Seconds between two edits in a private chat (Bot API FAQ: about one message a second in a chat)."""
GROUP_PAUSE = 3.0
"""The same in a group (Bot API FAQ: 20 messages a minute)."""
LAST_PATIENCE = 5.0
"""Seconds that the last text may take to be shown, so that the answer behind it is not held up."""


class Progress:
    """One message that says how long work gets on.

    `async with request.progress("Reading 0 of 90") as progress:` sends it; `progress.show("Reading 10 of 90")` changes
    it, as often as Telegram likes: texts in between are left out, the last one is shown before the work's answer goes
    out. It never waits and never raises: what Telegram refuses is logged, and the work goes on.
    """

    def __init__(self, edge: Edge, request: "Request", text: str) -> None:
        self._edge = edge
        self._request = request
        self._chat = request.chat
        self._wanted = text if visible(text) else ""
        self._shown = ""
        self._message_id: int | None = None
        self._next = 0.0
        self._flooded = 0.0
        self._troubled = False
        self._changed = asyncio.Event()
        self._leaving = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0

    def show(self, text: str) -> None:
        """Say how far it is; also from a worker thread. A text of which nothing would be seen changes nothing."""
        if visible(text):
            self._wanted = text
            self._tell_of_change()

    async def __aenter__(self) -> Self:
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        if self._chat is not None:
            self._task = asyncio.create_task(self._keep_showing())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._leaving.set()
        self._changed.set()
        if self._task is None:
            return
        try:
            if kind is None or not issubclass(kind, asyncio.CancelledError):
                await asyncio.wait({self._task}, timeout=LAST_PATIENCE)
        finally:
            self._task.cancel()
            await asyncio.wait({self._task})

    def _tell_of_change(self) -> None:
        if self._loop is None or self._changed.is_set():
            return
        if threading.get_ident() == self._thread:
            self._changed.set()
            return
        with suppress(RuntimeError):  # the loop is closed: a thread has outlived the bot
            self._loop.call_soon_threadsafe(self._changed.set)

    async def _keep_showing(self) -> None:
        worth_it = True
        while worth_it and not (self._leaving.is_set() and self._wanted == self._shown):
            if self._wanted == self._shown:
                await self._changed.wait()
                self._changed.clear()
            else:
                await self._pause()
                worth_it = await self._show(self._wanted)

    async def _pause(self) -> None:
        """Wait until the next text is due, or the work is done; and in any case as long as Telegram says."""
        if (wait := self._next - monotonic()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._leaving.wait()
        if (wait := self._flooded - monotonic()) > 0:
            await asyncio.sleep(wait)

    async def _show(self, text: str) -> bool:
        """Show a text, and say whether it is worth going on."""
        try:
            await self._bring(Reply(text))
        except FloodLimit as error:
            self._flooded = monotonic() + error.retry_after
            return True
        except TelegramError as error:
            if not self._troubled:
                logger.warning("update %s: its progress is not shown: %s", self._request.id, error)
            self._troubled = True
            if not isinstance(error, Unreachable):
                return False
        self._shown = text
        self._next = monotonic() + (PAUSE if self._request.private else GROUP_PAUSE)
        return True

    async def _bring(self, reply: Reply) -> None:
        if self._message_id is None or self._chat is None:
            ids = await self._edge.send(self._request, reply)
            self._message_id = ids[-1] if ids else None
        else:
            await self._edge.edit(self._chat.id, self._message_id, reply)
