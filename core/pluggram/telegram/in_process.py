"""python-telegram-bot's transport for a Bot API in the same process, such as the simulator."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from telegram.request import BaseRequest, RequestData

Door = Callable[[str, str, Mapping[str, Any]], Awaitable[tuple[int, Mapping[str, Any]]]]
"""Calls a Bot API method: (token, method, parameters) -> (HTTP status, response body)."""


class InProcessRequest(BaseRequest):
    """Hands every call to a door instead of the network."""

    def __init__(self, door: Door) -> None:
        self._door = door

    @property
    def read_timeout(self) -> float | None:
        """No limit: nothing is read from a network."""
        return None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_timeouts: Any, **_more: Any
    ) -> tuple[int, bytes]:
        """Call the method that the URL `.../bot<token>/<method>` names."""
        _, token, name = url.rsplit("/", 2)
        status, body = await self._door(
            token.removeprefix("bot"), name, request_data.parameters if request_data else {}
        )
        return status, json.dumps(body).encode()
