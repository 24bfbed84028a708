"""People in chats: how they come and go, rise and fall, block and pin. Everything a bot hears of it begins here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pluggram.simulator.errors import SimulatorError
from pluggram.simulator.model.accounts import Account
from pluggram.simulator.model.bots import Bot
from pluggram.simulator.model.chats import Chat, Member
from pluggram.simulator.model.membership import bring_in, change_member, set_blocked, take_out
from pluggram.simulator.model.messages import Message
from pluggram.simulator.model.pins import pin
from pluggram.simulator.model.rights import USUAL_RIGHTS

if TYPE_CHECKING:
    from pluggram.simulator.model.world import World


@dataclass(eq=False)
class Participant(Account):
    """A person, as far as chats go. Whatever Telegram's app would not let him do raises SimulatorError."""

    world: World = field(kw_only=True, repr=False)

    def block(self, bot: Bot) -> None:
        """Block a bot: it can no longer write to this person, until he writes to it or unblocks it."""
        set_blocked(self.world, self.world.private(self, bot), blocked=True)

    def unblock(self, bot: Bot) -> None:
        """Take a block back."""
        set_blocked(self.world, self.world.private(self, bot), blocked=False)

    def join(self, chat: Chat) -> None:
        """Join a group or channel."""
        if not chat.member(self).present:
            bring_in(self.world, chat, [self], self)

    def leave(self, chat: Chat) -> None:
        """Leave a group or channel."""
        self.check_present(chat)
        take_out(self.world, chat, self, self)

    def add(self, chat: Chat, *accounts: Account) -> None:
        """Add people and bots to a group; only an administrator can add them to a channel."""
        self.check_present(chat)
        if chat.type == "channel" and not chat.may(self, "can_invite_users"):
            raise SimulatorError(f"{self.name} cannot add anybody to {chat.title}")
        for bot in accounts:
            if isinstance(bot, Bot) and not bot.can_join_groups:
                raise SimulatorError(f"@{bot.username} cannot be added to groups")
        new = [account for account in accounts if not chat.member(account).present]
        if new:
            bring_in(self.world, chat, new, self)

    def remove(self, chat: Chat, account: Account) -> None:
        """Remove somebody from a group or channel, as its administrator."""
        self.check_right(chat, "can_restrict_members")
        take_out(self.world, chat, account, self)

    def promote(
        self, chat: Chat, account: Account, *, anonymous: bool = False, title: str = "",
        rights: Iterable[str] = USUAL_RIGHTS,
    ) -> None:  # fmt: skip
        """Make somebody an administrator."""
        self.check_right(chat, "can_promote_members")
        member = chat.promoted(account, anonymous=anonymous, title=title, rights=rights)
        change_member(self.world, chat, member, self)

    def demote(self, chat: Chat, account: Account) -> None:
        """Make an administrator an ordinary member again."""
        self.check_right(chat, "can_promote_members")
        change_member(self.world, chat, Member(account), self)

    def pin(self, message: Message) -> None:
        """Pin a message."""
        if message.chat.type != "private":
            self.check_right(
                message.chat, "can_edit_messages" if message.chat.type == "channel" else "can_pin_messages"
            )
        pin(self.world, message, self)

    def check_present(self, chat: Chat) -> None:
        """Raise SimulatorError where this person is not in the chat."""
        if not chat.member(self).present:
            raise SimulatorError(f"{self.name} is not in {chat.title or 'this private chat'}")

    def check_right(self, chat: Chat, right: str) -> None:
        """Raise SimulatorError where this person has not this administrator's right, as `can_pin_messages`."""
        if not chat.may(self, right):
            raise SimulatorError(f"{self.name} lacks the right {right} in {chat.title}")
