"""Callers that answer from a script, and requests to answer."""

import asyncio
from collections.abc import Mapping
from typing import Any

from pluggram.errors import TelegramError
from pluggram.request import Request


class Api:
    """Takes calls and answers from a script of errors (None: well), then always well."""

    def __init__(self, *errors: TelegramError | None) -> None:
        self.errors = list(errors)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.called = asyncio.Event()

    async def __call__(self, method: str, parameters: Mapping[str, Any]) -> Any:
        self.calls.append((method, dict(parameters)))
        self.called.set()
        if self.errors and (error := self.errors.pop(0)) is not None:
            raise error
        return True

    @property
    def methods(self) -> list[str]:
        return [method for method, _ in self.calls]

    @property
    def texts(self) -> list[Any]:
        return [parameters.get("text") for _, parameters in self.calls]


def request_of(update: dict[str, Any]) -> Request:
    request = Request.from_update(update)
    assert request is not None
    return request


MESSAGE = request_of({"message": {"message_id": 1, "chat": {"id": 5, "type": "private"}, "text": "/x"}})
PRESS = request_of(
    {"callback_query": {"id": "q", "data": "d", "from": {"id": 1}, "message": {"message_id": 1, "chat": {"id": 5}}}}
)
