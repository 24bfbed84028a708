"""The listening port in front of the door."""

import asyncio

from pluggram.intake.webhook.address import Address
from pluggram.intake.webhook.connection import Connection
from pluggram.intake.webhook.door import Door

_QUEUE = 512  # connections that the system accepts before we do


class Listener:
    """Lets people come to `door` at `address`, as many at once as its limits allow."""

    def __init__(self, door: Door, address: Address) -> None:
        self._door = door
        self._address = address
        self._connections: set[Connection] = set()
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
            lambda: Connection(self._door, self),
            sock=self._address.bound(),
            ssl=tls,
            ssl_handshake_timeout=self._door.limits.seconds if tls else None,
            backlog=_QUEUE,
        )

    def close(self) -> None:
        """Take no new connection, and no new post on those that there are."""
        self._door.close()
        if self._server is not None:
            self._server.close()
        for connection in tuple(self._connections):
            connection.close()

    async def finish(self) -> None:
        """Wait until the posts that are under way are answered."""
        await self._door.finish()

    def abort(self) -> None:
        """Cut off what is still under way."""
        for connection in tuple(self._connections):
            connection.abort()
        self._door.abort()

    def came(self, connection: Connection) -> bool:
        """Let a connection in; whether there is room for it."""
        if len(self._connections) >= self._door.limits.connections:
            return False
        self._connections.add(connection)
        return True

    def left(self, connection: Connection) -> None:
        """Forget a connection."""
        self._connections.discard(connection)
