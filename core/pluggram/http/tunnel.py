"""Through a proxy to a server that speaks TLS (RFC 9110, CONNECT)."""

import asyncio
import re
from typing import cast

from pluggram.http.errors import NotConnected
from pluggram.http.proxies import Proxy

HEAD_LIMIT = 65_536
"""Bytes that the head of a proxy's answer may have."""

_FIRST_LINE = re.compile(rb"HTTP/1\.[01] (\d{3})(?: ([^\r\n]*))?\r?\n")


class Tunnel(asyncio.Protocol):
    """Asks a proxy to hand on all bytes to a server."""

    def __init__(self, proxy: Proxy, host: str, port: int) -> None:
        self._proxy = proxy
        self._to = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._answer = bytearray()
        self._done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for it."""
        head = f"CONNECT {self._to} HTTP/1.1\r\nHost: {self._to}\r\n{self._proxy.authorization}\r\n"
        cast("asyncio.WriteTransport", transport).write(head.encode())

    def data_received(self, data: bytes) -> None:
        """Wait for the whole head of the answer; there is nothing behind it before we speak TLS."""
        self._answer += data
        if not self._done.done() and (b"\r\n\r\n" in self._answer or len(self._answer) > HEAD_LIMIT):
            self._done.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        """Tell who waits."""
        if not self._done.done():
            self._done.set_result(None)

    async def dug(self) -> None:
        """Wait until the proxy hands on; raises NotConnected when it refuses."""
        await self._done
        line = _FIRST_LINE.match(self._answer)
        if not self._answer:
            raise NotConnected(f"no connection: {self._proxy} has closed the connection")
        if not line or len(self._answer) > HEAD_LIMIT:
            raise NotConnected(f"no connection: {self._proxy} does not speak HTTP")
        if line[1] == b"407":
            raise NotConnected(f"no connection: {self._proxy} wants another user and password (407)")
        if not line[1].startswith(b"2"):
            said = f"{line[1].decode()} {(line[2] or b'').decode('ascii', 'replace')}".strip()
            raise NotConnected(f"no connection: {self._proxy} refuses to connect to {self._to}: {said}")
