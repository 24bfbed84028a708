"""Who administers which group, asked of Telegram and remembered for a minute."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic
from typing import Any
from weakref import WeakValueDictionary

REMEMBERED = 60.0
"""Seconds after which Telegram is asked again: so long may somebody who was demoted still pass."""
MOST_CHATS = 10_000
"""Groups that are remembered at most; the ones asked about longest ago are forgotten first."""

Caller = Callable[[str, Mapping[str, Any]], Awaitable[Any]]


class Administrators:
    """The administrators of groups (Bot API, getChatAdministrators); `call` calls the Bot API."""

    def __init__(self, call: Caller) -> None:
        self._call = call
        self._known: dict[int, tuple[float, frozenset[int]]] = {}
        self._asking: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def of(self, chat_id: int) -> frozenset[int]:
        """Name the user ids of those who administer a group; a private chat, whose id is a person's, has none.

        Questions about one group at the same time make one call. Raises TelegramError when Telegram does not tell,
        which is not remembered.
        """
        if chat_id > 0:
            return frozenset()
        if (known := self._remembered(chat_id)) is not None:
            return known
        async with self._asking.setdefault(chat_id, asyncio.Lock()):
            known = self._remembered(chat_id)
            return self._remember(chat_id, await self._ask(chat_id)) if known is None else known

    def _remembered(self, chat_id: int) -> frozenset[int] | None:
        known = self._known.get(chat_id)
        return known[1] if known is not None and monotonic() - known[0] < REMEMBERED else None

    def _remember(self, chat_id: int, found: frozenset[int]) -> frozenset[int]:
        self._known.pop(chat_id, None)
        self._known[chat_id] = (monotonic(), found)
        if len(self._known) > MOST_CHATS:
            del self._known[next(iter(self._known))]
        return found

    async def _ask(self, chat_id: int) -> frozenset[int]:
        members = await self._call("getChatAdministrators", {"chat_id": chat_id})
        return frozenset(filter(None, map(_user_id, members if isinstance(members, list) else [])))


def _user_id(member: object) -> int | None:
    user = member.get("user") if isinstance(member, dict) else None
    number = user.get("id") if isinstance(user, dict) else None
    return number if isinstance(number, int) else None
