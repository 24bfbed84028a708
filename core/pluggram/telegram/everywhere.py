"""A flood limit that holds for the whole bot: told from one that holds for a chat, and ended step by step."""

import asyncio
import logging
from collections import deque
from collections.abc import Hashable
from contextlib import suppress

logger = logging.getLogger("pluggram.telegram")

SEVERAL = 5
"""So many chats that are told to wait at the same time, none of them or another being let through in between, and it is
the whole bot that shall wait."""


class Everywhere:
    """Whether the whole bot has to wait; `shut` says so, and `until` when in the event loop's time, at the earliest.

    It has to wait for the shortest time that one of the chats was told, which is that of all if it is the whole bot.
    Then one call goes ahead, and each that is answered lets two more follow: so all that has waited does not arrive
    at once.
    """

    def __init__(self) -> None:
        self.shut = False
        self.until = 0.0
        self._refused: dict[Hashable, float] = {}
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def reopening(self) -> None:
        """Wait until calls may be made again, in the order in which they came."""
        ours: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(ours)
        try:
            await ours
        except asyncio.CancelledError:
            if ours.cancelled():
                with suppress(ValueError):
                    self._waiting.remove(ours)
            else:
                self.unanswered()
            raise

    def refused(self, chat: Hashable, seconds: float) -> None:
        """Take note that a call to a chat was refused for so long."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._refused = {each: until for each, until in self._refused.items() if until > now}
        self._refused[chat] = now + seconds
        if len(self._refused) < SEVERAL:
            self.unanswered()
            return
        if not self.until:
            self.shut, self.until = True, min(self._refused.values())
            logger.warning("Telegram asks the whole bot to wait %g s", round(self.until - now, 1))
            loop.call_at(self.until, self._reopen)

    def answered(self) -> None:
        """Take note that a call was answered by something else than a flood limit."""
        if self._refused:
            self._refused.clear()
        if self.shut:
            self._let_through(2)

    def unanswered(self) -> None:
        """Take note that a call that was let through will say nothing of whether others may be."""
        if self.shut:
            self._let_through(1)

    def _let_through(self, most: int) -> None:
        if self.until:
            return
        while self._waiting and most:
            next_one = self._waiting.popleft()
            if not next_one.done():
                next_one.set_result(None)
                most -= 1
        self.shut = bool(self._waiting)

    def _reopen(self) -> None:
        self.until = 0.0
        self._let_through(1)
