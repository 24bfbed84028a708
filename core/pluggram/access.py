"""Who may use what: one function for commands, buttons, inline queries, help, menus and suggestions."""

import logging
from collections.abc import Awaitable, Callable, Collection, Sequence

from pluggram.errors import TelegramError
from pluggram.handlers import Access, Handler
from pluggram.request import Request
from pluggram.storage import StorageError, Store

logger = logging.getLogger("pluggram.access")

ADMINS = "admins"
"""The shared namespace that holds admins: the user id as text -> who made them one, and when.

In a file edited by hand any value that means yes will do; `false`, `0`, `""` and `{}` make nobody an admin.
"""

Authorizer = Callable[[Request, Handler], Awaitable[bool]]
"""A plugin's say in who may use a handler: False denies, True leaves it to the others."""

_GROUPS = ("group", "supergroup")
_ONLY = {
    "group_admin": "Only an administrator of this group may {what}.",
    "admin": "Only an admin of this bot may {what}.",
    "owner": "Only an owner of this bot may {what}.",
}


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
        if access == "all":
            return True
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
            return False

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

    async def refusal(self, request: Request, handler: Handler) -> str | None:
        """Say why the one who asked may not use a handler; None when he may. Never raises."""
        if not await self._roles.has(request, handler.access):
            return _refused(request, handler)
        for plugin, authorizer in self._authorizers:
            if not await self._asked(plugin, authorizer, request, handler):
                return f"You may not {_what(request, handler)} here."
        return None

    async def _asked(self, plugin: str, authorizer: Authorizer, request: Request, handler: Handler) -> bool:
        try:
            return bool(await authorizer(request, handler))
        except Exception:
            logger.exception("plugin %s failed to authorize, so it is refused: handler %r", plugin, handler.pattern)
            return False


def _refused(request: Request, handler: Handler) -> str:
    text = _ONLY[handler.access].format(what=_what(request, handler))
    if not request.speaks_as_chat:
        return text
    return f"{text} You write in the name of a chat, so I cannot know who you are: write as yourself."


def _what(request: Request, handler: Handler) -> str:
    return "do this" if request.kind == "button" else f"use {handler.form}"
