"""Lanes: updates of one chat in order, chats side by side."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Any

from pluggram.edge import RawUpdate
from pluggram.places import place_of_task

logger = logging.getLogger("pluggram.intake")

WAITING_PER_PLACE = 16
"""How many updates may wait in memory for each chat that is answered side by side, before intake is held up."""


GRACE = 1.0
"""Seconds that an answer may take to end when it is cut off."""


def lane_key(update: RawUpdate) -> Hashable:
    """Say which updates keep their order: those of a chat, else of a sender, else of an update type."""
    kind, body = next(((k, v) for k, v in update.items() if isinstance(v, dict)), ("", {}))
    message = body.get("message")
    for place in (body, message if isinstance(message, dict) else {}):
        if (chat := _id(place, "chat")) is not None:
            return "chat", chat
    sender = _id(body, "from")
    return ("user", sender) if sender is not None else ("type", kind)


def _id(body: dict[str, Any], name: str) -> int | None:
    part = body.get(name)
    number = part.get("id") if isinstance(part, dict) else None
    return number if isinstance(number, int) else None


class Lanes:
    """Hands each update to `handle`: in order per chat, at most `in_flight` chats side by side.

    A lane lives only while its chat has updates. Whatever `handle` raises is logged; the lane goes on.
    """

    def __init__(self, handle: Callable[[RawUpdate], Awaitable[None]], in_flight: int) -> None:
        self._handle = handle
        self._places = asyncio.Semaphore(in_flight)
        self._room = asyncio.Semaphore(in_flight * WAITING_PER_PLACE)
        self._lanes: dict[Hashable, deque[RawUpdate]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._abandoned = False
        self._idle.set()

    def __len__(self) -> int:
        """Count the updates that are not finished."""
        return sum(map(len, self._lanes.values()))

    async def put(self, update: RawUpdate) -> None:
        """Queue an update; waits while too many are waiting."""
        await self._room.acquire()
        key = lane_key(update)
        if key in self._lanes:
            self._lanes[key].append(update)
            return
        self._lanes[key] = deque([update])
        self._idle.clear()
        task = asyncio.create_task(self._drain(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def join(self) -> None:
        """Wait until every update is finished."""
        await self._idle.wait()

    async def abandon(self) -> list[RawUpdate]:
        """Cut off what runs and give the updates that were not finished."""
        self._abandoned = True
        left = [update for lane in self._lanes.values() for update in lane]
        for task in self._tasks:
            task.cancel()
        _, clinging = await asyncio.wait(self._tasks, timeout=GRACE) if self._tasks else ((), ())
        for task in clinging:
            logger.error("what answers an update does not end, and is left behind: %s", place_of_task(task))
        self._lanes.clear()
        self._idle.set()
        return left

    async def _drain(self, key: Hashable) -> None:
        lane = self._lanes[key]
        try:
            async with self._places:
                while lane:
                    await self._finish(lane)
        finally:
            self._lanes.pop(key, None)
            if not self._lanes:
                self._idle.set()

    async def _finish(self, lane: deque[RawUpdate]) -> None:
        try:
            await self._handle(lane[0])
        except BaseException as error:
            if self._abandoned:
                raise
            if isinstance(error, asyncio.CancelledError) and (task := asyncio.current_task()):
                task.uncancel()  # a handler has cancelled the task that it runs in
            logger.exception("update %s could not be answered", lane[0].get("update_id"))
        finally:
            lane.popleft()
            self._room.release()
