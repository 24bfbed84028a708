"""Turns: what goes to one chat goes one after the other, in the order in which it came."""

import asyncio
from collections import deque
from collections.abc import Hashable
from contextlib import suppress
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Literal

from pluggram.waits import current

Waiting = deque["asyncio.Future[Line]"]


class Line:
    """Those who wait behind the one whose turn it is; it lives no longer than somebody has the turn."""

    __slots__ = ("key", "waiting")

    def __init__(self, key: Hashable) -> None:
        self.key = key
        self.waiting: Waiting | None = None


class Turns:
    """Whose turn it is, for each key; where nobody waits that costs one entry in a dict."""

    def __init__(self) -> None:
        self._lines: dict[Hashable, Line] = {}

    def __len__(self) -> int:
        """Count the keys for which somebody has the turn."""
        return len(self._lines)

    def is_free(self, key: Hashable) -> bool:
        """Tell whether nobody has the turn."""
        return key not in self._lines

    def take_free(self, key: Hashable) -> Line | Literal[False] | None:
        """Take the turn as `take` does if it is free; False where it is not, and is to be waited for."""
        line, together = self._lines.get(key), _together.get()
        if line is None:
            line = self._new(key)
            return line if together is None or together.over or not together.keep(self, line) else None
        return None if together is not None and line is together.line and not together.over else False

    async def take(self, key: Hashable) -> Line | None:
        """Wait for the turn, which `leave` ends; None within `Together`, which keeps the turn and ends it itself."""
        taken = self.take_free(key)
        if taken is not False:
            return taken
        line, together = await self._wait(self._lines[key]), _together.get()
        return line if together is None or together.over or not together.keep(self, line) else None

    def leave(self, line: Line) -> None:
        """Give the turn to the next who waits."""
        while line.waiting:
            next_one = line.waiting.popleft()
            if not next_one.done():
                next_one.set_result(line)
                return
        if self._lines.get(line.key) is line:
            del self._lines[line.key]

    def move(self, old: Hashable, new: Hashable) -> None:
        """Let those who wait for one key wait for another, behind those who wait there."""
        line = self._lines.pop(old, None)
        if line is None:
            return
        there = self._lines.setdefault(new, line)
        if there is line:
            line.key = new
        elif line.waiting:
            there.waiting = deque([*(there.waiting or ()), *line.waiting])
            line.waiting = None

    def _new(self, key: Hashable) -> Line:
        line = self._lines[key] = Line(key)
        return line

    async def _wait(self, line: Line) -> Line:
        if line.waiting is None:
            line.waiting = deque()
        ours: asyncio.Future[Line] = asyncio.get_running_loop().create_future()
        line.waiting.append(ours)
        try:
            with current():
                return await ours
        except asyncio.CancelledError:
            if not ours.cancelled():
                self.leave(ours.result())
            elif line.waiting is not None:
                with suppress(ValueError):  # it waits somewhere else by now, and is passed over there
                    line.waiting.remove(ours)
            raise


class Together:
    """Calls that belong together: `with Together():` keeps the turn from the first of them to the last."""

    __slots__ = ("_token", "_turns", "line", "over")

    def __init__(self) -> None:
        self._token: Token[Together | None] | None = None
        self._turns: Turns | None = None
        self.line: Line | None = None
        self.over = False

    def keep(self, turns: Turns, line: Line) -> bool:
        """Keep a turn, if there is none yet, and say whether it is kept."""
        if self.line is not None:
            return False
        self._turns, self.line = turns, line
        return True

    def __enter__(self) -> None:
        self._token = _together.set(self)

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.over = True
        if self._token is not None:
            _together.reset(self._token)
        if self._turns is not None and self.line is not None:
            self._turns.leave(self.line)


_together: ContextVar[Together | None] = ContextVar("_together", default=None)
"""What the calls of a task belong to, and those of tasks that it has started; these may outlive it."""
