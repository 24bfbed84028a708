"""Chats: private ones, groups, supergroups and channels, their members and their messages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pluggram.simulator.errors import JsonObject, SimulatorError
from pluggram.simulator.model.accounts import Account
from pluggram.simulator.model.rights import RIGHTS, USUAL_RIGHTS

if TYPE_CHECKING:
    from pluggram.simulator.model.messages import Message

ChatType = Literal["private", "group", "supergroup", "channel"]
Status = Literal["creator", "administrator", "member", "left", "kicked"]
"""Bot API, ChatMember.status."""


@dataclass(eq=False)
class Member:
    """What an account is in a chat."""

    account: Account
    status: Status = "member"
    anonymous: bool = False
    title: str = ""
    rights: frozenset[str] = USUAL_RIGHTS
    """What an administrator may do (Bot API, ChatMemberAdministrator)."""

    def json(self, chat_type: ChatType) -> JsonObject:
        """Return the Bot API's ChatMember, in a chat of this type."""
        member: JsonObject = {"user": self.account.json(), "status": self.status}
        if self.status == "kicked":
            return member | {"until_date": 0}
        if self.status not in ("creator", "administrator"):
            return member
        member |= {"is_anonymous": self.anonymous} | ({"custom_title": self.title} if self.title else {})
        if self.status == "creator":
            return member
        return member | {"can_be_edited": False} | {name: name in self.rights for name in RIGHTS[chat_type]}

    @property
    def present(self) -> bool:
        """Whether the account is in the chat now."""
        return self.status not in ("left", "kicked")


@dataclass(eq=False)
class Chat:
    """A conversation; `messages` by message_id, in the order they were sent.

    What is done to its members here was so all along and nobody is told; what a User does, bots hear of.
    """

    id: int
    type: ChatType
    title: str = ""
    username: str = ""
    members: dict[int, Member] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[Message] = field(default_factory=list)
    """The pinned messages, the latest last."""
    last_message_id: int = 0
    blocked: bool = False
    """In a private chat: the person has blocked the bot."""
    migrated_to: Chat | None = None
    """The supergroup that this group has become; it is of no use any more."""

    def json(self) -> JsonObject:
        """Return the Bot API's Chat."""
        if self.type == "private":
            person = self.person.json()
            return {"id": self.id, "type": "private"} | {
                name: person[name] for name in ("first_name", "last_name", "username") if name in person
            }
        chat: JsonObject = {"id": self.id, "type": self.type, "title": self.title}
        return chat | ({"username": self.username} if self.username else {})

    @property
    def person(self) -> Account:
        """The person of a private chat. Raises SimulatorError for any other chat."""
        for member in self.members.values():
            if self.type == "private" and not member.account.is_bot:
                return member.account
        raise SimulatorError(f"{self.title or self.id} is no private chat")

    @property
    def creator(self) -> Account:
        """Whose group or channel it is. Raises SimulatorError for a private chat."""
        for member in self.members.values():
            if member.status == "creator":
                return member.account
        raise SimulatorError(f"{self.title or self.id} belongs to nobody")

    @property
    def started(self) -> bool:
        """Whether a bot may write here: in a private chat the person has to speak first."""
        return self.type != "private" or self.last_message_id > 0

    @property
    def latest(self) -> Message | None:
        """The last message that still stands."""
        return next(reversed(self.messages.values()), None)

    def member(self, account: Account) -> Member:
        """Return what the account is here; one who never was here has left."""
        return self.members.get(account.id) or Member(account, "left")

    def add(self, *accounts: Account) -> None:
        """Let accounts join as members; who is here already stays what he is."""
        for account in accounts:
            if not self.member(account).present:
                self.members[account.id] = Member(account)

    def promote(
        self, account: Account, *, anonymous: bool = False, title: str = "", rights: Iterable[str] = USUAL_RIGHTS
    ) -> None:
        """Make an account an administrator; an anonymous one speaks in the group's name."""
        self.members[account.id] = self.promoted(account, anonymous=anonymous, title=title, rights=rights)

    def promoted(
        self, account: Account, *, anonymous: bool = False, title: str = "", rights: Iterable[str] = USUAL_RIGHTS
    ) -> Member:
        """Return what the account would be as an administrator; the creator stays creator."""
        status: Status = "creator" if self.member(account).status == "creator" else "administrator"
        return Member(account, status, anonymous, title, frozenset(rights))

    def demote(self, account: Account) -> None:
        """Make an administrator an ordinary member again."""
        self.members[account.id] = Member(account)

    def remove(self, account: Account, *, kicked: bool = False) -> None:
        """Let an account leave, or have it kicked."""
        self.members[account.id] = Member(account, "kicked" if kicked else "left")

    def may(self, account: Account, right: str) -> bool:
        """Tell whether the account is an administrator here with this right, such as `can_pin_messages`."""
        member = self.member(account)
        return member.status == "creator" or (member.status == "administrator" and right in member.rights)

    def is_administrator(self, account: Account) -> bool:
        """Tell whether the account administers this chat."""
        return self.member(account).status in ("creator", "administrator")
