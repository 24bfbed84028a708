"""Messages, as they stand in a chat and as bots see them (Bot API, Message)."""

from __future__ import annotations

from dataclasses import dataclass

from pluggram.simulator.errors import JsonObject
from pluggram.simulator.model.accounts import Account
from pluggram.simulator.model.chats import Chat
from pluggram.simulator.model.content import Content


@dataclass(eq=False)
class Message:
    """What stands in a chat. `keyboard` is its InlineKeyboardMarkup; `date` and `edit_date` are Unix seconds.

    `author` is who really wrote it; bots see `sender` and `sender_chat`, which may hide him. A `silent` one came
    without a sound, a `protected` one cannot be forwarded or saved.
    """

    chat: Chat
    id: int
    date: int
    author: Account
    content: Content
    sender: Account | None = None
    sender_chat: Chat | None = None
    reply_to: Message | None = None
    via_bot: Account | None = None
    forward_origin: JsonObject | None = None
    keyboard: JsonObject | None = None
    thread_id: int = 0
    author_signature: str = ""
    edit_date: int = 0
    silent: bool = False
    protected: bool = False
    media_group_id: str = ""
    inline_id: str = ""
    """The inline_message_id of one that was sent by way of an inline query."""
    locked: bool = False
    """Whether it came with a reply keyboard: then even its bot cannot edit it."""

    def json(self, *, nested: bool = False) -> JsonObject:
        """Return the Bot API's Message; a nested one, being a reply's target, leaves its own target out."""
        message: JsonObject = {"message_id": self.id, "chat": self.chat.json(), "date": self.date}
        optional: JsonObject = {
            "from": self.sender and self.sender.json(),
            "sender_chat": self.sender_chat and self.sender_chat.json(),
            "author_signature": self.author_signature,
            "message_thread_id": self.thread_id,
            "edit_date": self.edit_date,
            "forward_origin": self.forward_origin,
            "reply_to_message": None if nested or self.reply_to is None else self.reply_to.json(nested=True),
            "via_bot": self.via_bot and self.via_bot.json(),
            "has_protected_content": self.protected,
            "media_group_id": self.media_group_id,
            "reply_markup": self.keyboard,
        }
        return message | self.content.json() | {name: value for name, value in optional.items() if value}

    @property
    def text(self) -> str:
        """The words of the message: its text, or the caption of its photo or file."""
        return self.content.words.text

    @property
    def entities(self) -> list[JsonObject]:
        """The entities of the words (Bot API, MessageEntity)."""
        return self.content.words.entities

    @property
    def origin(self) -> JsonObject:
        """The Bot API's MessageOrigin, which a forward of it carries."""
        date: JsonObject = {"date": self.date}
        if self.forward_origin is not None:
            return self.forward_origin
        if self.chat.type == "channel":
            return {"type": "channel", "chat": self.chat.json(), "message_id": self.id} | date
        if self.sender_chat is not None:
            return {"type": "chat", "sender_chat": self.sender_chat.json()} | date
        if self.author.hides_forwards:
            return {"type": "hidden_user", "sender_user_name": self.author.name} | date
        return {"type": "user", "sender_user": self.author.json()} | date

    @property
    def buttons(self) -> list[JsonObject]:
        """The inline buttons, row by row (Bot API, InlineKeyboardButton)."""
        rows = self.keyboard["inline_keyboard"] if self.keyboard else []
        return [button for row in rows for button in row] if isinstance(rows, list) else []

    @property
    def standing(self) -> bool:
        """Whether the message has not been deleted."""
        return self.chat.messages.get(self.id) is self

    @property
    def pinned(self) -> bool:
        """Whether the message is one of its chat's pinned ones."""
        return any(each is self for each in self.chat.pinned)
