"""Inbox: where updates wait until they are answered; MemoryInbox forgets them with its process."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from itertools import islice
from typing import Protocol

from pluggram.edge import Arrival, Malformed
from pluggram.intake.row import Row, key_of, lane_key
from pluggram.intake.taking import InboxFull

REMEMBERED = 10_000
"""So many updates are known again when they come twice, in memory."""


class Inbox(Protocol):
    """Keeps each update from its arrival until it is done: received, started, answered, done; or set aside, dead.

    `receive` and `answered` raise NotTaken when they could not write; the other marks are written soon, without anybody
    waiting for them.
    """

    durable: bool
    """Whether what waits is still there after the process has ended."""

    @property
    def waiting(self) -> int:
        """How many updates are not done."""

    @property
    def dead(self) -> int:
        """How many updates were set aside."""

    @property
    def problem(self) -> str:
        """What keeps updates from being taken in, in words for people; empty when nothing does."""

    @property
    def first(self) -> Sequence[Row]:
        """What comes before all else, as it was found at the start, in the order of arrival.

        It is what is answered and was not sent, and what the process may have died of.
        """

    @property
    def last(self) -> int:
        """The number of the last row, as it was found at the start."""

    async def receive(self, arrivals: Sequence[Arrival]) -> Sequence[Row]:
        """Keep updates, and give those that are new; what is malformed is set aside at once."""

    async def room(self) -> None:
        """Wait until fewer updates wait than may."""

    async def draw(self, after: int, limit: int) -> Sequence[Row]:
        """Give the first rows behind `after` that are not done."""

    async def fetch(self, seqs: Sequence[int]) -> Sequence[Row]:
        """Give the rows of these numbers that are not done, in order."""

    def start(self, row: Row) -> None:
        """Take note that a handler begins to work on it."""

    async def answered(self, row: Row) -> None:
        """Keep what its handler returned."""

    def sent(self, row: Row) -> None:
        """Take note of how many of the calls that bring its answer are made."""

    def done(self, row: Row) -> None:
        """Take note that nothing remains to be done for it."""

    def cut_off(self, row: Row) -> None:
        """Take note that the handler was cut off by a stop: it runs again."""

    def bury(self, row: Row, reason: str) -> None:
        """Set an update aside that cannot be answered."""

    async def raised(self) -> Sequence[Row]:
        """Give rows that somebody has taken back from the dead letters, as if they had just arrived; none at last."""


class MemoryInbox:
    """Keeps updates in memory only: what is not done when the process ends is lost. limit: how many may wait."""

    durable = False

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rows: dict[int, Row] = {}
        self._last = 0
        self._known: OrderedDict[int, None] = OrderedDict()
        self._room = asyncio.Event()
        self._room.set()
        self.dead = self.last = 0
        self.first: Sequence[Row] = ()

    @property
    def waiting(self) -> int:
        """How many updates are not done."""
        return len(self._rows)

    @property
    def problem(self) -> str:
        """What keeps updates from being taken in; empty when nothing does."""
        return too_many(len(self._rows)) if len(self._rows) >= self._limit else ""

    async def receive(self, arrivals: Sequence[Arrival]) -> Sequence[Row]:
        """Keep updates, and give those that are new; raises InboxFull when too many wait."""
        if len(self._rows) >= self._limit:
            raise InboxFull(too_many(len(self._rows)))
        now, rows = time.time(), list[Row]()
        for arrival in arrivals:
            if not self._is_new(key_of(arrival)):
                continue
            if isinstance(arrival, Malformed):
                self.dead += 1
                continue
            self._last += 1
            row = self._rows[self._last] = Row(self._last, arrival, lane_key(arrival), now)
            rows.append(row)
        if len(self._rows) >= self._limit:
            self._room.clear()
        return rows

    async def room(self) -> None:
        """Wait until fewer updates wait than may."""
        await self._room.wait()

    async def draw(self, after: int, limit: int) -> Sequence[Row]:
        """Give the first rows behind `after` that are not done."""
        numbers = range(after + 1, self._last + 1)
        return list(islice((row for seq in numbers if (row := self._rows.get(seq)) is not None), limit))

    async def fetch(self, seqs: Sequence[int]) -> Sequence[Row]:
        """Give the rows of these numbers that are not done, in order."""
        return [self._rows[seq] for seq in seqs if seq in self._rows]

    def start(self, row: Row) -> None:
        """Take note of nothing: it would be lost with the row."""

    async def answered(self, row: Row) -> None:
        """Take note of nothing: it would be lost with the row."""

    def sent(self, row: Row) -> None:
        """Take note of nothing: it would be lost with the row."""

    def done(self, row: Row) -> None:
        """Forget a row."""
        self._rows.pop(row.seq, None)
        if len(self._rows) == self._limit - 1:
            self._room.set()

    def cut_off(self, row: Row) -> None:
        """Take note of nothing: the process is about to end."""

    def bury(self, row: Row, reason: str) -> None:
        """Count a row as dead, and forget it."""
        self.dead += 1
        self.done(row)

    async def raised(self) -> Sequence[Row]:
        """Give none: the dead are forgotten."""
        return ()

    def _is_new(self, key: int) -> bool:
        known = self._known
        if key in known:
            return False
        known[key] = None
        if len(known) > REMEMBERED:
            known.popitem(last=False)
        return True


def too_many(waiting: int) -> str:
    """Say that no more updates are taken in."""
    return f"{waiting} updates wait to be answered, and no more may"
