"""Polling: fetches updates by getUpdates, through whatever passes, and says so when something does not."""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from time import monotonic
from typing import Final, Protocol

from pluggram.decoding import is_update_id
from pluggram.edge import Arrival, Malformed
from pluggram.errors import PluggramError, PollConflict, TelegramError
from pluggram.intake.outage import Outage, Progress, told
from pluggram.intake.taking import Taker

logger = logging.getLogger("pluggram.intake")

POLL_SECONDS = 30
"""How long one getUpdates waits for something to happen."""
CONFIRM_SECONDS = 2.0
"""How long the last call at a stop may take: what it leaves unconfirmed is known when it comes again."""
ROOM_SECONDS = 5.0
"""How long there may be no room for more updates before that is said."""
CALM = 60.0
"""Seconds without a conflict after which it is over: two copies that poll take turns, and each gets some updates."""
ANNOYANCE = 5.0
"""Seconds between two tries at the most while Telegram brings the same again and again, for other updates may come."""

_FULL = "so many updates wait to be answered that the others wait at Telegram"


class UpdateSource(Protocol):
    """Where updates are fetched."""

    async def get_updates(self, offset: int | None, seconds: int, allowed: Sequence[str]) -> Sequence[Arrival]:
        """Wait for updates of the kinds `allowed`; those before `offset` are confirmed and never come again."""


class _NothingNew(PluggramError):
    """Telegram brings what it has brought already."""


class Polling:
    """Polls `source` and hands what comes to `taker`, batch by batch; the first call of a process sends no offset.

    A batch is confirmed by the next call, and only when the taker has kept all of it.
    allowed: says which kinds of update are wanted. It is asked at every call, for a plugin may fail meanwhile:
    Telegram keeps the last list, and heeds a new one from the next update on.
    progress: told of each poll.
    """

    kind: Final = "polling"
    replies: Final = None

    def __init__(
        self, source: UpdateSource, taker: Taker, allowed: Callable[[], Sequence[str]], progress: Progress
    ) -> None:
        self._source = source
        self._taker = taker
        self._allowed = allowed
        self._progress = progress
        self._offset: int | None = None
        self._outage = Outage("polling")
        self._nameless: Collection[Arrival] = ()
        self._repeats = 0
        self._calm_from = 0.0
        self._failed = False

    async def run(self) -> None:
        """Poll until cancelled.

        Raises TokenRefused when Telegram has refused the token for REFUSAL_PATIENCE seconds.
        """
        while True:
            try:
                await self._wait_for_room()
                await self._poll()
            except Exception as error:  # whatever it is, a process that has stopped polling helps nobody
                await self._endure(error)
            else:
                self._recover()

    async def confirm(self) -> None:
        """Tell Telegram what has been fetched, so that it does not come again after a restart."""
        if self._offset is not None:
            try:
                async with asyncio.timeout(CONFIRM_SECONDS):
                    await self._source.get_updates(self._offset, 0, self._allowed())
            except (TelegramError, TimeoutError) as error:
                reason = str(error) or f"Telegram has not answered within {CONFIRM_SECONDS:g} s"
                logger.warning("the last updates could not be confirmed and will come again: %s", reason)

    async def _wait_for_room(self) -> None:
        try:
            async with asyncio.timeout(ROOM_SECONDS):
                await self._taker.room()
        except TimeoutError:
            self._progress.miss(_FULL)
            self._outage.begin(_FULL, _FULL)
            await self._taker.room()

    async def _poll(self) -> None:
        seconds = 0 if self._failed else POLL_SECONDS  # whether it is over is known at once, though nobody writes
        arrivals = await self._source.get_updates(self._offset, seconds, self._allowed())
        ids = [_update_id(each) for each in arrivals]
        nameless = [each for each, known in zip(arrivals, ids, strict=True) if known is None] if None in ids else ()
        fresh = [each for each in arrivals if each not in self._nameless] if self._nameless else arrivals
        if fresh:
            await self._taker.take(fresh)
        self._nameless = nameless
        self._move([known for known in ids if known is not None], bool(arrivals))

    def _move(self, ids: Collection[int], something: bool) -> None:
        """Put the offset behind these ids; raises _NothingNew when Telegram brings the same `something` for ever."""
        before = self._offset
        if ids:
            self._offset = max(ids) + 1
        self._repeats = self._repeats + 1 if something and self._offset == before else 0
        if self._repeats > 1:
            raise _NothingNew("Telegram brings the same updates again and again, and they cannot be confirmed")

    async def _endure(self, error: Exception) -> None:
        self._failed = True
        reason = _explained(error)
        self._progress.miss(reason)
        wait = self._outage.endure(error, reason)
        if isinstance(error, PollConflict) and not _is_of_webhook(error):
            self._calm_from = monotonic() + CALM
        await asyncio.sleep(min(wait, ANNOYANCE) if isinstance(error, _NothingNew) else wait)

    def _recover(self) -> None:
        self._failed = False
        is_calm = monotonic() >= self._calm_from
        self._progress.beat(mended=is_calm)
        if is_calm:
            self._outage.end()


def _explained(error: Exception) -> str:
    if not isinstance(error, PollConflict):
        return told(error)
    if _is_of_webhook(error):
        return (
            "a webhook is set for this bot, and then Telegram lets nobody poll; let the program that set it remove it "
            '(Bot API, deleteWebhook), or receive updates by webhook: telegram.updates = "webhook" in bot.toml'
        )
    return (
        "another copy is polling with this token, and each message reaches one of them only; stop the other copy, "
        "or give each its own token from @BotFather"
    )


def _is_of_webhook(conflict: PollConflict) -> bool:
    return "webhook" in str(conflict).lower()


def _update_id(arrival: Arrival) -> int | None:
    update_id = arrival.update_id if isinstance(arrival, Malformed) else arrival.get("update_id")
    return update_id if is_update_id(update_id) else None
