"""One connection to the door."""

import asyncio
from typing import Protocol

from pluggram.intake.webhook.answer import GO_ON
from pluggram.intake.webhook.deadline import Deadline
from pluggram.intake.webhook.door import CLOSED, Door
from pluggram.intake.webhook.line import Line
from pluggram.intake.webhook.reader import Awaits, Reader
from pluggram.intake.webhook.refused import Refused


class Crowd(Protocol):
    """All connections that are open."""

    def came(self, connection: "Connection") -> bool:
        """Let one in; whether there is room for it."""

    def left(self, connection: "Connection") -> None:
        """Forget one."""


class Connection(asyncio.Protocol):
    """Bytes that come and go, within limits.

    Who is refused before his body has come is answered at once; what he still sends is passed over for a while, for
    whoever is sending when a connection closes sees no answer.
    """

    def __init__(self, door: Door, crowd: Crowd) -> None:
        self._door = door
        self._crowd = crowd
        self._limits = door.limits
        self._line = Line(door, self)
        self._reader = Reader(door, self._line, self._go_on)
        self._waits_for = Awaits.HEAD  # the time for the first begins at once
        self._full = self._passing = False
        self._passed = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, unless there are too many."""
        self._transport = transport
        self._deadline = Deadline(asyncio.get_running_loop(), self._late)
        if self._crowd.came(self):
            self._deadline.set(self._limits.seconds)
        else:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """End; what is under way is taken nevertheless."""
        self._crowd.left(self)
        self._deadline.end()
        self._reader.end()
        self._line.end()

    def data_received(self, data: bytes) -> None:
        """Read what has come."""
        reader = self._reader
        if reader.awaits is Awaits.NOTHING:
            self._pass_over(len(data))
            return
        try:
            reader.feed(data)
        except Refused as refused:
            self._give_up(refused)
            return
        if reader.awaits is Awaits.HEAD or reader.awaits is Awaits.BODY:
            self._wait_for(reader.awaits)
        if len(self._line) > 1:
            self._transport.pause_reading()

    def pause_writing(self) -> None:
        """Read nothing more of who does not read himself."""
        self._full = True
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Read on."""
        self._full = False
        self._transport.resume_reading()

    def close(self) -> None:
        """Take nothing more, and close once what is under way is answered."""
        if self._reader.awaits is Awaits.BODY and not self._line:
            self._give_up(CLOSED)
        else:
            self._reader.end()
            if not self._line.end():
                self._transport.close()

    def abort(self) -> None:
        """Cut off what is under way."""
        self._transport.abort()

    @property
    def is_open(self) -> bool:
        """Whether what is sent goes out."""
        return not self._transport.is_closing()

    def send(self, data: bytes) -> None:
        """Send; nothing once it is closed."""
        if not self._transport.is_closing():
            self._transport.write(data)

    def rest(self) -> None:
        """Wait for the next request: all are answered."""
        if self._reader.awaits is Awaits.REQUEST:
            self._waits_for = Awaits.REQUEST
            self._deadline.set(self._limits.idle)
        if not self._full:
            self._transport.resume_reading()

    def over(self) -> None:
        """Close: all are answered that will be."""
        if not self._passing or self._door.closed:
            self._transport.close()
            return
        self._deadline.set(self._limits.seconds)
        if self._transport.can_write_eof():
            self._transport.write_eof()

    def _go_on(self) -> None:
        if not self._line:
            self.send(GO_ON)

    def _give_up(self, refused: Refused) -> None:
        self._reader.end()
        self._passing = True
        self._line.refuse(self._door.refuse(refused), last=True)

    def _pass_over(self, count: int) -> None:
        self._passed += count
        if self._passed > self._limits.passed_over:
            self._transport.close()

    def _wait_for(self, awaited: Awaits) -> None:
        if self._waits_for is not awaited:
            self._waits_for = awaited
            self._deadline.set(self._limits.seconds)

    def _late(self) -> None:
        if self._line:
            self._deadline.set(self._limits.seconds)
        elif self._reader.awaits is Awaits.BODY:
            self._give_up(Refused(408, f"it did not come within {self._limits.seconds:g} s"))
        else:
            self._transport.abort()
