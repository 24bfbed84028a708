"""What is kept of broadcasts, so that they go on after a restart: how far each is, its chats, who was not reached."""

import logging
import re
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, cast

from pluggram import reply_json
from pluggram.broadcasts import ChatId, Chats
from pluggram.reply import Reply
from pluggram.storage import Json, Store

logger = logging.getLogger("pluggram.broadcasts")

PROGRESS = "core.broadcasts"
"""A row for each broadcast: the only one that is written again and again."""
CHATS = "core.broadcasts.chats"
"""The message, and the chats in rows of ROW; written once, and deleted at the end."""
UNREACHED = "core.broadcasts.unreached"
"""Who was not reached and why: rows that are only added."""

ROW = 500
ROWS_AT_ONCE = 20
"""Rows of chats that are written together, which on storage in JSON files is one writing of the file."""
PIECE = 4_000_000
"""Characters of a message in one row: one with a file may be longer than a value can be."""
MOST_REASONS = 20
OTHER_REASONS = "other reasons"

Unreached = tuple[ChatId, str, bool]
"""A chat, why it was not reached, and whether that is because the bot may not write to it."""

_DIGITS = re.compile(r"-?[0-9]{1,19}", re.ASCII)


@dataclass
class Kept:
    """How far a broadcast is, as it is kept.

    next: the place in the list of the chat that comes next. open: those before it whose turn has come and that are not
    done; after a crash they get it again. rows: how many rows tell who was not reached. account: the bot's id on
    Telegram, 0 before it has begun. ended: when, in seconds since 1970; 0 while it runs. cleared: whether its message
    and its chats are deleted.
    """

    plugin: str
    name: str
    state: Literal["listing", "running", "done", "cancelled"] = "listing"
    total: int = 0
    next: int = 0
    sent: int = 0
    blocked: int = 0
    failed: int = 0
    rows: int = 0
    account: int = 0
    ended: float = 0.0
    cleared: bool = False
    open: list[ChatId] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Where it is kept."""
        return f"{self.plugin}/{self.name}"

    def count(self, reason: str) -> None:
        """Count a reason for which a chat was not reached; when there are many, the rare ones together."""
        if reason not in self.reasons and len(self.reasons) >= MOST_REASONS:
            reason = OTHER_REASONS
        self.reasons[reason] = self.reasons.get(reason, 0) + 1


class Shelf:
    """Keeps broadcasts in three namespaces; whatever it does may raise StorageError."""

    def __init__(self, store: Callable[[str], Store]) -> None:
        self._progress, self._chats, self._unreached = store(PROGRESS), store(CHATS), store(UNREACHED)

    async def all(self) -> list[Kept]:
        """Give all that are kept; what somebody has spoilt is told and left alone."""
        found = [(key, _read(value)) for key, value in await self._progress.items()]
        for key, kept in found:
            if kept is None or kept.key != key:
                logger.error("%s in the namespace %s is no broadcast: it is left alone", key, PROGRESS)
        return [kept for key, kept in found if kept is not None and kept.key == key]

    async def save(self, kept: Kept, unreached: Iterable[Unreached] = ()) -> None:
        """Write how far it is; first who was not reached since the last time, so that none of them is forgotten."""
        row = [list(each) for each in unreached]
        rows = kept.rows + bool(row)
        progress = asdict(kept) | {"rows": rows}
        if row:
            await self._unreached.put(f"{kept.key}/{kept.rows:08}", row)
        await self._progress.put(kept.key, progress)
        kept.rows = rows

    async def list_chats(self, kept: Kept, chats: Chats) -> None:
        """Write the chats, each once, in their order, and count them; raises TypeError for what names no chat."""
        rows: dict[str, list[ChatId]] = {}
        async for number, row in _in_rows(_once(chats)):
            rows[_row_key(kept, number)] = row
            kept.total += len(row)
            if len(rows) == ROWS_AT_ONCE:
                await self._chats.put_many(rows)
                rows = {}
        await self._chats.put_many(rows)

    async def chats(self, kept: Kept) -> AsyncIterator[tuple[ChatId, int]]:
        """Give the chats that are left in their order, those that were open first, each with the place behind it.

        Raises ValueError when a row is missing.
        """
        for chat in tuple(kept.open):
            yield chat, kept.next
        place = kept.next
        while place < kept.total:
            key = _row_key(kept, place // ROW)
            row = cast("list[ChatId] | None", await self._chats.get(key))
            if not isinstance(row, list) or len(row) <= place % ROW:
                raise ValueError(f"{key} in the namespace {CHATS} is missing or spoilt")
            for chat in row[place % ROW :]:
                place += 1
                yield chat, place

    async def put_reply(self, kept: Kept, reply: Reply) -> None:
        """Write the message, in place of the one before."""
        text = reply_json.dump(reply)
        pieces = {f"{kept.key}/reply/{at:08}": text[at : at + PIECE] for at in range(0, len(text), PIECE)}
        old = await self._chats.items(f"{kept.key}/reply/")
        await self._chats.put_many(dict.fromkeys([key for key, _ in old], None) | pieces)

    async def reply(self, kept: Kept) -> Reply:
        """Read the message; raises ValueError when somebody has spoilt it."""
        return reply_json.load("".join(str(piece) for _, piece in await self._chats.items(f"{kept.key}/reply/")))

    async def unreached(self, kept: Kept) -> AsyncIterator[Unreached]:
        """Give who was not reached, as it is kept now."""
        for number in range(kept.rows):
            row = await self._unreached.get(f"{kept.key}/{number:08}")
            for chat, reason, blocked in cast("list[Unreached]", row or []):
                yield chat, reason, blocked

    async def forget_chats(self, kept: Kept) -> None:
        """Delete the message and the chats, which nobody needs any more."""
        await _delete(self._chats, f"{kept.key}/")

    async def forget(self, kept: Kept) -> None:
        """Delete all that is kept of it, and last that there was one."""
        await self.forget_chats(kept)
        await _delete(self._unreached, f"{kept.key}/")
        await self._progress.delete(kept.key)


def _read(value: Json) -> Kept | None:
    try:
        kept = Kept(**cast("dict[str, Any]", value))
    except TypeError:
        return None
    numbers = (kept.total, kept.next, kept.sent, kept.blocked, kept.failed, kept.rows, kept.account)
    whole = all(type(number) is int and number >= 0 for number in numbers) and isinstance(kept.ended, int | float)
    return kept if whole and isinstance(kept.open, list) and isinstance(kept.reasons, dict) else None


def _row_key(kept: Kept, number: int) -> str:
    return f"{kept.key}/chats/{number:08}"


async def _once(chats: Chats) -> AsyncIterator[ChatId]:
    """Give each chat once."""
    seen: set[ChatId] = set()
    async for given in _each(chats):
        chat = _chat_id(given)
        if chat not in seen:
            seen.add(chat)
            yield chat


async def _each(chats: Chats) -> AsyncIterator[object]:
    if isinstance(chats, AsyncIterable):
        async for chat in chats:
            yield chat
    elif isinstance(chats, Iterable) and not isinstance(chats, str):
        for chat in chats:
            yield chat
    else:
        raise TypeError(f"the chats of a broadcast are a list of ids, or give them one by one; not {chats!r:.80}")


def _chat_id(chat: object) -> ChatId:
    if isinstance(chat, str):
        if _DIGITS.fullmatch(chat):
            return int(chat)
        if chat.startswith("@") and chat.isprintable() and chat.isascii():
            return chat
    elif isinstance(chat, int) and not isinstance(chat, bool):
        return chat
    raise TypeError(f"a chat is named by its id or its @name, not by {chat!r:.80}")


async def _in_rows(chats: AsyncIterable[ChatId]) -> AsyncIterator[tuple[int, list[ChatId]]]:
    """Give the chats in numbered rows."""
    number, row = 0, list[ChatId]()
    async for chat in chats:
        row.append(chat)
        if len(row) == ROW:
            yield number, row
            number, row = number + 1, []
    if row:
        yield number, row


async def _delete(store: Store, prefix: str) -> None:
    while page := await store.items(prefix, limit=ROWS_AT_ONCE):
        await store.put_many(dict.fromkeys([key for key, _ in page], None))
