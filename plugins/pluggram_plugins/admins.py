"""Admins: owners make them, and unmake them, in chat."""

import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime

from pluggram import Context, Handler, Json, Request, handler, hookimpl
from pluggram_plugins._audit import ADMINS, Act, Log

logger = logging.getLogger(__name__)

LARGEST_ID = 2**52 - 1
"""Ids of people have at most 52 significant bits (Bot API, User.id)."""

NOT_A_PERSON = {
    1087968824: "the id that Telegram shows for every anonymous administrator of every group",
    136817688: "the id that Telegram shows for everybody who writes in the name of a channel",
    777000: "the id of Telegram's own service messages",
}
"""Ids that stand for many people or none (Bot API, Message.sender_chat)."""

_NUMBER = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_HOW_TO_FIND = "The person can send me /whoami to see the number."


class Admins:
    """Who you are to this bot, and who looks after it."""

    def __init__(self, context: Context) -> None:
        self._bot = context.bot
        self._admins = context.shared(ADMINS)
        self._log = Log(context.shared)

    @hookimpl
    def handlers(self) -> list[Handler]:
        """Answer /whoami and /admins."""
        return [
            handler("/whoami", self.whoami, help="Your Telegram id, and what you may do here", examples=["/whoami"]),
            handler("/admins(?: +list)?", self.show, help="Owners and admins of this bot",
                    family="/admins list", examples=["/admins list"], access="admin"),
            handler("/admins +add(?: +(?P<who>.+))?", self.add, help="Make someone an admin",
                    family="/admins add <id>", examples=["/admins add 123456789"], access="owner"),
            handler("/admins +remove(?: +(?P<who>.+))?", self.remove, help="Take the role back",
                    family="/admins remove <id>", examples=["/admins remove 123456789"], access="owner"),
            handler(r"/admins\b[\s\S]*", self.explain, access="admin"),
        ]  # fmt: skip

    async def whoami(self, request: Request) -> str:
        """Tell an id: the one thing an owner needs to know to make someone an admin."""
        user = request.user
        if user is None:
            return "You write in the name of a chat, so I cannot know who you are. Ask me in a private chat."
        if user.id in self._bot.owners:
            return f"Your id is {user.id}. You are an owner of this bot."
        if await self._bot.has_role(request, "admin"):
            return f"Your id is {user.id}. You are an admin of this bot."
        if not self._bot.owners:
            return (f"Your id is {user.id}. This bot has no owner yet: whoever runs it can write "
                    f"owners = [{user.id}] into bot.toml, under [bot].")  # fmt: skip
        return f"Your id is {user.id}. An owner of this bot can make you an admin with: /admins add {user.id}"

    async def show(self, request: Request) -> str:
        """Name everyone who may do more than others, and whom to thank for it."""
        owners = [f"• {owner}" for owner in sorted(self._bot.owners)]
        admins = [f"• {key}{_since(value)}" for key, value in await self._admins.items() if value and _id(key)]
        return "\n".join([
            "Owners:", *(owners or ["• nobody yet"]),
            "", "Admins:", *(admins or ["• nobody yet; /admins add <id> makes someone one"]),
        ])  # fmt: skip

    async def add(self, request: Request, who: str | None) -> str:
        """Make someone an admin, unless the id is no person's."""
        user_id = _id(who or "")
        if user_id is None:
            return _no_number(who, "/admins add")
        if why := _no_person(user_id):
            return why
        if user_id in self._bot.owners:
            return f"{user_id} is an owner, and may do all that admins may."
        record: Json = {"by": _asker(request), "at": datetime.now(UTC).isoformat(timespec="seconds")}
        if not await self._change(request, str(user_id), lambda old: old or record):
            return f"{user_id} is an admin already{_since(await self._admins.get(str(user_id)))}."
        logger.info("%s made %s an admin", _asker(request), user_id)
        self._bot.refresh_menus(user_id)
        return f"{user_id} is an admin now. /help will show them what they may do."

    async def remove(self, request: Request, who: str | None) -> str:
        """Take the role back; owners have theirs from bot.toml."""
        user_id = _id(who or "")
        if user_id is None:
            return _no_number(who, "/admins remove")
        if user_id in self._bot.owners:
            return f"{user_id} is an owner. Owners are named in bot.toml, and can only be removed there."
        if not await self._change(request, str(user_id), lambda _: None):
            return f"{user_id} is no admin, so nothing has changed. /admins list shows who is."
        logger.info("%s removed the admin %s", _asker(request), user_id)
        self._bot.refresh_menus(user_id)
        return f"{user_id} is no admin any more."

    async def _change(self, request: Request, key: str, change: Callable[[Json], Json]) -> bool:
        """Change one record, and say whether that changed anything."""
        return bool(await self._log.apply(Act.of(request), self._admins, [key], lambda old: {key: change(old[key])}))

    async def explain(self, request: Request) -> str:
        """Answer whatever else follows /admins."""
        if await self._bot.has_role(request, "owner"):
            return "Write /admins list, /admins add <id> or /admins remove <id>."
        return "Write /admins list. Only an owner of this bot can add or remove admins."


def _id(text: str) -> int | None:
    """Read a number as people write it; None when it is none."""
    return int(text) if _NUMBER.fullmatch(text.strip()) else None


def _no_number(who: str | None, command: str) -> str:
    if not who:
        return f"Write the person's number behind it: {command} 123456789. {_HOW_TO_FIND}"
    if who.lstrip().startswith("@"):
        return f"A user name can change hands, so admins are known by their number only. {_HOW_TO_FIND}"
    return f"That is not one number, such as 123456789. {_HOW_TO_FIND}"


def _no_person(user_id: int) -> str | None:
    """Say why nobody with this id can be an admin; None when somebody may."""
    if user_id in NOT_A_PERSON:
        return f"{user_id} is no person: it is {NOT_A_PERSON[user_id]}. Making it an admin would let in strangers."
    if user_id < 0:
        return f"{user_id} is a group or a channel; only a person can be an admin. {_HOW_TO_FIND}"
    if not user_id or user_id > LARGEST_ID:
        return f"Nobody on Telegram can have the id {user_id}. {_HOW_TO_FIND}"
    return None


def _asker(request: Request) -> int | None:
    return request.user.id if request.user else None


def _since(record: Json) -> str:
    """Say who made someone an admin and when, as far as a record that may be edited by hand tells."""
    if not isinstance(record, dict):
        return ""
    by, at = record.get("by"), record.get("at")
    day = at[:10] if isinstance(at, str) and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", at) else None
    return (f", made by {by}" if isinstance(by, int) else "") + (f" on {day}" if day else "")
