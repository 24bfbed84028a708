"""What the API is told to do, and what it says of it."""

import asyncio
import gc
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import orjson

from tests.benchmarks.api.crowd import Crowd, Update
from tests.benchmarks.api.forms import parameters
from tests.benchmarks.api.http import Connection
from tests.benchmarks.api.methods import Methods
from tests.benchmarks.api.poster import Poster
from tests.benchmarks.api.queue import Queue
from tests.benchmarks.work import SECRET

PATIENCE = 20
"""Seconds without an answer after which what is missing is missing."""


class Session:
    """One bot's life. Each public method is an order."""

    def __init__(self, posts: int, chats: int) -> None:
        self._crowd, self._queue = Crowd(posts, chats), Queue()
        self._methods = Methods(self._crowd, self._queue)
        self._poster: Poster | None = None
        self._post_error = ""

    async def listen(self, certificate: str = "", key: str = "") -> dict[str, Any]:
        """Listen on a free port, by TLS with a certificate."""
        tls = None
        if certificate:
            tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            tls.load_cert_chain(certificate, key)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection(self._methods.handle), "127.0.0.1", 0, ssl=tls)
        return {"port": self._server.sockets[0].getsockname()[1]}

    async def started(self) -> dict[str, Any]:
        """Wait for the first getUpdates or setWebhook."""
        await self._methods.started.wait()
        return {"now": time.time()}

    async def post_to(self, port: int, connections: int) -> dict[str, Any]:
        """Post the updates from now on, to the path that setWebhook named."""
        path = urlsplit(self._methods.webhook).path
        self._poster = Poster("127.0.0.1", port, path, SECRET, self._answered_at_once)
        await self._poster.connect(connections)
        return {}

    async def burst(self, updates: int) -> dict[str, Any]:
        """Let so many wait at once."""
        waiting = self._prepare(updates)
        return await self._measured(lambda: self._offer(waiting), updates)

    async def paced(self, updates: int, rate: float, latency: float) -> dict[str, Any]:
        """Let so many come in a second, evenly."""
        self._methods.latency = latency
        waiting = self._prepare(updates)
        loop = asyncio.get_running_loop()
        now = loop.time()

        def begin() -> None:
            for number, update in enumerate(waiting):
                loop.call_at(now + number / rate, self._offer, [update])

        return await self._measured(begin, updates)

    async def closed(self, users: int, updates: int, latency: float) -> dict[str, Any]:
        """Let each of so many users ask, and ask again when he is answered, until so many updates are used up."""
        self._methods.latency = latency
        left = updates - users
        first = [self._crowd.command(user) for user in range(users)]

        def again(chat: int) -> None:
            nonlocal left
            if left > 0:
                left -= 1
                update = self._crowd.command(chat - 1_000_000)
                asyncio.get_running_loop().call_soon(self._offer, [update])

        self._crowd.forget()
        self._crowd.on_answer = again
        return await self._measured(lambda: self._offer(first), updates)

    def _prepare(self, updates: int) -> list[Update]:
        self._crowd.forget()
        return [self._crowd.command() for _ in range(updates)]

    def _offer(self, updates: Sequence[Update]) -> None:
        now = time.perf_counter()
        for update in updates:
            self._crowd.ask(update, now)
        (self._poster or self._queue).put(updates)

    async def _measured(self, begin: Callable[[], None], updates: int) -> dict[str, Any]:
        """Give the seconds until all is answered, how busy this process was meanwhile, and what was wrong."""
        gc.collect()
        gc.freeze()
        gc.disable()
        began, busy = time.perf_counter(), time.process_time()
        begin()
        await self._all_answered(updates)
        seconds, busy = time.perf_counter() - began, time.process_time() - busy
        gc.enable()
        crowd = self._crowd
        return {
            "seconds": seconds, "busy": busy / seconds, "right": crowd.right, "wrong": crowd.wrong,
            "missing": crowd.missing, "doubled": crowd.doubled, "disordered": crowd.disordered,
            "refused": self._poster.refused if self._poster else 0, "called": dict(self._methods.called),
            "latencies": _percentiles(crowd.latencies),
        }  # fmt: skip

    async def _all_answered(self, updates: int) -> None:
        heard, self._crowd.enough = -1, updates
        while self._crowd.right < updates and self._crowd.right > heard:
            heard = self._crowd.right
            with suppress(TimeoutError):
                await asyncio.wait_for(self._crowd.content.wait(), PATIENCE)

    def _answered_at_once(self, body: bytes) -> None:
        """Make the call that was written into the response of a webhook."""
        given = parameters(b"", body)
        if method := given.get("method"):
            self._methods.call(method.lower(), given, _nobody)


def _nobody(body: bytes) -> None:
    """Tell nobody how the call went: Telegram tells nobody."""


def _percentiles(latencies: Iterable[float]) -> dict[str, float]:
    """Give the median and the 99th percentile, in ms."""
    ordered = sorted(latencies) or [0.0]
    return {f"p{share}": 1000 * ordered[min(len(ordered) - 1, len(ordered) * share // 100)] for share in (50, 99)}


async def obey(session: Session, line: bytes) -> bytes:
    """Do what a line says: [order, its arguments]."""
    order, given = orjson.loads(line)
    return orjson.dumps(await getattr(session, order)(**given)) + b"\n"
