"""Which bots hear a message: private chats, privacy mode in groups, channels (Bot features, Privacy mode)."""

from collections.abc import Iterator

from pluggram.simulator.errors import JsonObject
from pluggram.simulator.model.bots import Bot
from pluggram.simulator.model.chats import Chat
from pluggram.simulator.model.content import Service
from pluggram.simulator.model.messages import Message
from pluggram.simulator.text.entities import span
from pluggram.simulator.text.utf16 import utf16_slice


def hearers(message: Message) -> Iterator[Bot]:
    """Return the bots that are told of a message; bots do not hear bots, but each hears what it did in a chat."""
    if isinstance(message.author, Bot):
        if isinstance(message.content, Service):
            yield message.author
        return
    for member in message.chat.members.values():
        if isinstance(member.account, Bot) and member.present and _hears(member.account, message):
            yield member.account


def update_kind(message: Message, *, edited: bool) -> str:
    """Return the field of Update that carries this message."""
    kind = "channel_post" if message.chat.type == "channel" else "message"
    return f"edited_{kind}" if edited else kind


def _hears(bot: Bot, message: Message) -> bool:
    chat = message.chat
    if isinstance(message.content, Service):
        return True
    if chat.type in ("private", "channel") or bot.can_read_all_group_messages or chat.is_administrator(bot):
        return True
    if message.via_bot is bot or (message.reply_to is not None and message.reply_to.author is bot):
        return True
    return any(_concerns(bot, message, entity) for entity in message.entities)


def _concerns(bot: Bot, message: Message, entity: JsonObject) -> bool:
    offset, length = span(entity)
    words = utf16_slice(message.text, offset, length).lower()
    if entity["type"] == "mention":
        return words == f"@{bot.username.lower()}"
    if entity["type"] != "bot_command" or offset > 0:
        return False
    _, at, name = words.partition("@")
    return name == bot.username.lower() if at else _spoke_last(message.chat) in (None, bot)


def _spoke_last(chat: Chat) -> Bot | None:
    """Return the bot that a command naming none is for; before any spoke it is for all."""
    authors = (message.author for message in reversed(chat.messages.values()))
    return next((author for author in authors if isinstance(author, Bot)), None)
