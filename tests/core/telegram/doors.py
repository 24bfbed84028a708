"""Bot APIs in the process that answer as a test wants."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

TOKEN = "123456:" + "x" * 35
ME = {"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "Post", "username": "testbot"}}


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any


@dataclass
class Door:
    """Answers getMe as Telegram does, and every other call as `answer` says: its HTTP status and body."""

    answer: Callable[[str, Mapping[str, Any]], tuple[int, Any]]
    files: Mapping[str, bytes] = field(default_factory=dict)

    async def call(self, token: str, method: str, params: Mapping[str, Any]) -> Answer:
        return Answer(200, ME) if method == "getMe" else Answer(*self.answer(method, params))

    def download(self, token: str, file_path: str) -> bytes:
        return self.files[file_path]


def always(status: int, body: Any) -> Door:
    """Answer every call but getMe in the same way."""
    return Door(lambda method, parameters: (status, body))


def refusal(code: int, description: str, **parameters: object) -> tuple[int, Mapping[str, Any]]:
    return code, {"ok": False, "error_code": code, "description": description, "parameters": parameters}
