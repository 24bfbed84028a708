"""Questions that a person's touch puts to a bot: pressed buttons and inline queries, with their answers."""

from dataclasses import dataclass

from pluggram.simulator.errors import JsonObject
from pluggram.simulator.model.accounts import Account
from pluggram.simulator.model.messages import Message

CALLBACK_LIFETIME = 30.0
"""Seconds a pressed button waits for its answer. Telegram publishes no number; bots report 15 to 60."""


@dataclass(frozen=True)
class Toast:
    """What answerCallbackQuery shows: a notice at the top of the chat, or an alert to be closed."""

    text: str = ""
    alert: bool = False
    url: str = ""


@dataclass(eq=False)
class CallbackQuery:
    """A pressed button; `answer` is None until the bot calls answerCallbackQuery."""

    id: str
    sender: Account
    message: Message
    data: str
    asked: float
    answer: Toast | None = None

    def json(self) -> JsonObject:
        """Return the Bot API's CallbackQuery; a deleted message is an InaccessibleMessage."""
        gone: JsonObject = {"chat": self.message.chat.json(), "message_id": self.message.id, "date": 0}
        return {
            "id": self.id,
            "from": self.sender.json(),
            "message": self.message.json() if self.message.standing else gone,
            "chat_instance": str(7_000_000_000_000_000_000 + abs(self.message.chat.id)),
            "data": self.data,
        }


@dataclass(eq=False)
class InlineQuery:
    """What a person typed behind the bot's name; `results` is None until the bot answers."""

    id: str
    sender: Account
    query: str
    asked: float
    offset: str = ""
    chat_type: str = "sender"
    results: list[JsonObject] | None = None
    next_offset: str = ""

    def json(self) -> JsonObject:
        """Return the Bot API's InlineQuery."""
        return {
            "id": self.id,
            "from": self.sender.json(),
            "chat_type": self.chat_type,
            "query": self.query,
            "offset": self.offset,
        }
