"""Attendance: the person who waits sees that the bot is at it, for as long as the handler works."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import TypeVar

from pluggram.errors import TelegramError
from pluggram.request import Request
from pluggram.telegram.answers import acknowledge_press
from pluggram.telegram.render import place
from pluggram.telegram.sending import Caller

Done = TypeVar("Done")

PRESS_PATIENCE = 3.0
"""Seconds after which a button press is answered although its handler still works."""
ACTION_PATIENCE = 1.0
"""Seconds after which a chat shows "typing": quick answers make no call for it."""
ACTION_LASTS = 4.5
"""Seconds after which it is said again; a chat shows it for 5 (Bot API, sendChatAction)."""


class Attendance:
    """Looks after one request `during` the work of its handler.

    `begin` is called when the handler does not answer at once. PRESS_PATIENCE after that a button press is answered,
    unless its id is in `taken`: then it is left to who has put it there. Where a message is not answered within
    ACTION_PATIENCE, the chat shows that the bot is at it.
    """

    __slots__ = ("_call", "_meanwhile", "_request", "_taken", "_timer", "acknowledged")

    def __init__(self, call: Caller, request: Request, taken: set[str | None] | None = None) -> None:
        self._call = call
        self._request = request
        self._taken = taken if taken is not None else set()
        self._timer: asyncio.TimerHandle | None = None
        self._meanwhile: asyncio.Task[object] | None = None
        self.acknowledged = False
        """Once the work is done: whether the press is answered, or left to who has taken it."""

    def begin(self) -> None:
        """Take note that the person waits, from now on."""
        if self._timer is None and self._request.kind not in ("inline", "other"):
            patience = PRESS_PATIENCE if self._request.kind == "button" else ACTION_PATIENCE
            self._timer = asyncio.get_running_loop().call_later(patience, self._lose_patience)

    async def during(self, work: Awaitable[Done]) -> Done:
        """Let the handler work, and give what that comes to."""
        try:
            done = await work
        except BaseException as error:
            await self._end(isinstance(error, asyncio.CancelledError))
            raise
        if self._timer is not None or self._request.kind == "button":
            await self._end(False)
        return done

    async def _end(self, stopped: bool) -> None:
        if self._timer is not None:
            self._timer.cancel()
        taken = self._request.kind == "button" and self._request.query_id in self._taken
        if taken:
            self._taken.discard(self._request.query_id)
        if self._meanwhile is not None:
            if stopped or self._request.kind != "button":
                self._meanwhile.cancel()
            if not stopped:  # when the bot stops, nothing may hold it
                await asyncio.gather(self._meanwhile, return_exceptions=True)
        self.acknowledged = taken or (self._request.kind == "button" and self._meanwhile is not None)

    def _lose_patience(self) -> None:
        if self._request.kind != "button":
            self._meanwhile = asyncio.ensure_future(self._act())
        elif self._request.query_id not in self._taken:
            self._meanwhile = asyncio.ensure_future(acknowledge_press(self._call, self._request))

    async def _act(self) -> None:
        chat = self._request.chat
        if chat is None or chat.type == "channel":
            return
        action = {**place(chat.id, self._request.thread_id), "action": "typing"}
        with suppress(TelegramError):  # the answer itself will meet what is wrong
            while True:
                await self._call("sendChatAction", action)
                await asyncio.sleep(ACTION_LASTS)
