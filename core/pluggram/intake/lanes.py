"""Lanes: rows of one chat in order, chats side by side."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterator

from pluggram.intake.row import Row
from pluggram.places import place_of_task

logger = logging.getLogger("pluggram.intake")

GRACE = 1.0
"""Seconds that an answer may take to end when it is cut off."""


class Lanes:
    """Hands each row to `handle`: in order per lane, at most `places` lanes side by side.

    A lane lives only while it has rows. Whatever `handle` raises is logged; the lane goes on.
    before: waited for before a row gets its place, with the lane's key. finished: told of each row that is through.
    """

    def __init__(
        self,
        handle: Callable[[Row], Awaitable[None]],
        places: int,
        *,
        before: Callable[[str], Awaitable[object] | None] = lambda _: None,
        finished: Callable[[Row], object] = lambda _: None,
    ) -> None:
        self._handle = handle
        self._places = asyncio.Semaphore(places)
        self._before = before
        self._finished = finished
        self._lanes: dict[str, deque[Row]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._closed = False
        self._abandoned = False
        self._size = 0

    def __len__(self) -> int:
        """Count the rows that are not through."""
        return self._size

    def __iter__(self) -> Iterator[Row]:
        """Give the rows that are not through."""
        return (row for lane in self._lanes.values() for row in lane)

    def in_lane(self, key: str) -> int:
        """Count the rows of a lane that are not through."""
        return len(self._lanes.get(key, ()))

    def put(self, row: Row) -> None:
        """Queue a row behind those of its lane."""
        self._size += 1
        if (lane := self._lanes.get(row.lane)) is not None:
            lane.append(row)
            return
        self._lanes[row.lane] = deque([row])
        self._idle.clear()
        task = asyncio.create_task(self._drain(row.lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def join(self) -> None:
        """Wait until every row is through."""
        await self._idle.wait()

    def begin_no_more(self) -> None:
        """Let what runs end, and leave what only waits."""
        self._closed = True

    async def abandon(self) -> list[Row]:
        """Cut off what runs and give the rows that are not through."""
        self._abandoned = True
        left = list(self)
        for task in self._tasks:
            task.cancel()
        _, clinging = await asyncio.wait(self._tasks, timeout=GRACE) if self._tasks else ((), ())
        for task in clinging:
            logger.error("what answers an update does not end, and is left behind: %s", place_of_task(task))
        self._lanes.clear()
        self._size = 0
        self._idle.set()
        return left

    async def _drain(self, key: str) -> None:
        lane = self._lanes[key]
        try:
            while lane and not self._closed:
                if (held := self._before(key)) is not None:
                    await held
                async with self._places:
                    if not self._closed:
                        await self._finish(lane)
        finally:
            self._size -= len(lane)
            self._lanes.pop(key, None)
            if not self._lanes:
                self._idle.set()

    async def _finish(self, lane: deque[Row]) -> None:
        row = lane[0]
        try:
            await self._handle(row)
        except BaseException as error:
            if self._abandoned:
                raise
            if isinstance(error, asyncio.CancelledError) and (task := asyncio.current_task()):
                task.uncancel()  # a handler has cancelled the task that it runs in
            logger.exception("update %s could not be answered", row.update_id)
        finally:
            lane.popleft()
            self._size -= 1
            if not self._abandoned:
                self._finished(row)
