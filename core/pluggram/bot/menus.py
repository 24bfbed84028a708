"""The command menus that a bot wants on Telegram: what each may use, asked of the one function that decides it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from pluggram.access import Supposed, supposed_of
from pluggram.bot.menu import MOST_COMMANDS, Menu, in_languages, is_listed, left_out
from pluggram.context import BotView, Declaration
from pluggram.handlers import Access, Handler
from pluggram.request import Request

logger = logging.getLogger("pluggram.menus")

Scope = Literal["default", "all_private_chats", "all_chat_administrators", "chat"]

_FOR_MANY: tuple[tuple[Scope, str, Access], ...] = (
    ("default", "supergroup", "all"),
    ("all_private_chats", "private", "all"),
    ("all_chat_administrators", "supergroup", "group_admin"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a menu is shown (Bot API, BotCommandScope), and in which language; "" for those that have none there.

    chat_id: for the scope "chat", else 0.
    """

    scope: Scope
    chat_id: int = 0
    language: str = ""


class Menus:
    """The menus that `bot` wants, and what has changed of them; at first, all.

    people: names those who may more than others, and so have a menu in their own chat.
    """

    def __init__(self, bot: BotView, people: Callable[[], Awaitable[Collection[int]]]) -> None:
        self._bot = bot
        self._people = people
        self._due: set[int | None] = {None}
        self._changed = asyncio.Event()
        self._changed.set()
        self._settled = asyncio.Event()
        self._told: set[str] = set()
        self._missed: set[int] = set()

    def refresh(self, user_id: int | None) -> None:
        """Say that the menu of a person may have changed, or with None that every menu may."""
        self._due.add(user_id)
        self._settled.clear()
        self._changed.set()

    def miss(self, user_id: int) -> None:
        """Remember that a person has no chat with the bot yet, in which a menu could be shown."""
        self._missed.add(user_id)

    def meet(self, request: Request) -> None:
        """Take note that a person writes to the bot: a menu that was missed is due now. Asked at every update."""
        if self._missed and request.private and (user_id := request.user_id) in self._missed:
            self._missed.discard(user_id)
            self.refresh(user_id)

    async def due(self) -> Collection[int] | None:
        """Wait for a change, and give the people whose menus may have changed; None for all menus."""
        if not self._due:
            self._settled.set()
        await self._changed.wait()
        self._changed.clear()
        due, self._due = self._due, set()
        return None if None in due else [user_id for user_id in due if user_id is not None]

    async def settled(self) -> None:
        """Wait until whoever waits for changes has followed the last one."""
        await self._settled.wait()

    async def wanted(self, people: Collection[int] | None = None) -> Mapping[Place, Menu]:
        """Give the menus of these people, or with None all that the bot wants; a menu that would be empty is none.

        Raises StorageError when it cannot be told who is an admin.
        """
        found: dict[Place, Menu] = {}
        for scope, chat_type, role in _FOR_MANY if people is None else ():
            chosen = await self._chosen(partial(Supposed, chat_type=chat_type, role=role))
            found |= {Place(scope, 0, language): menu for language, menu in in_languages(chosen).items()}
        for user_id in await self._people():
            if people is None or user_id in people:
                chosen = await self._chosen(partial(supposed_of, user_id))
                found |= {Place("chat", user_id, language): menu for language, menu in in_languages(chosen).items()}
                await asyncio.sleep(0)
        return found

    def left_out(self) -> Iterator[str]:
        """Say what no menu can show, and why, with the plugin of each."""
        return left_out(self._bot.declarations)

    def tell(self) -> None:
        """Log what no menu can show, each thing once."""
        for text in self.left_out():
            if text not in self._told:
                self._told.add(text)
                logger.warning("%s", text)

    async def _chosen(self, asked: Callable[[str], Request]) -> Sequence[Handler]:
        """Choose for each command the first of its handlers that may be used by whoever `asked` says."""
        chosen: dict[str, Handler] = {}
        for declaration in filter(_is_listed, self._bot.declarations):
            command = declaration.handler.command or ""
            if command not in chosen and await self._bot.permits(asked(command), declaration):
                chosen[command] = declaration.handler
            if len(chosen) == MOST_COMMANDS:
                break
        return list(chosen.values())


def _is_listed(declaration: Declaration) -> bool:
    return is_listed(declaration.handler)
