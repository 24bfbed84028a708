"""The edge of a bot without Telegram: files lie on a desk, and what is sent is put there."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pluggram import Reply, Request, TelegramError
from pluggram.edge import RawUpdate, Sent

if TYPE_CHECKING:
    import telegram


class Desk:
    """files: by their file_id. sent: what went out while a handler was at work, edits too."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.sent: list[Reply] = []

    @property
    def bot(self) -> "telegram.Bot":
        raise RuntimeError("there is no Telegram at a desk")

    def build_update(self, raw: RawUpdate) -> "telegram.Update":
        raise RuntimeError("there is no Telegram at a desk")

    async def send(self, request: Request, reply: Reply) -> Sequence[int]:
        self.sent.append(reply)
        return [len(self.sent)]

    async def send_to(self, chat_id: int | str, reply: Reply, thread_id: int | None = None) -> Sequence[int]:
        self.sent.append(reply)
        return [len(self.sent)]

    async def send_bulk(self, chat_id: int | str, reply: Reply) -> Sent:
        return Sent(await self.send_to(chat_id, reply), reply)

    @property
    def spoken(self) -> int:
        return 0

    @property
    def held(self) -> float:
        return 0.0

    async def edit(self, chat_id: int | str, message_id: int, reply: Reply) -> None:
        self.sent.append(reply)

    async def call(self, method: str, parameters: Mapping[str, Any]) -> Any:
        raise TelegramError(f"there is no Telegram at a desk, so no {method}")

    async def download(self, file_id: str, most: int) -> bytes:
        if file_id not in self.files:
            raise TelegramError("Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(self.files[file_id]) > most:
            raise TelegramError(f"the file has {len(self.files[file_id]):,} bytes, and at most {most:,} are taken")
        return self.files[file_id]

    async def administrators(self, chat_id: int) -> Collection[int]:
        return ()
