"""The connections of one route: reused, limited, watched by one timer."""

import asyncio
import math
from collections import deque
from collections.abc import Sequence

from pluggram.http.connection import Connection
from pluggram.http.errors import BrokenOff, NotConnected, TimedOut
from pluggram.http.opening import Opener
from pluggram.http.reading import Answer
from pluggram.http.route import Route

IDLE = 45.0
"""Seconds that a connection is kept without a call: less than most servers keep it, which is 60 or 75."""

QUIET = 1.0
"""Seconds without a call after which a connection is used only when the loop has looked whether it still stands."""

BUFFER = 65_536
"""Bytes that are read at once."""


class Pool:
    """Carries calls along a route over at most `limit` connections; who comes when all are busy waits in order."""

    def __init__(self, route: Route, limit: int) -> None:
        self._opener = Opener(route)
        self._spare = limit
        self._idle: list[Connection] = []
        self._open = set[Connection]()
        self._waiting = deque[asyncio.Future[Connection | None]]()
        self._buffer = memoryview(bytearray(BUFFER))
        self._timer: asyncio.TimerHandle | None = None
        self._next_look = math.inf
        self._closed = 0
        self._empty = asyncio.Event()

    async def call(self, pieces: Sequence[bytes], seconds: float, most: int) -> Answer:
        """Send a request, and give its answer with a body of at most so many bytes; raises HttpError."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        deadline = now + seconds
        idle = self._idle
        if not idle or now - idle[-1].since > QUIET or (connection := idle.pop()).gone:
            connection = await self._another(deadline)
        connection.deadline = deadline
        if deadline < self._next_look:
            self._look_at(deadline)
        return await connection.carry(loop.create_future(), pieces, most)

    async def close(self) -> None:
        """Break all calls off and close all connections; a later call opens new ones."""
        self._closed += 1
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_exception(NotConnected("no connection: closed by ourselves"))
        if self._timer:
            self._timer.cancel()
        self._timer, self._next_look = None, math.inf
        for connection in tuple(self._open):
            connection.give_up(BrokenOff("the connection broke off: closed by ourselves"))
        if self._open:
            self._empty.clear()
            await self._empty.wait()

    async def _another(self, deadline: float) -> Connection:
        """Take an idle connection that stands, or open one, or wait for one."""
        if self._idle:
            for _ in range(2):  # the second time round, what the loop has found at its first is done
                await asyncio.sleep(0)
        while self._idle:
            connection = self._idle.pop()
            if not connection.gone:
                return connection
        if self._spare:
            self._spare -= 1
            return await self._opened(deadline)
        given = await self._turn(deadline)
        if given is None:
            return await self._opened(deadline)
        return await self._another(deadline) if given.gone else given

    async def _opened(self, deadline: float) -> Connection:
        closed = self._closed
        connection = Connection(self._buffer, self._freed, self._lost)
        try:
            await self._opener.open(connection, deadline)
            if connection.gone:
                raise NotConnected("no connection: what is there closes at once, or does not speak HTTP")
        except BaseException:
            self._one_to_spare()
            raise
        self._open.add(connection)
        if closed != self._closed:
            connection.drop()
            raise NotConnected("no connection: closed by ourselves")
        return connection

    async def _turn(self, deadline: float) -> Connection | None:
        """Wait for a connection, or for leave to open one (None)."""
        turn: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout_at(deadline):
                return await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled() and not turn.exception():
                self._pass_on(turn.result())
            if isinstance(error, TimeoutError):
                raise TimedOut(sent=False) from None
            raise

    def _pass_on(self, given: Connection | None) -> None:
        if given is None:
            self._one_to_spare()
        elif not given.gone:
            self._freed(given)

    def _next(self) -> asyncio.Future[Connection | None] | None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                return turn
        return None

    def _freed(self, connection: Connection) -> None:
        connection.since = asyncio.get_running_loop().time()
        turn = self._next() if self._waiting else None
        if turn:
            turn.set_result(connection)
        else:
            self._idle.append(connection)

    def _one_to_spare(self) -> None:
        turn = self._next()
        if turn:
            turn.set_result(None)
        else:
            self._spare += 1

    def _lost(self, connection: Connection) -> None:
        if connection in self._open:
            self._open.remove(connection)
            if connection in self._idle:
                self._idle.remove(connection)
            self._one_to_spare()
        if not self._open:
            self._empty.set()

    def _look_at(self, when: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._next_look = when
        self._timer = asyncio.get_running_loop().call_at(when, self._look)

    def _look(self) -> None:
        """End calls whose time is over, and connections that nobody has used for long."""
        self._timer, self._next_look = None, math.inf
        now = asyncio.get_running_loop().time()
        for connection in tuple(self._open):
            if connection.busy and connection.deadline <= now:
                connection.give_up(TimedOut())
            elif not connection.busy and connection.since + IDLE <= now:
                connection.drop()
        ends = [each.deadline if each.busy else each.since + IDLE for each in self._open if not each.gone]
        if ends:
            self._look_at(min(ends))
