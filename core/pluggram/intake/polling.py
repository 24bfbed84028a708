"""Polling: fetches updates by getUpdates, through whatever passes, and says so when something does not."""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Protocol

from pluggram.edge import Arrival, Malformed
from pluggram.errors import FloodLimit, PluggramError, PollConflict, TelegramError, TokenRefused
from pluggram.intake.taking import NotTaken, Taker

logger = logging.getLogger("pluggram.intake")

POLL_SECONDS = 30
"""How long one getUpdates waits for something to happen."""
REFUSAL_PATIENCE = 60.0
"""Seconds that a token may stay refused before the process ends."""
LONGEST_WAIT = 30.0
"""Seconds between two tries at the most."""


class UpdateSource(Protocol):
    """Where updates are fetched."""

    async def get_updates(self, offset: int | None, seconds: int, allowed: Sequence[str]) -> Sequence[Arrival]:
        """Wait for updates of the kinds `allowed`; those before `offset` are confirmed and never come again."""


class Progress(Protocol):
    """Who is told how polling gets on."""

    def beat(self) -> None:
        """Take note of a poll that was answered well, and whose updates are kept."""

    def miss(self, reason: str) -> None:
        """Take note of a poll that came to nothing, and why."""


class Polling:
    """Polls `source` and hands what comes to `taker`, batch by batch; the first call of a process sends no offset.

    A batch is confirmed by the next call, and only when the taker has kept all of it.
    allowed: says which kinds of update are wanted. It is asked at every call, for a plugin may fail meanwhile:
    Telegram keeps the last list, and heeds a new one from the next update on.
    progress: told of each poll.
    """

    def __init__(
        self, source: UpdateSource, taker: Taker, allowed: Callable[[], Sequence[str]], progress: Progress
    ) -> None:
        self._source = source
        self._taker = taker
        self._allowed = allowed
        self._progress = progress
        self._offset: int | None = None
        self._outage: _Outage | None = None

    async def run(self) -> None:
        """Poll until cancelled.

        Raises TokenRefused when Telegram has refused the token for REFUSAL_PATIENCE seconds.
        """
        while True:
            await self._taker.room()
            try:
                await self._poll()
            except (TelegramError, NotTaken) as error:
                await self._endure(error)
            else:
                self._recover()

    async def _poll(self) -> None:
        arrivals = await self._source.get_updates(self._offset, POLL_SECONDS, self._allowed())
        if arrivals:
            await self._taker.take(arrivals)
            if ids := [known for known in map(_update_id, arrivals) if known is not None]:
                self._offset = max(ids) + 1

    async def confirm(self) -> None:
        """Tell Telegram what has been fetched, so that it does not come again after a restart."""
        if self._offset is not None:
            try:
                await self._source.get_updates(self._offset, 0, self._allowed())
            except TelegramError as error:
                logger.warning("the last updates could not be confirmed and will come again: %s", error)

    async def _endure(self, error: PluggramError) -> None:
        self._progress.miss(_explained(error))
        if self._outage is None:
            self._outage = _Outage(monotonic())
            logger.warning("polling is interrupted: %s", _explained(error))
        if self._outage.refused_for(error) > REFUSAL_PATIENCE:
            raise error
        await asyncio.sleep(error.retry_after if isinstance(error, FloodLimit) else self._outage.next_wait())

    def _recover(self) -> None:
        self._progress.beat()
        if self._outage is not None:
            logger.warning("polling goes on after %.0f s", monotonic() - self._outage.since)
            self._outage = None


class _Outage:
    def __init__(self, since: float) -> None:
        self.since = since
        self._refused_since: float | None = None
        self._longest = 0.5

    def refused_for(self, error: PluggramError) -> float:
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


def _explained(error: PluggramError) -> str:
    if isinstance(error, PollConflict):
        other = (
            "a webhook is set for this bot"
            if "webhook" in str(error).lower()
            else "another copy is polling with this token"
        )
        return f"{other} ({error})"
    return str(error) or type(error).__name__


def _update_id(arrival: Arrival) -> int | None:
    update_id = arrival.update_id if isinstance(arrival, Malformed) else arrival.get("update_id")
    return update_id if isinstance(update_id, int) else None
