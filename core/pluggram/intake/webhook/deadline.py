"""Deadline: how long somebody is waited for."""

import asyncio
from collections.abc import Callable
from math import inf


class Deadline:
    """Calls `late` once it has passed; it may be put off for each post, which costs no timer."""

    __slots__ = ("_armed", "_at", "_late", "_loop", "_timer")

    def __init__(self, loop: asyncio.AbstractEventLoop, late: Callable[[], object]) -> None:
        self._loop = loop
        self._late = late
        self._at = self._armed = inf
        self._timer: asyncio.TimerHandle | None = None

    def set(self, seconds: float) -> None:
        """Let it be so many seconds from now."""
        self._at = self._loop.time() + seconds
        if self._at < self._armed:
            self._arm()

    def end(self) -> None:
        """Let there be none any more."""
        self._at = self._armed = inf
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._armed = self._at
        self._timer = self._loop.call_at(self._armed, self._look)

    def _look(self) -> None:
        armed, self._armed, self._timer = self._armed, inf, None
        if self._at <= armed:
            self._late()
        else:
            self._arm()
