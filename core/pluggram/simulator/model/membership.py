"""Who comes, goes and rises in a chat, with all that bots are told of it (Bot API, ChatMemberUpdated)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pluggram.simulator.errors import JsonObject
from pluggram.simulator.model.accounts import Account
from pluggram.simulator.model.bots import Bot
from pluggram.simulator.model.chats import Chat, Member

if TYPE_CHECKING:
    from pluggram.simulator.model.world import World


def change_member(world: World, chat: Chat, member: Member, actor: Account) -> None:
    """Make an account something else in a chat; it is told if it is a bot, and so is every administrating bot."""
    account, old = member.account, chat.member(member.account)
    watching = [each.account for each in chat.members.values() if chat.is_administrator(each.account)]
    chat.members[account.id] = member
    update = _update(world, chat, old, member, actor)
    if isinstance(account, Bot):
        account.updates.push("my_chat_member", update)
    for each in watching:
        if isinstance(each, Bot) and each is not account:
            each.updates.push("chat_member", update)


def bring_in(world: World, chat: Chat, accounts: Sequence[Account], actor: Account) -> None:
    """Let accounts join; they join by themselves where the actor is one of them."""
    for account in accounts:
        change_member(world, chat, Member(account), actor)
    if chat.type != "channel":
        world.announce(chat, actor, {"new_chat_members": [account.json() for account in accounts]})


def take_out(world: World, chat: Chat, account: Account, actor: Account) -> None:
    """Let an account go; who does not go by himself is kicked."""
    if chat.type != "channel":
        world.announce(chat, actor, {"left_chat_member": account.json()})
    change_member(world, chat, Member(account, "left" if actor is account else "kicked"), actor)


def set_blocked(world: World, chat: Chat, *, blocked: bool) -> None:
    """Let the person of a private chat block its bot, or take it back; nothing happens where it is so already."""
    if chat.blocked is blocked:
        return
    chat.blocked = blocked
    for bot in (each.account for each in chat.members.values()):
        if isinstance(bot, Bot):
            standing, banned = Member(bot), Member(bot, "kicked")
            old, new = (standing, banned) if blocked else (banned, standing)
            bot.updates.push("my_chat_member", _update(world, chat, old, new, chat.person))


def _update(world: World, chat: Chat, old: Member, new: Member, actor: Account) -> JsonObject:
    return {
        "chat": chat.json(),
        "from": actor.json(),
        "date": int(world.clock()),
        "old_chat_member": old.json(chat.type),
        "new_chat_member": new.json(chat.type),
    }
