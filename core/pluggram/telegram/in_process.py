"""Calls to a Bot API in the same process, such as the simulator."""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from pluggram.errors import TelegramError, Unreachable
from pluggram.telegram.downloads import gone, too_large
from pluggram.telegram.results import Answer
from pluggram.telegram.uploads import uploads


class DoorAnswer(Protocol):
    """What a door answers: the HTTP status and the JSON body."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def body(self) -> Mapping[str, Any]:
        """The JSON body."""


class Door(Protocol):
    """A Bot API in this process, as `pluggram.simulator.Telegram` is one."""

    async def call(self, token: str, method: str, params: Mapping[str, Any], /) -> DoorAnswer:
        """Call a method. A file among the parameters is a tuple of its name, bytes and content type."""

    def download(self, token: str, file_path: str, /) -> bytes:
        """Give a file as `/file/bot<token>/<file_path>` does; raises when there is none."""


class InProcess:
    """Hands every call to a door instead of the network."""

    def __init__(self, door: Door, token: str) -> None:
        self._door = door
        self._token = token

    async def post(self, method: str, parameters: Mapping[str, Any], _seconds: float) -> Answer:
        """Call a method, which may take as long as it takes."""
        sent, files = uploads(parameters)
        try:
            answer = await self._door.call(self._token, method, {**sent, **files})
        except TypeError as error:
            raise TelegramError(f"it cannot be written as JSON: {error}") from None
        except Exception as error:  # each door has its own way to break off
            raise Unreachable(f"the connection broke off: {error}") from None
        return answer.status, json.dumps(answer.body).encode()

    async def poll(self, parameters: Mapping[str, Any], seconds: float) -> Answer:
        """Call getUpdates."""
        return await self.post("getUpdates", parameters, seconds)

    async def fetch(self, path: str, most: int) -> bytes:
        """Give the bytes of a file; raises TelegramError when there are more than `most`, or none."""
        try:
            content = self._door.download(self._token, path)
        except Exception:  # each door has its own way to say that there is none
            raise gone() from None
        if len(content) > most:
            raise too_large(f"{len(content):,}", most)
        return content

    async def close(self) -> None:
        """Nothing to close."""
