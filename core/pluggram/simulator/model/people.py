"""People: what a person can do in Telegram. Everything a bot hears begins here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pluggram.simulator.errors import JsonObject, SimulatorError
from pluggram.simulator.model.accounts import CHANNEL_BOT, GROUP_ANONYMOUS_BOT, Account
from pluggram.simulator.model.bots import Bot
from pluggram.simulator.model.chats import Chat
from pluggram.simulator.model.content import Content, Service
from pluggram.simulator.model.membership import set_blocked
from pluggram.simulator.model.menus import menu
from pluggram.simulator.model.messages import Message
from pluggram.simulator.model.participants import Participant
from pluggram.simulator.model.queries import CallbackQuery, InlineQuery
from pluggram.simulator.model.typed import attached_file, attached_photo, retyped, typed_text


@dataclass(eq=False)
class User(Participant):
    """A person. Whatever Telegram's app would not let him do raises SimulatorError."""

    def send(
        self, chat: Chat, text: str, *, reply_to: Message | None = None, as_chat: Chat | None = None, thread_id: int = 0
    ) -> Message:
        """Write a message; in a group `as_chat` lets a channel's administrator speak in the channel's name."""
        message = self._compose(chat, typed_text(text), reply_to, as_chat)
        message.thread_id = thread_id
        return self.world.publish(message)

    def send_document(
        self, chat: Chat, name: str, content: bytes, *, caption: str = "", reply_to: Message | None = None
    ) -> Message:
        """Send a file."""
        document = attached_file(self.world.files, name, content, caption)
        return self.world.publish(self._compose(chat, document, reply_to))

    def send_photo(
        self, chat: Chat, name: str, content: bytes, *, caption: str = "", reply_to: Message | None = None
    ) -> Message:
        """Send a picture as a photo; bots do not see its name."""
        photo = attached_photo(self.world.files, name, content, caption)
        return self.world.publish(self._compose(chat, photo, reply_to))

    def edit(self, message: Message, text: str) -> Message:
        """Change the text of one's own message, or the caption of its photo or file."""
        if message.author is not self or not message.standing or message.via_bot or message.forward_origin:
            raise SimulatorError(f"{self.name} did not write message {message.id}")
        message.content = retyped(message.content, text)
        self.world.revise(message)
        return message

    def delete(self, message: Message) -> None:
        """Delete a message; bots are not told (Bot API has no update for it)."""
        if message.author is not self and message.chat.type != "private" and not message.chat.is_administrator(self):
            raise SimulatorError(f"{self.name} cannot delete message {message.id}")
        self.world.erase(message)

    def forward(self, message: Message, chat: Chat) -> Message:
        """Forward a message; who wrote it stands in forward_origin."""
        if message.protected or isinstance(message.content, Service):
            raise SimulatorError(f"message {message.id} cannot be forwarded")
        forward = self._compose(chat, message.content)
        forward.forward_origin = message.origin
        return self.world.publish(forward)

    def press(self, message: Message, button: str | JsonObject) -> CallbackQuery:
        """Press an inline button, named by its callback_data or its label."""
        for each in message.buttons if message.standing else []:
            if button in (each, each.get("callback_data"), each["text"]) and "callback_data" in each:
                return self.world.ask_callback(self, message, str(each["callback_data"]))
        raise SimulatorError(f"message {message.id} has no button {button!r} that could be pressed")

    def inline(self, bot: Bot, query: str, *, chat: Chat | None = None, offset: str = "") -> InlineQuery:
        """Type `@bot query` in a chat; without one, in the chat with the bot itself."""
        kind = "sender" if chat is None else str(chat.type)
        return self.world.ask_inline(self, bot, query, kind, offset)

    def choose(self, query: InlineQuery, result_id: str, chat: Chat) -> Message:
        """Send a result of an answered inline query: a message via the bot."""
        results = query.answer.results if query.answer else ()
        result = next((each for each in results if each.id == result_id), None)
        if result is None:
            raise SimulatorError(f"inline query {query.id} has no result {result_id!r}")
        if result.content is None:
            raise SimulatorError(f"what the {result.kind} {result_id!r} sends could only be fetched by Telegram itself")
        message = self._compose(chat, result.content)
        message.via_bot, message.keyboard = query.bot, result.keyboard
        return self.world.send_inline(query, result_id, message)

    def start(self, bot: Bot, payload: str = "") -> Message:
        """Press Start in the chat with a bot, or follow its deep link `https://t.me/<bot>?start=<payload>`."""
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,64}", payload):
            raise SimulatorError("a payload is up to 64 letters, digits, _ and -")
        return self.send(self.world.private(self, bot), f"/start {payload}".rstrip())

    def menu(self, bot: Bot, chat: Chat | None = None) -> list[JsonObject]:
        """Return the commands that a bot's menu shows him in a chat; without one, in the chat with the bot itself."""
        return menu(bot, chat or self.world.private(self, bot), self)

    def _compose(
        self, chat: Chat, content: Content, reply_to: Message | None = None, as_chat: Chat | None = None
    ) -> Message:
        sender, sender_chat = self._voice(chat, as_chat)
        message = self.world.compose(chat, content, self, reply_to)
        message.sender, message.sender_chat = sender, sender_chat
        if sender_chat is not None:
            message.author_signature = chat.member(self).title
        set_blocked(self.world, chat, blocked=False)
        return message

    def _voice(self, chat: Chat, as_chat: Chat | None) -> tuple[Account | None, Chat | None]:
        """In whose name this person speaks here: from and sender_chat of the message."""
        self.check_present(chat)
        if chat.type == "channel":
            if not chat.is_administrator(self):
                raise SimulatorError(f"only administrators of {chat.title} can post in it")
            return None, chat
        if as_chat is not None:
            if as_chat.type != "channel" or not as_chat.is_administrator(self):
                raise SimulatorError(f"{self.name} cannot speak for {as_chat.title}")
            return CHANNEL_BOT, as_chat
        return (GROUP_ANONYMOUS_BOT, chat) if chat.member(self).anonymous else (self, None)
