"""Accounts: what Telegram tells about a user or a bot (Bot API, User)."""

from dataclasses import dataclass

from pluggram.simulator.errors import JsonObject


@dataclass(eq=False)
class Account:
    """Someone with a Telegram id: a person or a bot."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_bot: bool = False
    hides_forwards: bool = False
    """Whether a forwarded message shows only his name (Bot API, MessageOriginHiddenUser)."""

    def json(self) -> JsonObject:
        """Return the Bot API's User."""
        optional = {"last_name": self.last_name, "username": self.username, "language_code": self.language_code}
        user: JsonObject = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        return user | {name: value for name, value in optional.items() if value}

    @property
    def name(self) -> str:
        """First and last name, as chats show them."""
        return f"{self.first_name} {self.last_name}".rstrip()


GROUP_ANONYMOUS_BOT = Account(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)
"""Stands in `from` for every administrator who is anonymous (Bot API, Message.sender_chat)."""

CHANNEL_BOT = Account(136817688, "Channel", username="Channel_Bot", is_bot=True)
"""Stands in `from` for whoever speaks in a group in a channel's name (Bot API, Message.sender_chat)."""
