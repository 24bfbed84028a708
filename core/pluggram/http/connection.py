"""One connection: a request out, its answer in."""

import asyncio
from collections.abc import Callable, Sequence
from typing import cast

from pluggram.http.errors import BrokenOff, HttpError
from pluggram.http.reading import Answer, Reader

SLICE = 65_536
"""Bytes of an upload that are written at once."""


class Connection(asyncio.BufferedProtocol):
    """Carries one call after the other.

    buffer: what all connections of a loop read into, for each piece is parsed before the next is read. If asyncio
    made a buffer for each read, that would cost more than all else that is done for a call.
    free: called when it can carry another. lost: called when it is closed.
    """

    def __init__(
        self, buffer: memoryview, free: Callable[["Connection"], None], lost: Callable[["Connection"], None]
    ) -> None:
        self.deadline = 0.0
        """When the call that it carries is given up, a time of the loop."""
        self.since = 0.0
        """Since when it carries none, a time of the loop."""
        self._buffer = buffer
        self._free = free
        self._lost = lost
        self._reader = Reader()
        self._call: asyncio.Future[Answer] | None = None
        self._writing = False
        self._paused = False
        self._drained: asyncio.Future[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether it carries a call."""
        return self._call is not None

    @property
    def gone(self) -> bool:
        """Whether it can carry no call any more."""
        return self._transport.is_closing()

    async def carry(self, call: asyncio.Future[Answer], pieces: Sequence[bytes], most: int) -> Answer:
        """Send a request and wait for its answer; raises HttpError. Who gives up waiting breaks the connection off."""
        self._call = call
        self._reader.expect(most)
        try:
            if len(pieces) == 1:
                self._transport.write(pieces[0])
            else:
                await self._write(call, pieces)
            return await call
        except BaseException:
            if self._call is call:
                self._call = None
                self.drop()
            if call.done() and not call.cancelled():
                call.exception()  # else asyncio would complain that nobody has asked for it
            raise

    async def _write(self, call: asyncio.Future[Answer], pieces: Sequence[bytes]) -> None:
        """Write no faster than it is sent, and no more once there is an answer."""
        self._writing = True
        for piece in pieces:
            view = memoryview(piece)
            for start in range(0, len(view), SLICE):
                if self._call is not call:
                    return
                self._transport.write(view[start : start + SLICE])
                if self._paused:
                    self._drained = asyncio.get_running_loop().create_future()
                    await self._drained
        self._writing = False

    def give_up(self, error: HttpError) -> None:
        """Break off, and raise this for who waits."""
        call, self._call = self._call, None
        if call and not call.done():
            call.set_exception(error)
        self.drop()

    def drop(self) -> None:
        """Break off."""
        self._go_on()
        self._transport.abort()

    def _deliver(self, answer: Answer) -> None:
        call, self._call = self._call, None
        if self._reader.keep and not self._writing:
            self._free(self)
        else:
            self.drop()
        if call and not call.done():
            call.set_result(answer)

    def _go_on(self) -> None:
        if self._drained and not self._drained.done():
            self._drained.set_result(None)

    # what the loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's derives from none of asyncio's

    def get_buffer(self, sizehint: int) -> memoryview:
        """Say where to read into."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Read on, and deliver the answer when it is whole."""
        if self._call is None:  # nobody has asked for anything
            self.drop()
            return
        try:
            answer = self._reader.feed(self._buffer[:nbytes])
        except HttpError as error:
            self.give_up(error)
            return
        if answer:
            self._deliver(answer)

    def connection_lost(self, error: Exception | None) -> None:
        """End the call, if there is one: well, if its answer ends with the connection."""
        if self._call:
            try:
                answer = None if error else self._reader.end()
            except HttpError as reason:
                self.give_up(reason)
            else:
                self._deliver(answer) if answer else self.give_up(BrokenOff("the connection broke off"))
        self._go_on()
        self._lost(self)

    def pause_writing(self) -> None:
        """Hold an upload back."""
        self._paused = True

    def resume_writing(self) -> None:
        """Let it go on."""
        self._paused = False
        self._go_on()
