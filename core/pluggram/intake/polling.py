"""Polling: fetches updates by getUpdates, through whatever passes, and says so when something does not."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Protocol

from pluggram.edge import RawUpdate
from pluggram.errors import FloodLimit, PollConflict, TelegramError, TokenRefused

logger = logging.getLogger("pluggram.intake")

POLL_SECONDS = 30
"""How long one getUpdates waits for something to happen."""
REFUSAL_PATIENCE = 60.0
"""Seconds that a token may stay refused before the process ends."""
LONGEST_WAIT = 30.0
"""Seconds between two tries at the most."""


class UpdateSource(Protocol):
    """Where updates are fetched."""

    async def get_updates(self, offset: int | None, seconds: int, allowed: Sequence[str]) -> Sequence[RawUpdate]:
        """Wait for updates of the kinds `allowed`; those before `offset` are confirmed and never come again."""


class Polling:
    """Polls `source` and hands each update to `accept`; the first call of a process sends no offset.

    allowed: says which kinds of update are wanted. It is asked at every call, for a plugin may fail meanwhile:
    Telegram keeps the last list, and heeds a new one from the next update on.
    polled: told of each poll that was answered well.
    """

    def __init__(
        self,
        source: UpdateSource,
        accept: Callable[[RawUpdate], Awaitable[None]],
        allowed: Callable[[], Sequence[str]],
        polled: Callable[[], object],
    ) -> None:
        self._source = source
        self._accept = accept
        self._allowed = allowed
        self._polled = polled
        self._offset: int | None = None
        self._outage: _Outage | None = None

    async def run(self) -> None:
        """Poll until cancelled.

        Raises TokenRefused when Telegram has refused the token for REFUSAL_PATIENCE seconds.
        """
        while True:
            try:
                updates = await self._source.get_updates(self._offset, POLL_SECONDS, self._allowed())
            except TelegramError as error:
                await self._endure(error)
                continue
            self._polled()
            self._recover()
            for update in updates:
                await self._take(update)

    async def confirm(self) -> None:
        """Tell Telegram what has been fetched, so that it does not come again after a restart."""
        if self._offset is not None:
            try:
                await self._source.get_updates(self._offset, 0, self._allowed())
            except TelegramError as error:
                logger.warning("the last updates could not be confirmed and will come again: %s", error)

    async def _take(self, update: RawUpdate) -> None:
        await self._accept(update)
        update_id = update.get("update_id")
        if isinstance(update_id, int):
            self._offset = update_id + 1

    async def _endure(self, error: TelegramError) -> None:
        if self._outage is None:
            self._outage = _Outage(monotonic())
            logger.warning("polling is interrupted: %s", _explained(error))
        if self._outage.refused_for(error) > REFUSAL_PATIENCE:
            raise error
        await asyncio.sleep(error.retry_after if isinstance(error, FloodLimit) else self._outage.next_wait())

    def _recover(self) -> None:
        if self._outage is not None:
            logger.warning("polling goes on after %.0f s", monotonic() - self._outage.since)
            self._outage = None


class _Outage:
    def __init__(self, since: float) -> None:
        self.since = since
        self._refused_since: float | None = None
        self._longest = 0.5

    def refused_for(self, error: TelegramError) -> float:
        """Say for how many seconds the token has been refused at every try up to this one; 0 when it is not."""
        if not isinstance(error, TokenRefused):
            self._refused_since = None
            return 0.0
        now = monotonic()
        if self._refused_since is None:
            self._refused_since = now
        return now - self._refused_since

    def next_wait(self) -> float:
        self._longest = min(LONGEST_WAIT, 2 * self._longest)
        return random.uniform(0, self._longest)


def _explained(error: TelegramError) -> str:
    if isinstance(error, PollConflict):
        other = (
            "a webhook is set for this bot"
            if "webhook" in str(error).lower()
            else "another copy is polling with this token"
        )
        return f"{other} ({error})"
    return str(error) or type(error).__name__
