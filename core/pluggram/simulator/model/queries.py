"""Questions that a person's touch puts to a bot: pressed buttons and inline queries, with their answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pluggram.simulator.errors import JsonObject
from pluggram.simulator.model.accounts import Account
from pluggram.simulator.model.content import Content
from pluggram.simulator.model.messages import Message

if TYPE_CHECKING:
    from pluggram.simulator.model.bots import Bot

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
    bot: Bot
    sender: Account
    message: Message
    data: str
    asked: float
    answer: Toast | None = None

    def json(self) -> JsonObject:
        """Return the Bot API's CallbackQuery; a deleted message is an InaccessibleMessage."""
        query: JsonObject = {
            "id": self.id,
            "from": self.sender.json(),
            "chat_instance": str(7_000_000_000_000_000_000 + abs(self.message.chat.id)),
            "data": self.data,
        }
        if self.message.inline_id:
            return query | {"inline_message_id": self.message.inline_id}
        gone: JsonObject = {"chat": self.message.chat.json(), "message_id": self.message.id, "date": 0}
        return query | {"message": self.message.json() if self.message.standing else gone}


@dataclass(frozen=True)
class InlineResult:
    """One thing that a bot offers (Bot API, InlineQueryResult).

    `content` is what choosing it sends; None where only Telegram itself could fetch that, by its URL.
    """

    id: str
    kind: str
    title: str
    description: str
    content: Content | None
    keyboard: JsonObject | None

    def json(self) -> JsonObject:
        """Return what a person sees of it, and the message that choosing it sends."""
        message = self.content.json() if self.content else {}
        message |= {"reply_markup": self.keyboard} if self.keyboard else {}
        shown: JsonObject = {"id": self.id, "type": self.kind, "title": self.title, "description": self.description}
        return shown | {"message": message}


@dataclass(frozen=True)
class InlineAnswer:
    """What answerInlineQuery offers; `button` is the InlineQueryResultsButton above, `cache_time` is in seconds."""

    results: tuple[InlineResult, ...]
    next_offset: str = ""
    cache_time: int = 300
    personal: bool = False
    button: JsonObject | None = None

    def json(self) -> JsonObject:
        """Return what a person sees of the answer."""
        results = [result.json() for result in self.results]
        return {"results": results, "next_offset": self.next_offset, "button": self.button}


@dataclass(eq=False)
class InlineQuery:
    """What a person typed behind the bot's name; `answer` is None until the bot calls answerInlineQuery."""

    id: str
    bot: Bot
    sender: Account
    query: str
    asked: float
    offset: str = ""
    chat_type: str = "sender"
    answer: InlineAnswer | None = None

    def json(self) -> JsonObject:
        """Return the Bot API's InlineQuery."""
        return {
            "id": self.id,
            "from": self.sender.json(),
            "chat_type": self.chat_type,
            "query": self.query,
            "offset": self.offset,
        }

    def chosen(self, result_id: str, message: Message) -> JsonObject:
        """Return the Bot API's ChosenInlineResult, for the message that was sent of a result."""
        chosen: JsonObject = {"result_id": result_id, "from": self.sender.json(), "query": self.query}
        return chosen | ({"inline_message_id": message.inline_id} if message.keyboard else {})
