"""From a name to a connected socket, by whichever of its addresses answers first (RFC 8305, Happy Eyeballs)."""

import asyncio
import os
import socket
from collections.abc import Sequence
from itertools import chain, zip_longest
from typing import Any

from pluggram.http.errors import NotConnected

HEAD_START = 0.25
"""Seconds that an address has before the next one is tried beside it."""

Address = tuple[socket.AddressFamily, Any]
"""A family, and an address as that family writes it, which is the system's affair."""


class Dialer:
    """Connects to one host again and again; those who do so at the same time look its name up together.

    name: how errors name it.
    """

    def __init__(self, host: str, port: int, name: str = "") -> None:
        self._host, self._port = host, port
        self._name = name or f"{host}:{port}"
        self._looking: asyncio.Task[Sequence[Address]] | None = None

    async def dial(self) -> socket.socket:
        """Connect; raises NotConnected when none of the addresses answers."""
        addresses = _literal(self._host, self._port) or await self._found()
        try:
            return await (_connected(addresses[0]) if len(addresses) == 1 else _race(addresses))
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else "none of its addresses answers"
            raise NotConnected(f"no connection: {self._name}: {reason}") from None

    async def _found(self) -> Sequence[Address]:
        if self._looking is None:
            self._looking = asyncio.create_task(_resolved(self._host, self._port))
            self._looking.add_done_callback(self._looked)
        try:
            return await asyncio.shield(self._looking)
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no name"
            raise NotConnected(f"no connection: the name {self._host} cannot be resolved: {reason}") from None

    def _looked(self, looking: asyncio.Task[Sequence[Address]]) -> None:
        self._looking = None
        if not looking.cancelled():
            looking.exception()  # else asyncio would complain where all who asked have given up meanwhile


def _literal(host: str, port: int) -> Sequence[Address]:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except OSError:
            continue
        return [(family, (host, port))]
    return ()


async def _resolved(host: str, port: int) -> Sequence[Address]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return alternating([(family, address) for family, _, _, _, address in found])


def alternating(addresses: Sequence[Address]) -> Sequence[Address]:
    """Take turns between the families, that one which does not work here costs one head start at most."""
    first = [each for each in addresses if each[0] == addresses[0][0]]
    others = [each for each in addresses if each[0] != addresses[0][0]]
    return [each for each in chain.from_iterable(zip_longest(first, others)) if each]


async def _connected(address: Address) -> socket.socket:
    family, where = address
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setblocking(False)
        await asyncio.get_running_loop().sock_connect(made, where)
    except BaseException:
        made.close()
        raise
    return made


async def _race(addresses: Sequence[Address]) -> socket.socket:
    running = set[asyncio.Task[socket.socket]]()
    left = list(reversed(addresses))
    try:
        while True:
            if left:
                running.add(asyncio.create_task(_connected(left.pop())))
            done, running = await asyncio.wait(
                running, timeout=HEAD_START if left else None, return_when=asyncio.FIRST_COMPLETED
            )
            errors = [each.exception() for each in done]
            if None in errors:
                running |= done
                winner = next(each for each in done if not each.exception())
                running.remove(winner)
                return winner.result()
            if not left and not running:
                raise errors[0] or OSError
    finally:
        for each in running:
            each.add_done_callback(_too_late)
            each.cancel()


def _too_late(attempt: asyncio.Task[socket.socket]) -> None:
    if not attempt.cancelled() and not attempt.exception():
        attempt.result().close()
