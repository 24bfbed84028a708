"""Open a connection along a route: TCP, a proxy's tunnel, TLS."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pluggram.http.certificates import trusted
from pluggram.http.dialing import Dialer
from pluggram.http.errors import NotConnected, TimedOut
from pluggram.http.proxies import Proxy
from pluggram.http.route import Route
from pluggram.http.tunnel import Tunnel

SECONDS = 10.0
"""How long it may take to connect, through a proxy and with TLS, even if the call has more time."""


class Opener:
    """Opens connections along one route."""

    def __init__(self, route: Route) -> None:
        self._route = route
        proxy = route.proxy
        self._dialer = Dialer(proxy.host, proxy.port, str(proxy)) if proxy else Dialer(route.host, route.port)

    async def open(self, protocol: asyncio.BaseProtocol, deadline: float) -> None:
        """Connect a protocol; raises NotConnected, or TimedOut at the deadline (a time of the loop)."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(min(deadline, loop.time() + SECONDS)):
                await self._open(protocol)
        except TimeoutError:
            raise TimedOut(sent=False) from None

    async def _open(self, protocol: asyncio.BaseProtocol) -> None:
        route, proxy = self._route, self._route.proxy
        made = await self._dialer.dial()
        try:
            if proxy and route.secure:
                await _through(proxy, route, made, protocol)
            elif proxy:
                await _spoken(lambda: protocol, made, proxy.secure, proxy.host)
            else:
                await _spoken(lambda: protocol, made, route.secure, route.host)
        except BaseException:
            made.close()
            raise


async def _through(proxy: Proxy, route: Route, made: socket.socket, protocol: asyncio.BaseProtocol) -> None:
    loop = asyncio.get_running_loop()
    tunnel = Tunnel(proxy, route.host, route.port)
    transport = await _spoken(lambda: tunnel, made, proxy.secure, proxy.host)
    try:
        await tunnel.dug()
        with _telling(route.host):
            inner = await loop.start_tls(transport, protocol, trusted(), server_hostname=route.host)
    except BaseException:
        transport.abort()
        raise
    if inner is None:
        raise NotConnected(f"no connection: {proxy} has closed the connection")
    protocol.connection_made(inner)


async def _spoken(
    protocol: Callable[[], asyncio.BaseProtocol], made: socket.socket, secure: bool, host: str
) -> asyncio.Transport:
    """Speak plainly, or by TLS with whoever proves to be the host."""
    loop = asyncio.get_running_loop()
    with _telling(host):
        if secure:
            transport, _ = await loop.create_connection(protocol, sock=made, ssl=trusted(), server_hostname=host)
        else:
            transport, _ = await loop.create_connection(protocol, sock=made)
    return transport


@contextmanager
def _telling(host: str) -> Iterator[None]:
    """Say what is wrong between us and a host."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        reason = f"the certificate of {host} is not to be trusted: {error.verify_message}"
    except ssl.SSLError as error:
        reason = f"{host} does not speak TLS with us: {(error.reason or str(error)).replace('_', ' ').lower()}"
    except OSError as error:
        reason = f"{host} has closed the connection{f': {error.strerror}' if error.strerror else ''}"
    else:
        return
    raise NotConnected(f"no connection: {reason}")
