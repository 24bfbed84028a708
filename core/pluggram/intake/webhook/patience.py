"""Patience with those who post slowly, which is over at once when the bot stops."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pluggram.intake.webhook.refused import Refused


class Patience:
    """Waits `seconds` for each body, until it is `ended`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waiting: set[asyncio.Timeout] = set()
        self.ended = False

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """Wait within it; raises TimeoutError when it takes too long."""
        async with asyncio.timeout(0 if self.ended else self._seconds) as limit:
            self._waiting.add(limit)
            try:
                yield
            finally:
                self._waiting.discard(limit)

    def end(self) -> None:
        """Wait no longer, for nobody."""
        self.ended = True
        now = asyncio.get_running_loop().time()
        for limit in self._waiting:
            if not limit.expired():  # one that is over is still here until its reader has learned it
                limit.reschedule(now)

    def check(self) -> None:
        """Raise Refused when it has ended."""
        if self.ended:
            raise Refused(503, "the bot stops, and Telegram keeps what is not taken", retry_after=1)

    def lost(self) -> Refused:
        """Say why a body is not waited for any more."""
        self.check()
        return Refused(408, f"it did not come within {self._seconds:g} s")
