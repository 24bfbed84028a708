"""Answers of HTTP/1, read piece by piece."""

import re
from collections.abc import Sequence

import httptools

from pluggram.http.errors import BrokenOff, TooLarge

HEAD_LIMIT = 65_536
"""Bytes that the head of an answer may have."""

Answer = tuple[int, bytes]
"""The status and the body."""

_BEFORE = re.compile(rb"(?:HTTP/1\.\d 1\d\d.*?\r\n\r\n)+", re.DOTALL)
_PACKED = re.compile(rb"\r\ncontent-encoding:[ \t]*+(?!identity\b)([^\r]+)")
_ENDS_BY_ITSELF = re.compile(rb"\r\n(?:content-length|transfer-encoding):")


class Reader:
    """Reads one answer after the other.

    Headers are not looked at one by one, which would cost more than the rest. Of an answer that might need it, the
    head is kept and searched: one that is no JSON object, or that has not come at once.
    """

    def __init__(self) -> None:
        self.keep = False
        """Whether the connection can carry another call, once the answer is whole."""
        self._parser = httptools.HttpResponseParser(self)
        self._most = 0
        self._status = 0
        self._begin()

    def expect(self, most: int) -> None:
        """Look forward to an answer with a body of at most so many bytes."""
        self._most = most

    def feed(self, data: memoryview) -> Answer | None:
        """Read on, and give the answer once it is whole; raises BrokenOff when it is none, and TooLarge."""
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.keep = False
            if self._whole is None:
                raise BrokenOff("what answers does not speak HTTP") from None
        if self._size > self._most:
            raise TooLarge(f"the answer has more than {self._most:,} bytes")
        if self._whole is not None:
            return self._given(self._whole, data)
        if not self._head_kept:
            self._keep_head(data)
        return None

    def end(self) -> Answer | None:
        """Give the answer that ends with its connection, and None if it should have ended otherwise."""
        if not self._head_read or _ENDS_BY_ITSELF.search(self._head_now(b"")):
            return None
        self.keep = False
        self._status = self._parser.get_status_code()
        return self._given(self._body, memoryview(b""))

    def _begin(self) -> None:
        self._whole: Sequence[bytes] | None = None
        self._head_read = self._head_kept = False
        self._head = b""
        self._body: list[bytes] = []
        self._size = 0

    def _given(self, pieces: Sequence[bytes], data: memoryview) -> Answer:
        body = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        if body[:1] != b"{":
            packed = _PACKED.search(self._head_now(data))
            if packed:
                raise BrokenOff(f"what answers has packed its answer ({packed[1].decode('ascii', 'replace')}), unasked")
        self._begin()
        return self._status, body

    def _keep_head(self, data: memoryview) -> None:
        self._head += data
        self._head_kept = self._head_read
        if not self._head_read and len(self._head) > HEAD_LIMIT:
            raise BrokenOff("what answers does not speak HTTP: its headers have no end")

    def _head_now(self, data: memoryview | bytes) -> bytes:
        head = self._head if self._head_kept else self._head + data
        before = _BEFORE.match(head)
        return head[before.end() if before else 0 :].partition(b"\r\n\r\n")[0].lower()

    # what the parser calls

    def on_message_begin(self) -> None:
        """Nothing may follow an answer before there is another call."""
        if self._whole is not None:
            self.keep = False

    def on_headers_complete(self) -> None:
        """Note that all headers are there."""
        self._head_read = True

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the body."""
        self._body.append(body)
        self._size += len(body)

    def on_message_complete(self) -> None:
        """Note that the answer is whole, unless it is one of those before the answer (RFC 9110, 1xx)."""
        status = self._parser.get_status_code()
        if status < 200:
            self._head_read = False
        elif self._whole is None:
            self._status = status
            self._whole, self._body = self._body, []
            self.keep = self._parser.should_keep_alive()
