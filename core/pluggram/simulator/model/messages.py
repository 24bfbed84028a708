"""Messages, as they stand in a chat and as bots see them (Bot API, Message)."""

from __future__ import annotations

from dataclasses import dataclass, field

from pluggram.simulator.errors import JsonObject
from pluggram.simulator.model.accounts import Account
from pluggram.simulator.model.chats import Chat


@dataclass(eq=False)
class Message:
    """A text message. `keyboard` is its InlineKeyboardMarkup; `date` and `edit_date` are Unix seconds.

    `author` is who really wrote it; bots see `sender` and `sender_chat`, which may hide him.
    """

    chat: Chat
    id: int
    date: int
    author: Account
    text: str
    entities: list[JsonObject] = field(default_factory=list)
    sender: Account | None = None
    sender_chat: Chat | None = None
    reply_to: Message | None = None
    via_bot: Account | None = None
    forward_origin: JsonObject | None = None
    keyboard: JsonObject | None = None
    thread_id: int = 0
    author_signature: str = ""
    edit_date: int = 0

    def json(self, *, nested: bool = False) -> JsonObject:
        """Return the Bot API's Message; a nested one, being a reply's target, leaves its own target out."""
        message: JsonObject = {"message_id": self.id, "chat": self.chat.json(), "date": self.date, "text": self.text}
        optional: JsonObject = {
            "from": self.sender and self.sender.json(),
            "sender_chat": self.sender_chat and self.sender_chat.json(),
            "author_signature": self.author_signature,
            "message_thread_id": self.thread_id,
            "edit_date": self.edit_date,
            "forward_origin": self.forward_origin,
            "reply_to_message": None if nested or self.reply_to is None else self.reply_to.json(nested=True),
            "via_bot": self.via_bot and self.via_bot.json(),
            "entities": self.entities,
            "reply_markup": self.keyboard,
        }
        return message | {name: value for name, value in optional.items() if value}

    @property
    def buttons(self) -> list[JsonObject]:
        """The inline buttons, row by row (Bot API, InlineKeyboardButton)."""
        rows = self.keyboard["inline_keyboard"] if self.keyboard else []
        return [button for row in rows for button in row] if isinstance(rows, list) else []

    @property
    def standing(self) -> bool:
        """Whether the message has not been deleted."""
        return self.chat.messages.get(self.id) is self
