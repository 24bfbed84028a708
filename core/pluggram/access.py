"""Who may use what: one function for commands, buttons, inline queries, help, menus and suggestions."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, get_args

from pluggram.cancelling import is_for_us
from pluggram.errors import TelegramError
from pluggram.handlers import Access, Handler
from pluggram.request import Request
from pluggram.storage import StorageError, Store

logger = logging.getLogger("pluggram.access")

ADMINS = "admins"
"""The shared namespace that holds admins: the user id as text -> who made them one, and when.

In a file edited by hand any value that means yes will do; `false`, `0`, `""` and `{}` make nobody an admin.
"""

PATIENCE = 5.0
"""Seconds that a plugin may take to authorize."""

Authorizer = Callable[[Request, Handler], Awaitable[bool]]
"""A plugin's say in who may use a handler: False denies, True leaves it to the others."""

_RANKS: tuple[Access, ...] = get_args(Access)
_GROUPS = ("group", "supergroup")
_PERSON = re.compile(r"[1-9][0-9]{0,15}", re.ASCII)
_ONLY = {
    "group_admin": "Only an administrator of this group may {what}.",
    "admin": "Only an admin of this bot may {what}.",
    "owner": "Only an owner of this bot may {what}.",
}


class Supposed(Request):
    """A request that nobody made, to learn what somebody with a role might use in a kind of chat: for menus.

    Who it is and which chat is not supposed: both have the id 0, which is nobody's.
    """

    __slots__ = ("role",)

    def __init__(self, text: str, chat_type: str, role: Access) -> None:
        body = _message(text, 0, {"id": 0, "type": chat_type})
        super().__init__({"update_id": 0, "message": body}, "message", text, body)
        self.role = role


def supposed_of(user_id: int, text: str) -> Request:
    """Suppose that a certain person had written a text to the bot, in private."""
    body = _message(text, user_id, {"id": user_id, "type": "private"})
    return Request({"update_id": 0, "message": body}, "message", text, body)


def _message(text: str, user_id: int, chat: Mapping[str, Any]) -> Mapping[str, Any]:
    sender = {"id": user_id, "is_bot": False, "first_name": ""}
    return {"message_id": 0, "date": 0, "from": sender, "chat": chat, "text": text}


class Roles:
    """The roles of this bot: owners are named in bot.toml, admins by owners and kept in storage.

    Whoever speaks as a chat (an anonymous administrator, a channel) has no role: Telegram does not say which person
    it is. `administrators` names the people who administer a group.
    """

    def __init__(
        self, owners: Collection[int], admins: Store, administrators: Callable[[int], Awaitable[Collection[int]]]
    ) -> None:
        self.owners = frozenset(owners)
        self._admins = admins
        self._administrators = administrators

    async def has(self, request: Request, access: Access) -> bool:
        """Whether the one who asked has this role, or a higher one; nobody has one while that cannot be told."""
        return await self.told(request, access) is True

    async def told(self, request: Request, access: Access) -> bool | None:
        """Whether the one who asked has this role, or a higher one; None while that cannot be told."""
        if access == "all":
            return True
        if isinstance(request, Supposed):
            return access in _RANKS[: _RANKS.index(request.role) + 1]
        user = request.user
        if user is None:
            return False
        if user.id in self.owners:
            return True
        if access == "owner":
            return False
        try:
            return await self._is_admin(access, user.id) or (
                access == "group_admin" and await self._administers(request, user.id)
            )
        except (StorageError, TelegramError, RuntimeError) as error:
            logger.error("who has the role %s cannot be told: %s", access, error)
            return None

    async def people(self) -> Collection[int]:
        """Name the user ids of all owners and admins, in order; raises StorageError."""
        admins = await self._admins.items()
        return sorted(self.owners.union(int(key) for key, value in admins if value and _PERSON.fullmatch(key)))

    async def _is_admin(self, access: Access, user_id: int) -> bool:
        return access in ("admin", "group_admin") and bool(await self._admins.get(str(user_id)))

    async def _administers(self, request: Request, user_id: int) -> bool:
        chat = request.chat
        return chat is not None and chat.type in _GROUPS and user_id in await self._administrators(chat.id)


class Permissions:
    """Roles, and what plugins say to it: `authorizers` by the name of their plugin, each asked in its turn."""

    def __init__(self, roles: Roles, authorizers: Sequence[tuple[str, Authorizer]]) -> None:
        self._roles = roles
        self._authorizers = authorizers

    def asked(self, request: Request, handler: Handler) -> Awaitable[str | None] | None:
        """Ask for the refusal, unless everybody may: then None at once."""
        if handler.access == "all" and not self._authorizers:
            return None
        return self.refusal(request, handler)

    async def refusal(self, request: Request, handler: Handler) -> str | None:
        """Say why the one who asked may not use a handler; None when he may. Never raises."""
        told = await self._roles.told(request, handler.access)
        if told is None:
            return f"Whether you may {_what(request, handler)} cannot be looked up now. Please try again later."
        if not told:
            return _refused(request, handler)
        for plugin, authorizer in self._authorizers:
            if not await self._asked(plugin, authorizer, request, handler):
                return f"You may not {_what(request, handler)} here."
        return None

    async def _asked(self, plugin: str, authorizer: Authorizer, request: Request, handler: Handler) -> bool:
        limit = asyncio.timeout(PATIENCE)
        try:
            async with limit:
                return _decided(await authorizer(request, handler))
        except BaseException as error:
            if is_for_us(error):
                raise
            how = f"took longer than {PATIENCE:g} s" if limit.expired() else "failed"
            logger.exception("plugin %s %s to authorize, so it is refused: handler %r", plugin, how, handler.pattern)
            return False


def _decided(said: object) -> bool:
    """Take what a plugin said; a forgotten return, or a text that means no, must not be guessed at."""
    if not isinstance(said, bool):
        raise TypeError(f"an authorizer gives True or False, not a {type(said).__name__}")
    return said


def _refused(request: Request, handler: Handler) -> str:
    text = _ONLY[handler.access].format(what=_what(request, handler))
    if not request.speaks_as_chat:
        return text
    return f"{text} You write in the name of a chat, so I cannot know who you are: write as yourself."


def _what(request: Request, handler: Handler) -> str:
    return "do this" if request.kind == "button" else f"use {handler.form}"
