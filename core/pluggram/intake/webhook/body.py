"""The body of a post, read within limits."""

from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from pluggram.intake.webhook.limits import Limits
from pluggram.intake.webhook.patience import Patience
from pluggram.intake.webhook.refused import Refused

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]


class Gone(Exception):
    """The client has gone before the post was complete."""


class Memory:
    """Counts the bytes of all bodies that are in memory."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken = 0

    @contextmanager
    def share(self) -> Iterator["Share"]:
        """Give a share that grows with a body, and is free again when the post is answered."""
        share = Share(self)
        try:
            yield share
        finally:
            self._taken -= share.taken

    def take(self, count: int) -> None:
        """Take so many bytes more; raises Refused when there are not so many."""
        if self._taken + count > self._most:
            raise Refused(503, "too many large posts come at once", retry_after=1)
        self._taken += count


class Share:
    """What one body takes of the memory for bodies."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.taken = 0

    def grow(self, count: int) -> None:
        """Take so many bytes more; raises Refused when there are not so many."""
        self._memory.take(count)
        self.taken += count


class Body:
    """The body of one post. It is read once: by `read`, or by `pass_over`."""

    def __init__(self, receive: Receive, limits: Limits, patience: Patience) -> None:
        self._receive = receive
        self._limits = limits
        self._patience = patience
        self.complete = False

    async def read(self, share: Share) -> bytes:
        """Read it whole; raises Refused when it is too large or too slow, Gone when its sender has gone."""
        parts: list[bytes] = []
        try:
            async with self._patience.waiting():
                while not self.complete:
                    part = await self._next()
                    share.grow(len(part))
                    parts.append(part)
                    if share.taken > self._limits.body:
                        raise Refused(413, f"it has more than {self._limits.body:,} bytes")
        except TimeoutError:
            raise self._patience.lost() from None
        return b"".join(parts)

    async def pass_over(self) -> None:
        """Let it come and go, within limits: who is still sending when the connection closes sees no answer."""
        passed = 0
        try:
            async with self._patience.waiting():
                while not self.complete and passed < self._limits.passed_over:
                    passed += len(await self._next())
        except TimeoutError:
            return

    async def _next(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise Gone
        self.complete = not message.get("more_body", False)
        part: bytes = message.get("body", b"")
        return part
