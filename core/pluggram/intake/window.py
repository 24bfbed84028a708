"""Window: those of the waiting updates that are in memory; the others stay in the inbox until there is room."""

import asyncio
import logging
from array import array
from collections.abc import Sequence

from pluggram.intake.inbox import Inbox
from pluggram.intake.lanes import Lanes
from pluggram.intake.row import Row, moved_lanes
from pluggram.request import move_told
from pluggram.storage import StorageError

logger = logging.getLogger("pluggram.intake")

PER_LANE = 16
"""How many rows of one lane are in memory at the most: no chat can crowd the others out."""
PAGE = 256
"""Rows that are read from the inbox at once, at the most."""
RETRY_SECONDS = 5.0
"""Seconds until the inbox is read again when it could not be."""


class Window:
    """Puts rows of `inbox` into `lanes`, in order, at most `limit` at a time.

    All rows up to `_through` that are not done are in the lanes, or among those that `_behind` names by their numbers:
    8 bytes each, whatever the updates hold.
    """

    def __init__(self, inbox: Inbox, lanes: Lanes, limit: int) -> None:
        self.apart: set[int] = set()
        """Rows that somebody else has in hand."""
        self._inbox = inbox
        self._lanes = lanes
        self._limit = limit
        self._through = 0
        self._last = 0
        self._behind: dict[str, array[int]] = {}
        self._thin: set[str] = set()
        self._moved: dict[str, str] = {}
        self._wake = asyncio.Event()

    def arrived(self, rows: Sequence[Row]) -> None:
        """Take in rows that the inbox has just received."""
        for row in rows:
            last, self._last = self._last, max(self._last, row.seq)
            if row.seq != last + 1 or self._through != last or not self._place(row):
                self._wake.set()

    def look(self, last: int) -> None:
        """Draw from the inbox what it holds up to `last`."""
        self._last = max(self._last, last)
        self._wake.set()

    def freed(self, row: Row) -> None:
        """Take note that a row has left its lane."""
        if self._through < self._last and self._is_due:
            self._wake.set()
        if self._behind and self._is_thin(row.lane):
            self._thin.add(row.lane)
            self._wake.set()

    def _is_thin(self, lane: str) -> bool:
        """Whether more rows of a lane are to be put into it, and so many that it is worth a look at the disk."""
        return lane in self._behind and self._lanes.in_lane(lane) <= PER_LANE // 2

    async def run(self) -> None:
        """Draw whenever there is room, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._fill()
            except StorageError as error:
                logger.error("updates that wait could not be read, which is tried again: %s", error)
                await asyncio.sleep(RETRY_SECONDS)
                self._wake.set()

    async def _fill(self) -> None:
        for lane in [*self._thin]:
            while self._is_thin(lane):
                await self._catch_up(lane)
            self._thin.discard(lane)
        while self._is_due:
            await self._draw(min(PAGE, self._limit - len(self._lanes)))

    @property
    def _is_due(self) -> bool:
        """Whether rows are to be drawn, and so many that it is worth a look at the disk."""
        return self._through < self._last and self._limit - len(self._lanes) >= min(PAGE, self._limit // 4)

    async def _catch_up(self, lane: str) -> None:
        """Put the next rows of a lane into it that were passed over."""
        behind = self._behind[lane]
        wanted = behind[: PER_LANE - self._lanes.in_lane(lane)]
        rows = await self._inbox.fetch(wanted)
        del behind[: len(wanted)]
        for row in rows:
            row.lane = lane
            self._lanes.put(row)
        if not behind:
            del self._behind[lane]

    async def _draw(self, page: int) -> None:
        last = self._last
        rows = await self._inbox.draw(self._through, page)
        for row in rows:
            if not self._place(row):
                return
        if len(rows) < page:
            self._through = max(self._through, last)

    def _place(self, row: Row) -> bool:
        if len(self._lanes) >= self._limit:
            return False
        self._through = row.seq
        if self._moved or move_told(row.update) is not None:
            self._follow(row)
        if row.seq in self.apart:
            self.apart.remove(row.seq)
        elif row.lane in self._behind:
            self._behind[row.lane].append(row.seq)
        elif not self._lanes.put(row, PER_LANE):
            self._behind[row.lane] = array("q", [row.seq])
        return True

    def _follow(self, row: Row) -> None:
        """Keep a group in its lane when it becomes a supergroup: what comes there waits for what came before."""
        if (moved := moved_lanes(row.update)) is not None:
            old, new = moved
            self._moved[new] = self._moved.get(old, old)
        row.lane = self._moved.get(row.lane, row.lane)
