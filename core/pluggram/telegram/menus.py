"""Keeps the command menus on Telegram as the bot wants them: compared with what is set, changed where they differ."""

import asyncio
import logging
import re
from collections.abc import Collection, Mapping
from time import monotonic
from typing import Any, get_args

from pluggram.backoff import Backoff
from pluggram.bot.menu import Menu
from pluggram.bot.menus import Menus, Place, Scope
from pluggram.errors import PluggramError, TelegramError, Unreachable
from pluggram.storage import Store
from pluggram.telegram.sending import Caller

logger = logging.getLogger("pluggram.menus")

LONGEST_WAIT = 300.0
"""Seconds between two tries at the most while Telegram cannot be reached."""
LONGEST_REST = 1.0
"""Seconds of rest after a call at the most; else it rests as long as the call took, so that answers find room."""

_SCOPES: Mapping[str, Scope] = {scope: scope for scope in get_args(Scope)}
_OUT_OF_REACH = re.compile("chat not found|can't initiate conversation|blocked by the user|user is deactivated")


class MenuKeeper:
    """Keeps the menus of the bot with the id `bot_id` as `menus` wants them.

    kept: remembers which it has set; only these, and those that are wanted, are ever touched.
    """

    def __init__(self, call: Caller, menus: Menus, kept: Store, bot_id: int) -> None:
        self._call = call
        self._menus = menus
        self._kept = kept
        self._bot_id = bot_id

    async def run(self) -> None:
        """Follow each change until cancelled; what fails is a line in the log."""
        while True:
            people = await self._menus.due()
            try:
                await self._follow(people)
            except PluggramError as error:
                logger.error("the command menus are not up to date: %s", error)
            except Exception:
                logger.exception("the command menus are not up to date")

    async def _follow(self, people: Collection[int] | None) -> None:
        """Set what differs and delete what is no longer wanted: one after the other, and what is refused left out."""
        self._menus.tell()
        wanted = await self._menus.wanted(people)
        kept = await self._remembered(people)
        out_of_reach: set[int] = set()
        refused: list[TelegramError] = []
        for place in dict.fromkeys((*wanted, *kept)):
            if place.chat_id in out_of_reach:
                continue
            try:
                if place in wanted:
                    await self._set(place, wanted[place], known=place in kept)
                else:
                    await self._delete(place)
            except TelegramError as error:
                if _OUT_OF_REACH.search(str(error).lower()):
                    out_of_reach.add(place.chat_id)
                    self._menus.miss(place.chat_id)
                else:
                    refused.append(error)
        if refused:
            logger.error("Telegram refuses %d of the command menus: %s", len(refused), refused[0])

    async def _set(self, place: Place, menu: Menu, *, known: bool) -> None:
        set_now = await self._patiently("getMyCommands", _where(place))
        if not known:
            await self._kept.put(self._key(place), True)
        if _read(set_now) != list(menu):
            commands = [{"command": command, "description": description} for command, description in menu]
            await self._patiently("setMyCommands", {**_where(place), "commands": commands})

    async def _delete(self, place: Place) -> None:
        await self._patiently("deleteMyCommands", _where(place))
        await self._kept.delete(self._key(place))

    async def _patiently(self, method: str, parameters: Mapping[str, Any]) -> Any:
        """Call until it is answered, however long that takes: no person waits for it."""
        backoff = None
        while True:
            begun = monotonic()
            try:
                result = await self._call(method, parameters)
                await asyncio.sleep(min(monotonic() - begun, LONGEST_REST))
                return result
            except Unreachable as error:
                if backoff is None:
                    logger.warning("the command menus wait until Telegram can be reached: %s", error)
                    backoff = Backoff(LONGEST_WAIT)
                await asyncio.sleep(backoff.pause())

    async def _remembered(self, people: Collection[int] | None) -> Collection[Place]:
        """Give the places where a menu was set: the chats of these people, or with None all."""
        starts = [""] if people is None else [f"chat/{user_id}/" for user_id in people]
        keys = [key for start in starts for key, _ in await self._kept.items(f"{self._bot_id}/{start}")]
        return [place for place in map(_place, keys) if place is not None]

    def _key(self, place: Place) -> str:
        return f"{self._bot_id}/{place.scope}/{place.chat_id}/{place.language}"


def _place(key: str) -> Place | None:
    """Read a key that `_key` wrote; None for any other that somebody has put there."""
    _, scope, chat_id, language = (*key.split("/"), "", "", "")[:4]
    return Place(_SCOPES[scope], int(chat_id), language) if scope in _SCOPES and chat_id.isdecimal() else None


def _where(place: Place) -> Mapping[str, Any]:
    scope = {"type": place.scope} | ({"chat_id": place.chat_id} if place.chat_id else {})
    return {"scope": scope} | ({"language_code": place.language} if place.language else {})


def _read(commands: object) -> list[tuple[object, object]]:
    """Read what getMyCommands gives; what has another shape is no menu of ours."""
    each = commands if isinstance(commands, list) else []
    return [(one.get("command"), one.get("description")) for one in each if isinstance(one, dict)]
