"""Verbs that make people, bots and chats."""

from pluggram.simulator.control.desk import Desk, Verbs
from pluggram.simulator.errors import JsonObject
from pluggram.simulator.model.accounts import Account
from pluggram.simulator.model.people import User


def bot(desk: Desk, username: str, token: str = "", first_name: str = "", privacy: bool = True) -> JsonObject:
    """Make a bot, and answer its token too; `privacy` is @BotFather's privacy mode."""
    made = desk.telegram.bot(username, first_name=first_name, token=token, privacy=privacy)
    return made.json() | {"token": made.token}


def user(desk: Desk, first_name: str, last_name: str = "", username: str = "", id: int = 0) -> JsonObject:
    """Make a person."""
    return desk.telegram.user(first_name, id=id, last_name=last_name, username=username).json()


def group(desk: Desk, title: str, owner: User | None = None, members: list[Account] | None = None) -> JsonObject:
    """Make a basic group."""
    return desk.telegram.group(title, desk.person(owner), *(members or [])).json()


def supergroup(
    desk: Desk, title: str, owner: User | None = None, members: list[Account] | None = None, username: str = ""
) -> JsonObject:
    """Make a supergroup; with a username it is public."""
    return desk.telegram.supergroup(title, desk.person(owner), *(members or []), username=username).json()


def channel(
    desk: Desk, title: str, owner: User | None = None, members: list[Account] | None = None, username: str = ""
) -> JsonObject:
    """Make a channel; with a username it is public."""
    return desk.telegram.channel(title, desk.person(owner), *(members or []), username=username).json()


def migrate(desk: Desk, chat: int) -> JsonObject:
    """Turn a basic group into a supergroup, and return that."""
    return desk.telegram.migrate(desk.chat(chat, None)).json()


def join(desk: Desk, chat: int, user: User | None = None) -> bool:
    """Join a group or channel."""
    desk.person(user).join(desk.chat(chat, None))
    return True


def leave(desk: Desk, chat: int, user: User | None = None) -> bool:
    """Leave a group or channel."""
    desk.person(user).leave(desk.chat(chat, None))
    return True


def add(desk: Desk, chat: int, accounts: list[Account], user: User | None = None) -> bool:
    """Add people and bots to a chat."""
    desk.person(user).add(desk.chat(chat, None), *accounts)
    return True


def remove(desk: Desk, chat: int, account: Account, user: User | None = None) -> bool:
    """Remove somebody from a chat, as its administrator."""
    desk.person(user).remove(desk.chat(chat, None), account)
    return True


def promote(
    desk: Desk, chat: int, account: Account, user: User | None = None, title: str = "", anonymous: bool = False
) -> bool:
    """Make somebody an administrator of a chat."""
    desk.person(user).promote(desk.chat(chat, None), account, title=title, anonymous=anonymous)
    return True


def demote(desk: Desk, chat: int, account: Account, user: User | None = None) -> bool:
    """Make an administrator an ordinary member again."""
    desk.person(user).demote(desk.chat(chat, None), account)
    return True


VERBS: Verbs = {
    "bot": bot, "user": user, "group": group, "supergroup": supergroup, "channel": channel,
    "migrate": migrate, "join": join,
    "leave": leave, "add": add, "remove": remove, "promote": promote, "demote": demote,
}  # fmt: skip
