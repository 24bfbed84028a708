"""Who administers which group, asked of Telegram and remembered for a minute."""

from collections.abc import Awaitable, Callable, Mapping
from time import monotonic
from typing import Any

REMEMBERED = 60.0
"""Seconds after which Telegram is asked again: so long may somebody who was demoted still pass."""
MOST_CHATS = 10_000
"""Groups that are remembered at most; the ones asked about longest ago are forgotten first."""


class Administrators:
    """The administrators of groups (Bot API, getChatAdministrators); `call` calls the Bot API."""

    def __init__(self, call: Callable[[str, Mapping[str, Any]], Awaitable[Any]]) -> None:
        self._call = call
        self._known: dict[int, tuple[float, frozenset[int]]] = {}

    async def of(self, chat_id: int) -> frozenset[int]:
        """Name the user ids of those who administer a group.

        Raises TelegramError when Telegram does not tell.
        """
        known = self._known.get(chat_id)
        if known is not None and monotonic() - known[0] < REMEMBERED:
            return known[1]
        members = await self._call("getChatAdministrators", {"chat_id": chat_id})
        found = frozenset(filter(None, map(_user_id, members if isinstance(members, list) else [])))
        self._known.pop(chat_id, None)
        self._known[chat_id] = (monotonic(), found)
        if len(self._known) > MOST_CHATS:
            del self._known[next(iter(self._known))]
        return found


def _user_id(member: object) -> int | None:
    user = member.get("user") if isinstance(member, dict) else None
    number = user.get("id") if isinstance(user, dict) else None
    return number if isinstance(number, int) else None
