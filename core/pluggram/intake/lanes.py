"""Lanes: rows of one chat in order, chats side by side; each row is answered, and then what remains of it is sent."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextvars import copy_context
from math import inf

from pluggram.cancelling import is_for_us, outlive
from pluggram.divisible import Divisible
from pluggram.intake.row import Row
from pluggram.places import place_of_task

logger = logging.getLogger("pluggram.intake")

GRACE = 1.0
"""Seconds that an answer may take to end when it is cut off."""
UNSENT_PER_LANE = 4
"""Answers of one chat that may wait to be sent before its next update is begun."""


class _Lane:
    """The rows of one chat, while it has any. busy: its first row is being answered, or waits until it may be."""

    __slots__ = ("answerer", "busy", "key", "sender", "unsent", "waiting")

    def __init__(self, key: str) -> None:
        self.key = key
        self.waiting: list[Row] = []
        self.unsent: list[Row] = []
        self.busy = False
        self.answerer: asyncio.Task[None] | None = None
        self.sender: asyncio.Task[None] | None = None

    def moved(self, task: "asyncio.Task[None]") -> None:
        """Take note that its first row is answered on in another task: a handler has kept the one before."""
        self.answerer = task


class Lanes:
    """Has each row answered, then sent: in order per lane, at most `places` lanes are answered side by side.

    A lane lives only while it has rows, and each row has one task, which answers it and sends it; a lane whose answers
    are still on their way goes on to be answered meanwhile, until UNSENT_PER_LANE of them wait, or `limit` of all.
    Whatever `answer` and `send` raise is logged; the lane goes on.
    answer: gives whether there is anything to send.
    """

    def __init__(
        self,
        answer: Callable[[Row], Awaitable[bool]],
        send: Callable[[Row], Awaitable[object]],
        places: int,
        limit: int,
    ) -> None:
        self._answer = answer
        self._send = send
        self._places = places
        self._limit = limit
        self.finished: Callable[[Row], object] = lambda _: None
        """Is told of each row that is answered."""
        self._context = copy_context()
        self._lanes: dict[str, _Lane] = {}
        self._ready: deque[_Lane] = deque()
        self._held: dict[str, _Lane] = {}
        self._closed = False
        self._abandoned = False
        self._size = 0
        self.unsent = 0
        """How many rows are answered and not sent."""

    def __len__(self) -> int:
        """Count the rows that are not answered."""
        return self._size

    def __iter__(self) -> Iterator[Row]:
        """Give the rows that are not sent."""
        return (row for lane in self._lanes.values() for row in (*lane.unsent, *lane.waiting))

    def in_lane(self, key: str) -> int:
        """Count the rows of a lane that are not answered."""
        lane = self._lanes.get(key)
        return 0 if lane is None else len(lane.waiting)

    def put(self, row: Row, most: float = inf) -> bool:
        """Queue a row behind those of its lane, unless so many of them are not answered; tell whether it is queued."""
        lane = self._lanes.get(row.lane)
        if lane is None:
            lane = self._lanes[row.lane] = _Lane(row.lane)
        elif len(lane.waiting) >= most:
            return False
        self._size += 1
        lane.waiting.append(row)
        if not lane.busy:
            self._go_on(lane)
        return True

    def put_answered(self, row: Row) -> None:
        """Queue a row that is only to be sent."""
        lane = self._lanes.setdefault(row.lane, _Lane(row.lane))
        self._queue_to_send(lane, row)
        if lane.sender is None:
            lane.sender = asyncio.create_task(self._send_all(lane), context=self._context.copy())

    async def join(self) -> None:
        """Wait until every row is through."""
        while tasks := self._tasks():
            await asyncio.wait(tasks)

    def begin_no_more(self) -> None:
        """Let what runs end, and leave what only waits."""
        self._closed = True
        self._ready.clear()
        self._held.clear()
        for lane in [*self._lanes.values()]:
            del lane.waiting[1 if lane.answerer is not None else 0 :]
            self._forget_if_through(lane)
        self._size = sum(len(lane.waiting) for lane in self._lanes.values())

    async def abandon(self) -> list[Row]:
        """Cut off what runs and give the rows that are not answered."""
        self._abandoned = self._closed = True
        left = [row for lane in self._lanes.values() for row in lane.waiting]
        tasks = self._tasks()
        for task in tasks:
            task.cancel()
        _, clinging = await asyncio.wait(tasks, timeout=GRACE) if tasks else ((), ())
        for task in clinging:
            logger.error("what answers an update does not end, and is left behind: %s", place_of_task(task))
        self._lanes.clear()
        self._size = self.unsent = 0
        return left

    def _tasks(self) -> set[asyncio.Task[None]]:
        return {task for lane in self._lanes.values() for task in (lane.answerer, lane.sender) if task is not None}

    def _go_on(self, lane: _Lane) -> None:
        """Have the next row of a lane answered, when it is its turn."""
        lane.busy = True
        self._ready.append(lane)
        self._let_in()

    def _let_in(self) -> None:
        """Give the places that are free to those who wait for one, and may begin."""
        while self._places and self._ready and not self._closed:
            lane = self._ready.popleft()
            if len(lane.unsent) >= UNSENT_PER_LANE or self.unsent >= self._limit:
                self._held[lane.key] = lane
                continue
            self._places -= 1
            work = Divisible(self._serve(lane), lane.moved)
            lane.answerer = asyncio.get_running_loop().create_task(work, context=self._context.copy())

    async def _serve(self, lane: _Lane) -> None:
        """Answer the first row of a lane, then send what waits there unless somebody does."""
        row, due = lane.waiting[0], False
        try:
            due = await self._answer(row)
        except BaseException as error:
            self._tell(row, error)
            due = row.answered
        if self._abandoned:
            return
        task, lane.answerer = lane.answerer, None
        self._leave(lane, row, due)
        if due and lane.sender is None:
            lane.sender = task
            await self._send_all(lane)

    def _leave(self, lane: _Lane, row: Row, due: bool) -> None:
        """Give the place of a row that is answered away."""
        del lane.waiting[0]
        lane.busy = False
        self._size -= 1
        self._places += 1
        if due:
            self._queue_to_send(lane, row)
        self.finished(row)
        if lane.waiting and not lane.busy:
            self._go_on(lane)
        elif self._ready:
            self._let_in()
        if not due:
            self._forget_if_through(lane)

    def _queue_to_send(self, lane: _Lane, row: Row) -> None:
        lane.unsent.append(row)
        self.unsent += 1

    async def _send_all(self, lane: _Lane) -> None:
        while lane.unsent:
            try:
                await self._send(lane.unsent[0])
            except BaseException as error:
                if self._tell(lane.unsent[0], error):
                    continue
            del lane.unsent[0]
            self.unsent -= 1
            if self._held:
                self._let_go_on(lane)
        lane.sender = None
        self._forget_if_through(lane)

    def _let_go_on(self, lane: _Lane) -> None:
        """Let those be answered who were held back until something is sent."""
        held = [*self._held.values()] if self.unsent == self._limit - 1 else [lane]
        for each in held:
            if self._held.pop(each.key, None) is not None:
                self._go_on(each)

    def _forget_if_through(self, lane: _Lane) -> None:
        if not lane.waiting and not lane.unsent:
            self._lanes.pop(lane.key, None)

    def _tell(self, row: Row, error: BaseException) -> bool:
        """Log what a row has raised; raises it on when it is we who have cut it off.

        Give whether a handler has cancelled the task that runs here, in which it was begun: then nothing has failed.
        """
        if self._abandoned:
            raise error
        hindered = isinstance(error, asyncio.CancelledError) and is_for_us(error)
        outlive(error)
        why = ": a handler has cancelled the task it was begun in" if hindered else ""
        logger.error("update %s could not be answered%s", row.update_id, why, exc_info=error)
        return hindered
