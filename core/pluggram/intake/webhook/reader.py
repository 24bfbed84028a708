"""From bytes to posts, by httptools."""

from collections.abc import Callable
from enum import Enum, auto

from httptools import HttpParserCallbackError, HttpParserError, HttpParserUpgrade, HttpRequestParser

from pluggram.intake.webhook.door import Door
from pluggram.intake.webhook.head import Head, Header, by_name
from pluggram.intake.webhook.line import Line
from pluggram.intake.webhook.refused import Refused

AHEAD = 16
"""So many requests may come in one piece; Telegram waits for the answer to each."""


class Awaits(Enum):
    """What is to come on a connection: a request, the rest of its head, of its body, or nothing any more."""

    REQUEST = auto()
    HEAD = auto()
    BODY = auto()
    NOTHING = auto()


class Reader:
    """Reads the requests of one connection, and lets each stand in `line`; httptools calls `on_...`.

    go_on: told when somebody waits for leave to send a body.
    """

    _refused: Refused | None

    def __init__(self, door: Door, line: Line, go_on: Callable[[], object]) -> None:
        self._door = door
        self._limits = door.limits
        self._line = line
        self._go_on = go_on
        self._parser = HttpRequestParser(self)
        self._ahead = 0
        self.awaits = Awaits.REQUEST
        self._reset()

    def feed(self, data: bytes) -> None:
        """Read a piece; raises Refused when nothing can be read behind it, for it is to be answered at once."""
        self._fed += len(data)
        self._ahead = 0
        try:
            self._parser.feed_data(data)
        except HttpParserCallbackError as error:
            raise error.__context__ or error from None
        except HttpParserUpgrade:
            raise self._refused or Refused(400, "it asks for another protocol", quiet=True) from None
        except HttpParserError as error:
            if self.awaits is not Awaits.NOTHING:
                raise self._refused or Refused(400, f"it is no HTTP: {error}", quiet=True) from None
        if self.awaits is Awaits.BODY:
            if self._refused is not None:
                raise self._refused
            self._hold(len(data))
        elif self.awaits is Awaits.HEAD and (self._fed > self._limits.head or self._has_many_fields()):
            raise self._large_head()

    def end(self) -> None:
        """Read nothing more, and forget what is there of a request."""
        self.awaits = Awaits.NOTHING
        self._door.memory.give_back(self._held)
        self._reset()

    def on_message_begin(self) -> None:
        """Begin with a request."""
        self.awaits = Awaits.HEAD

    def on_url(self, part: bytes) -> None:
        """Read a part of its target."""
        self._target += part

    def on_header(self, name: bytes, value: bytes) -> None:
        """Read a field of its head."""
        self._fields.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Judge the head, before anything of the body has been read."""
        self.awaits = Awaits.BODY
        parser = self._parser
        head = Head(parser.get_method(), self._target, parser.get_http_version(), by_name(self._fields))
        self._last = head.version == "1.0" or not parser.should_keep_alive()
        head.check()
        if self._has_many_fields() or (self._fed > self._limits.head and self._weight() > self._limits.head):
            raise self._large_head()
        try:
            self._door.check(head)
        except Refused as refused:
            self._refused = refused
            return
        if head.asks_first:
            self._go_on()

    def on_body(self, part: bytes) -> None:
        """Read a part of the body."""
        if self._refused is None:
            self._parts.append(part)
            self._size += len(part)
            if self._size > self._limits.body:
                self._refused = Refused(413, f"it has more than {self._limits.body:,} bytes")

    def on_message_complete(self) -> None:
        """Let the request stand in line."""
        if self._parser.should_upgrade():
            return
        self._ahead += 1
        if self._ahead > AHEAD:
            raise Refused(400, f"more than {AHEAD} requests come at once", quiet=True)
        last = self._last
        self.awaits = Awaits.NOTHING if last else Awaits.REQUEST
        try:
            if self._refused is not None:
                raise self._refused
            self._hold(self._size - self._held)
            arrival = self._door.read(b"".join(self._parts))
        except Refused as refused:
            self._door.memory.give_back(self._held)
            self._line.refuse(self._door.refuse(refused), last)
        else:
            self._line.take(arrival, self._held, last)
        self._reset()

    def _reset(self) -> None:
        self._fed = self._size = self._held = 0
        self._target = b""
        self._fields: list[Header] = []
        self._parts: list[bytes] = []
        self._refused = None
        self._last = False

    def _hold(self, count: int) -> None:
        """Take from the memory for bodies, for pieces whole: httptools keeps what is neither a field nor a body."""
        if count > 0:
            self._door.memory.take(count)
            self._held += count

    def _has_many_fields(self) -> bool:
        return len(self._fields) > self._limits.fields

    def _weight(self) -> int:
        return len(self._target) + sum(len(name) + len(value) for name, value in self._fields)

    def _large_head(self) -> Refused:
        limits = self._limits
        return Refused(400, f"its head has more than {limits.head:,} bytes or {limits.fields} fields", quiet=True)
