"""The updates that wait for a bot that polls (Bot API, getUpdates)."""

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import Any

from tests.benchmarks.api.crowd import Update
from tests.benchmarks.api.http import Respond

NOTHING = b'{"ok":true,"result":[]}'


class Queue:
    """Gives updates in batches, and holds a poll open until there are some."""

    def __init__(self) -> None:
        self._waiting: deque[Update] = deque()
        self._poll: tuple[int, Respond, asyncio.TimerHandle] | None = None

    def put(self, updates: Iterable[Update]) -> None:
        """Let these be fetched."""
        self._waiting.extend(updates)
        if self._poll and self._waiting:
            limit, respond, timer = self._poll
            self._poll = None
            timer.cancel()
            respond(self._batch(limit))

    def poll(self, given: dict[str, Any], respond: Respond) -> None:
        """Confirm what is before the offset, and give what is behind it."""
        offset = int(given.get("offset") or 0)
        while self._waiting and self._waiting[0].id < offset:
            self._waiting.popleft()
        limit, timeout = int(given.get("limit") or 100), float(given.get("timeout") or 0)
        if self._waiting or not timeout:
            respond(self._batch(limit))
        else:
            self._end_poll()
            timer = asyncio.get_running_loop().call_later(timeout, self._end_poll)
            self._poll = limit, respond, timer

    def _end_poll(self) -> None:
        if self._poll:
            _, respond, timer = self._poll
            self._poll = None
            timer.cancel()
            respond(NOTHING)

    def _batch(self, limit: int) -> bytes:
        batch = [self._waiting[n].body for n in range(min(limit, len(self._waiting)))]
        return b'{"ok":true,"result":[' + b",".join(batch) + b"]}"
