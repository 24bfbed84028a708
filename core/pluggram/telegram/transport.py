"""What brings a call to a Bot API, over the network or in this process."""

from collections.abc import Awaitable, Mapping
from typing import Any, Protocol

from pluggram.errors import Unreachable
from pluggram.telegram.results import Answer


class TooSlow(Unreachable):
    """Its time is over, and no whole answer has come."""


class Transport(Protocol):
    """Brings calls to one Bot API, with one token. What goes wrong on the way is raised as Unreachable."""

    def post(self, method: str, parameters: Mapping[str, Any], seconds: float) -> Awaitable[Answer]:
        """Call a method; it has so many seconds to answer, and longer where files go with it."""

    def poll(self, parameters: Mapping[str, Any], seconds: float) -> Awaitable[Answer]:
        """Call getUpdates, which takes no other call's place."""

    async def fetch(self, path: str, most: int) -> bytes:
        """Give the bytes of a `file_path`, of which there may be at most so many (Bot API, getFile)."""

    async def close(self) -> None:
        """End all connections; another call would open one again."""
