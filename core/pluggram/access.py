"""Who may use what: one function for commands, buttons, help and suggestions."""

from collections.abc import Collection

from pluggram.handlers import Access
from pluggram.request import Request
from pluggram.storage import Store

ADMINS = "admins"
"""The shared namespace that holds admins: the user id as text -> who made them one, and when.

In a file edited by hand any value that means yes will do; `false`, `0`, `""` and `{}` make nobody an admin.
"""


class Roles:
    """The roles of this bot: owners are named in bot.toml, admins by owners and kept in storage.

    Whoever speaks as a chat (an anonymous administrator, a channel) is nobody's admin: Telegram does not say
    which person it is.
    """

    def __init__(self, owners: Collection[int], admins: Store) -> None:
        self.owners = frozenset(owners)
        self._admins = admins

    async def permits(self, request: Request, access: Access) -> bool:
        """Whether the one who asked may do what asks for this access."""
        if access == "all":
            return True
        user = request.user
        if user is None:
            return False
        if user.id in self.owners:
            return True
        return access == "admin" and bool(await self._admins.get(str(user.id)))
