from typing import Any

import pytest

from pluggram.bot.connection import Connection
from pluggram.reply import Reply


class Telegram:
    """An edge that keeps what is asked of it."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    async def call(self, method: str, parameters: Any) -> Any:
        self.asked.append((method, parameters))
        return {"ok": True}

    async def send_to(self, chat_id: int | str, reply: Reply, thread_id: int | None = None) -> list[int]:
        self.asked.append((chat_id, reply, thread_id))
        return [7]


async def test_before_the_bot_is_connected_every_call_says_so() -> None:
    connection = Connection()
    for call in (connection.call("getMe"), connection.send(1, "hello"), connection.administrators(1)):
        with pytest.raises(RuntimeError, match="not connected"):
            await call


async def test_calls_and_answers_go_out_by_the_edge() -> None:
    connection, edge = Connection(), Telegram()
    connection.attach(edge, "our_bot")  # type: ignore[arg-type]
    assert connection.username == "our_bot"
    assert await connection.call("getChat", chat_id=42) == {"ok": True}
    assert await connection.send(42, "hello", thread_id=3) == [7]
    assert edge.asked == [("getChat", {"chat_id": 42}), (42, Reply("hello"), 3)]
