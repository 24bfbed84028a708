"""Calls over HTTP to a Bot API server."""

import asyncio
from collections.abc import Awaitable, Mapping
from pathlib import Path
from typing import Any

from pluggram.errors import Unreachable
from pluggram.http import HttpClient, HttpError, Server, TimedOut, TooLarge
from pluggram.parts import MAX_FILE_BYTES
from pluggram.telegram.downloads import from_disk, gone, too_large
from pluggram.telegram.encoding import encoded
from pluggram.telegram.results import Answer
from pluggram.telegram.transport import TooSlow

CONNECTIONS = 256
"""Calls that run side by side at most; others wait for one to end."""
UPLOAD_TIMEOUT = 45.0
"""Seconds on top that Telegram has to take in a file."""
DOWNLOAD_TIMEOUT = 30.0
"""Seconds on top that a file may take to begin to come."""
SLOWEST = 100_000
"""Bytes a second at which a file goes up or comes down at least: 50 MB have 500 s."""


class OverHttp:
    """Brings calls to the Bot API at `base_url`, with `token`; no error names the token."""

    def __init__(self, base_url: str, token: str) -> None:
        self._clients = HttpClient(connections=CONNECTIONS), HttpClient(connections=1)
        self._server, self._polled = (client.at(base_url) for client in self._clients)
        self._calls = f"/bot{token}/"
        self._files = f"/file/bot{token}/"

    def post(self, method: str, parameters: Mapping[str, Any], seconds: float) -> Awaitable[Answer]:
        """Call a method; a file that goes with it has longer. Raises Unreachable, TelegramError for no parameters."""
        return self._ask(self._server, method, parameters, seconds)

    def poll(self, parameters: Mapping[str, Any], seconds: float) -> Awaitable[Answer]:
        """Call getUpdates, on a connection of its own."""
        return self._ask(self._polled, "getUpdates", parameters, seconds)

    async def fetch(self, path: str, most: int) -> bytes:
        """Give the bytes of a file; raises TelegramError when there are more than `most`, or none."""
        if path.startswith("/"):
            return await asyncio.to_thread(from_disk, Path(path), most)
        seconds = DOWNLOAD_TIMEOUT + min(most, MAX_FILE_BYTES) / SLOWEST
        try:
            status, content = await self._server.request("GET", self._files + path, seconds=seconds, most=most)
        except TooLarge:
            raise too_large("more", most) from None
        except HttpError as error:
            raise Unreachable(f"the file could not be fetched: {error}") from None
        if status == 404:
            raise gone()
        if status != 200:
            raise Unreachable(f"the file could not be fetched: HTTP {status}")
        return content

    async def close(self) -> None:
        """End all connections."""
        for client in self._clients:
            await client.close()

    async def _ask(self, server: Server, method: str, parameters: Mapping[str, Any], seconds: float) -> Answer:
        content, kind = encoded(parameters)
        if not isinstance(content, bytes):
            seconds += UPLOAD_TIMEOUT + sum(map(len, content)) / SLOWEST
        path = self._calls + method
        try:
            return await server.request("POST", path, content=content, content_type=kind, seconds=seconds)
        except TimedOut as error:
            raise TooSlow(f"{error}: no whole answer has come within {seconds:g} s") from None
        except HttpError as error:
            raise Unreachable(str(error)) from None
