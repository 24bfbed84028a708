"""The HTTP server under the doors: on loopback, quiet, and able to break a connection off."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

_TICK = 0.1  # seconds, as uvicorn's own
_LINGER_NOT = struct.pack("ii", 1, 0)  # closing sends a reset instead of what is left


class Server(uvicorn.Server):
    """uvicorn that leaves signals to its host, logs nothing (URLs hold tokens) and says when it is up."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http="h11",
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="off",
                ws="none",
                timeout_graceful_shutdown=2,
            )
        )
        self.up = asyncio.Event()
        self._leaving = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self.up.set()

    async def main_loop(self) -> None:
        """Tick as uvicorn does, and notice at once when it is to end, which uvicorn does after a tenth of a second."""
        counter = 0
        while not await self.on_tick(counter):
            counter += 1
            with suppress(TimeoutError):
                await asyncio.wait_for(self._leaving.wait(), _TICK)

    def reset(self, client: object) -> None:
        """Reset the connection of a client, given as (address, port)."""
        for connection in self.server_state.connections:
            if isinstance(connection, H11Protocol) and connection.client == client:
                connected = connection.transport.get_extra_info("socket")
                connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
                connection.transport.abort()

    @asynccontextmanager
    async def running(self, host: str, port: int) -> AsyncIterator[str]:
        """Serve meanwhile, and yield the base URL. Raises OSError when the port is taken."""
        with socket.create_server((host, port)) as listening:
            # Inherited by each connection; without it every answer waits 40 ms for the client's delayed ACK.
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            task = asyncio.create_task(self.serve([listening]))
            try:
                await self.up.wait()
                yield f"http://{host}:{listening.getsockname()[1]}"
            finally:
                self.should_exit = True
                self._leaving.set()
                await task


class BrokenOff(Response):
    """A response that ends in its middle, or before it has begun, by a reset of the connection."""

    def __init__(self, server: Server, status: int, part: bytes) -> None:
        super().__init__(part, status, media_type="application/json")
        self.headers["Content-Length"] = str(len(part) + 1)
        self._server = server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what there is to send, then reset."""
        if self.body:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": self.body, "more_body": True})
        self._server.reset(scope["client"])
        while (await receive())["type"] != "http.disconnect":
            pass
