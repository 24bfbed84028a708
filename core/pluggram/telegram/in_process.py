"""python-telegram-bot's transport for a Bot API in the same process, such as the simulator."""

import json
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import unquote

from telegram.request import BaseRequest, RequestData

_NOT_FOUND = {"ok": False, "error_code": 404, "description": "Not Found"}


class Answer(Protocol):
    """What a door answers: the HTTP status and the JSON body."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def body(self) -> Mapping[str, Any]:
        """The JSON body."""


class Door(Protocol):
    """A Bot API in this process, as `pluggram.simulator.Telegram` is one."""

    async def call(self, token: str, method: str, params: Mapping[str, Any], /) -> Answer:
        """Call a method. A file among the parameters is a tuple of its name, bytes and content type."""

    def download(self, token: str, file_path: str, /) -> bytes:
        """Give a file as `/file/bot<token>/<file_path>` does; raises when there is none."""


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
        """Call the method that `.../bot<token>/<method>` names, or fetch the file of `.../file/bot<token>/<path>`."""
        if method == "GET":
            return self._file(*unquote(url).partition("/file/bot")[2].split("/", 1))
        _, token, name = url.rsplit("/", 2)
        answer = await self._door.call(token.removeprefix("bot"), name, _parameters(request_data))
        return answer.status, json.dumps(answer.body).encode()

    def _file(self, token: str, path: str) -> tuple[int, bytes]:
        try:
            return 200, self._door.download(token, path)
        except Exception:  # each door has its own way to say that there is none
            return 404, json.dumps(_NOT_FOUND).encode()


def _parameters(data: RequestData | None) -> Mapping[str, Any]:
    if data is None:
        return {}
    return {**data.parameters, **_files(data)} if data.contains_files else data.parameters


def _files(data: RequestData) -> Mapping[str, Any]:
    """Give the files of a call with their bytes; python-telegram-bot leaves an open one for its transport to read."""
    return {
        name: (file_name, content if isinstance(content, bytes) else content.read(), kind)
        for name, (file_name, content, kind) in data.multipart_data.items()
    }
