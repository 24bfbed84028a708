"""HttpClient: the one client of HTTP/1.1, which knows nothing of what it carries."""

from collections.abc import Coroutine, Sequence
from typing import Any

from pluggram.http.errors import NotConnected
from pluggram.http.pool import Pool
from pluggram.http.reading import Answer
from pluggram.http.route import Route, Target, quoted, target

LIMIT = 256 * 1024 * 1024
"""Bytes that an answer may have, if the caller does not say less."""

SMALL = 65_536
"""Bytes of a request that are written together with its head."""

HEADS = 512
"""How many beginnings of requests are kept."""


class HttpClient:
    """Keeps connections, at most `connections` to each server. Belongs to one event loop; opens nothing by itself."""

    def __init__(self, *, connections: int = 100) -> None:
        self._connections = connections
        self._pools: dict[Route, Pool] = {}

    def at(self, url: str) -> "Server":
        """Name a server, with what stands before all paths there; what is wrong with that is told at each request.

        The proxy on the way is what the environment says now.
        """
        try:
            place = target(url)
        except NotConnected as error:
            return Server(None, Target(Route(False, "", 0), "", ""), str(error))
        pool = self._pools.get(place.route)
        if pool is None:
            pool = self._pools[place.route] = Pool(place.route, self._connections)
        return Server(pool, place)

    async def close(self) -> None:
        """Break off what goes on, and close all connections; a later request opens new ones."""
        for pool in self._pools.values():
            await pool.close()


class Server:
    """Takes requests for what lies under one URL. Made by `HttpClient.at`."""

    def __init__(self, pool: Pool | None, place: Target, wrong: str = "") -> None:
        self._pool = pool
        self._place = place
        self._wrong = wrong
        self._heads: dict[tuple[str, str, str], bytes] = {}

    def request(
        self,
        method: str,
        path: str,
        *,
        content: bytes | Sequence[bytes] = b"",
        content_type: str = "",
        seconds: float,
        most: int | None = None,
    ) -> Coroutine[Any, Any, Answer]:
        """Give the status and the body that answer a request.

        path: what comes behind the URL, with its `/`. content: bytes, or parts that are sent one after the other.
        seconds: until the answer is whole, with all waiting. most: bytes that the body may have.
        Raises NotConnected, BrokenOff, TimedOut and TooLarge, whose `sent` says whether the server may have acted.
        A request is never sent twice.
        """
        if self._pool is None:
            raise NotConnected(self._wrong)
        head = self._heads.get((method, path, content_type)) or self._head(method, path, content_type)
        pieces: Sequence[bytes]
        if not content:
            pieces = (b"%bContent-Length: 0\r\n\r\n" % head if method == "POST" else head + b"\r\n",)
        elif isinstance(content, bytes) and len(content) <= SMALL:
            pieces = (b"%bContent-Length: %d\r\n\r\n%b" % (head, len(content), content),)
        else:
            parts = (content,) if isinstance(content, bytes) else content
            pieces = (b"%bContent-Length: %d\r\n\r\n" % (head, sum(map(len, parts))), *parts)
        return self._pool.call(pieces, seconds, LIMIT if most is None else most)

    def _head(self, method: str, path: str, content_type: str) -> bytes:
        """Write what all requests of a kind begin with, and keep it."""
        what = f"Content-Type: {content_type}\r\n" if content_type else ""
        head = (
            f"{method} {self._place.prefix}{quoted(path)} HTTP/1.1\r\n{self._place.headers}"
            f"User-Agent: pluggram\r\nAccept-Encoding: identity\r\n{what}"
        ).encode()
        if len(self._heads) >= HEADS:
            self._heads.clear()
        self._heads[method, path, content_type] = head
        return head
