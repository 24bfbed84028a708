"""Intake: takes updates in, has each answered in the order of its chat, and knows of each what remains to be done."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Protocol

from pluggram.backoff import Backoff
from pluggram.cancelling import is_for_us
from pluggram.edge import Arrival
from pluggram.errors import PluggramError, TokenRefused, Unreachable
from pluggram.intake.inbox import Inbox
from pluggram.intake.lanes import Lanes
from pluggram.intake.outage import Outage
from pluggram.intake.row import Row
from pluggram.intake.taking import NotTaken
from pluggram.intake.window import Window
from pluggram.plugins.reason import reason
from pluggram.reply import Reply

logger = logging.getLogger("pluggram.intake")

WAITING_PER_PLACE = 16
"""How many updates may be in memory for each chat that is answered side by side."""
LONGEST_WAIT = 30.0
"""Seconds between two tries to send an answer at the most."""
ROUNDS = 2
"""So often an answer is sent, patiently, that does not get through although Telegram can be reached."""
RAISED_SECONDS = 2.0
"""Seconds between two looks at what somebody wants to be retried."""

_LEFT = {
    True: (logging.WARNING, "wait in the inbox for the next start"),
    False: (logging.ERROR, 'are lost (telegram.delivery = "memory")'),
}


class Worker(Protocol):
    """Who answers updates."""

    async def answer(self, row: Row) -> Reply | None:
        """Have an update answered, and say in its row whether it is acknowledged; raises nothing that it causes."""

    def deliver(self, row: Row, sent: Callable[[int], None]) -> Awaitable[None]:
        """Send what remains of an answer, and tell how many of its calls are made after each.

        Raises Unreachable or TokenRefused when it should be tried again.
        """

    async def is_open(self) -> bool:
        """Ask whether Telegram can be reached at all."""


class Intake:
    """Takes updates into `inbox` and has them answered by `worker`, `in_flight` chats side by side."""

    def __init__(self, inbox: Inbox, worker: Worker, in_flight: int) -> None:
        self._inbox = inbox
        self._worker = worker
        self._limit = in_flight * WAITING_PER_PLACE
        self._lanes = Lanes(self._answer, self._send, in_flight, self._limit)
        self._window = Window(inbox, self._lanes, self._limit)
        self._lanes.finished = self._window.freed
        self._first: list[Row] = []
        self._changed = asyncio.Event()
        self._refused: set[object] = set()
        self._outage = Outage("sending", "fails, and answers wait")

    async def take(self, arrivals: Sequence[Arrival]) -> None:
        """Keep updates, and have them answered soon; raises NotTaken when they cannot be kept."""
        self._window.arrived(await self._inbox.receive(arrivals))

    async def room(self) -> None:
        """Wait until more updates may be taken."""
        await self._inbox.room()

    @property
    def waiting(self) -> int:
        """How many updates are not done."""
        return self._inbox.waiting

    @property
    def dead(self) -> int:
        """How many updates were set aside."""
        return self._inbox.dead

    @property
    def problem(self) -> str:
        """What keeps updates from being taken in; empty when nothing does."""
        return self._inbox.problem

    @property
    def oldest(self) -> float:
        """Seconds that the oldest update waits which is not done; 0 when none does."""
        ages = [row.at for rows in (self._first, self._lanes) for row in rows]
        return max(0.0, time.time() - min(ages)) if ages else 0.0

    async def run(self) -> None:
        """Have everything answered until cancelled; first what may have killed the process, one after the other.

        What is answered and only to be sent goes out before, so that no chat sees a later answer first.
        """
        self._first = list(self._inbox.first)
        self._window.apart.update(row.seq for row in self._first)
        while self._first:
            row = self._first[0]
            if not row.answered:
                logger.warning("update %s runs once more, alone: the process has died %d times while it ran",
                               row.update_id, row.deaths)  # fmt: skip
            if await self._answer(row):
                self._lanes.put_answered(row)
            del self._first[0]
        self._window.look(self._inbox.last)
        await asyncio.gather(self._window.run(), self._watch_the_dead())

    async def _watch_the_dead(self) -> None:
        while True:
            await asyncio.sleep(RAISED_SECONDS)
            try:
                while rows := await self._inbox.raised():
                    self._window.arrived(rows)
            except PluggramError as error:
                logger.warning("dead letters could not be looked at: %s", error)

    async def settled(self) -> None:
        """Wait until all that was taken is answered and sent."""
        while self._inbox.waiting:
            self._changed.clear()
            await self._changed.wait()

    async def stop(self, deadline: float) -> None:
        """Finish what runs until `deadline`, in the event loop's time; say what is left."""
        with suppress(TimeoutError):
            async with asyncio.timeout_at(deadline):
                await self._finish()
        cut_off = await self._lanes.abandon()
        for row in (*self._first, *cut_off):
            self._inbox.cut_off(row)
        if self._inbox.waiting:
            level, where = _LEFT[self._inbox.durable]
            logger.log(level, "stopped with %d updates unanswered, which %s; cut off: %s",
                       self._inbox.waiting, where, [row.update_id for row in cut_off])  # fmt: skip

    async def _finish(self) -> None:
        if self._inbox.durable:
            self._lanes.begin_no_more()
            await self._lanes.join()
            return
        drawing = asyncio.create_task(self._window.run())
        try:
            await self.settled()
        finally:
            drawing.cancel()
            await asyncio.wait((drawing,))

    async def _answer(self, row: Row) -> bool:
        """Have the handler run, keep what it returned, and say whether anything remains to be sent."""
        if row.unreadable:
            self._bury(row, "it cannot be read any more: the disk has changed it")
            return False
        try:
            if not row.answered:
                self._inbox.start(row)
                row.reply = await self._worker.answer(row)
                row.answered = True
                if _is_due(row):
                    await self._inbox.answered(row)
        except NotTaken as error:
            logger.error("update %s: its answer is sent, but could not be kept before: %s", row.update_id, error)
        except BaseException as error:
            if is_for_us(error):
                raise
            self._bury(row, reason(error, "while it was answered"))
            return False
        if _is_due(row):
            return True
        self._done(row)
        return False

    async def _send(self, row: Row) -> None:
        try:
            await self._worker.deliver(row, partial(self._sent, row))
        except BaseException as error:
            await self._insist(row, error)
        else:
            self._done(row)

    async def _insist(self, row: Row, error: BaseException) -> None:
        """Send an answer again for as long as Telegram is out of reach. error: what came of it the first time."""
        backoff, in_vain = Backoff(LONGEST_WAIT), 0
        while isinstance(error, Unreachable | TokenRefused):
            in_vain += await self._is_open()
            if in_vain == ROUNDS:
                self._bury(row, f"its answer does not get through, though Telegram can be reached: {error}")
                break
            self._refused.add(row.update_id)
            self._outage.begin(str(error), type(error))
            await asyncio.sleep(backoff.pause())
            try:
                await self._worker.deliver(row, partial(self._sent, row))
            except BaseException as again:
                error = again
            else:
                self._done(row)
                break
        else:
            if is_for_us(error):
                raise error
            self._bury(row, reason(error, "while its answer was sent"))
        self._refused.discard(row.update_id)
        if not self._refused:
            self._outage.end()

    async def _is_open(self) -> bool:
        try:
            return await self._worker.is_open()
        except Exception:
            logger.exception("whether Telegram can be reached cannot be told")
            return False

    def _sent(self, row: Row, calls: int) -> None:
        row.sent = calls
        self._inbox.sent(row)

    def _done(self, row: Row) -> None:
        self._inbox.done(row)
        self._changed.set()

    def _bury(self, row: Row, why: str) -> None:
        self._inbox.bury(row, why)
        self._changed.set()


def _is_due(row: Row) -> bool:
    """Say whether anything remains to be sent once the handler has returned."""
    return row.reply is not None or ("callback_query" in row.update and not row.acknowledged)
