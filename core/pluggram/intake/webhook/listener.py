"""The listening port under the door: uvicorn's HTTP, with limits on who connects and how slowly he talks."""

import asyncio
import logging

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from pluggram.intake.webhook.address import Address
from pluggram.intake.webhook.door import Door
from pluggram.intake.webhook.limits import Limits

_QUEUE = 512  # connections that the system accepts before we do

_mute = logging.getLogger("pluggram.webhook.http")  # what it would say, the door says, and not for each stranger
_mute.setLevel(logging.CRITICAL + 1)


class _Connection(H11Protocol):
    """uvicorn's, which waits for a head no longer than the limits say."""

    def __init__(self, config: uvicorn.Config, state: ServerState, limits: Limits) -> None:
        super().__init__(config, state, {})
        self.logger = _mute
        self._limits = limits
        self._waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self._limits.connections:
            transport.abort()
        else:
            self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._wait_no_more()
        elif self._waiting is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(self._limits.seconds, self.transport.abort)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


class Listener:
    """Serves `door` at `address`.

    Not by uvicorn.Server: it would take the process's signals, wake up ten times a second, and give a TLS handshake a
    minute.
    """

    def __init__(self, door: Door, address: Address, limits: Limits | None = None) -> None:
        self._door = door
        self._address = address
        self._limits = limits or Limits()
        self._state = ServerState()
        self._config = uvicorn.Config(
            door,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=round(self._limits.idle),
            h11_max_incomplete_event_size=self._limits.head,
        )
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port that it listens on."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def open(self) -> None:
        """Listen; raises PortTaken, CannotListen."""
        tls = self._address.tls
        self._server = await asyncio.get_running_loop().create_server(
            lambda: _Connection(self._config, self._state, self._limits),
            sock=self._address.bound(),
            ssl=tls,
            ssl_handshake_timeout=self._limits.seconds if tls else None,
            backlog=_QUEUE,
        )

    def close(self) -> None:
        """Take no new connection, and no new post on those that there are."""
        self._door.close()
        if self._server is not None:
            self._server.close()
        for connection in tuple(self._state.connections):
            connection.shutdown()

    async def finish(self) -> None:
        """Wait until the posts that are under way are answered."""
        while self._state.tasks:
            await asyncio.wait(self._state.tasks)

    def abort(self) -> None:
        """Cut off what is still under way."""
        for connection in tuple(self._state.connections):
            connection.transport.abort()
        for task in tuple(self._state.tasks):
            task.cancel()
