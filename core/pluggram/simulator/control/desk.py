"""What the control door works on: a Telegram, its journal, and who is meant when nobody is named."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from pluggram.simulator.control.journal import Journal
from pluggram.simulator.errors import SimulatorError
from pluggram.simulator.model.bots import Bot
from pluggram.simulator.model.chats import Chat
from pluggram.simulator.model.messages import Message
from pluggram.simulator.model.people import User
from pluggram.simulator.telegram import Telegram


@dataclass
class Desk:
    """A Telegram as the control door sees it."""

    telegram: Telegram
    journal: Journal
    closed: bool = False

    def close(self) -> None:
        """End what is waited for."""
        self.closed = True
        self.telegram.wake()

    async def until(self, condition: Callable[[], object], seconds: float) -> bool:
        """Wait until the condition holds, or time is over, or the door closes; return whether it holds."""
        with suppress(TimeoutError):
            await self.telegram.until(lambda: self.closed or condition(), seconds)
        return bool(condition())

    def person(self, user: User | None) -> User:
        """Return the person meant: the first there is, where none is named. The world's first person is made here."""
        if user is not None:
            return user
        return next(iter(self.telegram.users.values()), None) or self.telegram.user("Admin")

    def bot(self, bot: Bot | None) -> Bot:
        """Return the bot meant: the first there is, where none is named."""
        meant = bot or next(iter(self.telegram.bots.values()), None)
        if meant is None:
            raise SimulatorError("there is no bot yet")
        return meant

    def chat(self, chat: int | None, bot: Bot | None, user: User | None = None) -> Chat:
        """Return the chat of an id; without one, the private chat of the person with the bot.

        As in the Bot API, the id of a person is that of his private chat.
        """
        wanted = self.person(user).id if chat is None else chat
        if wanted in self.telegram.users:
            return self.telegram.private(self.telegram.users[wanted], self.bot(bot))
        if wanted not in self.telegram.chats:
            raise SimulatorError(f"there is no chat {wanted}")
        return self.telegram.chats[wanted]

    def message(self, chat: Chat, message_id: int) -> Message:
        """Return a message that stands in a chat."""
        if message_id not in chat.messages:
            raise SimulatorError(f"there is no message {message_id} in this chat")
        return chat.messages[message_id]


Verbs = dict[str, Callable[..., object]]
"""Functions that take a Desk and what a call gives, and return JSON, or an awaitable of it. Raise SimulatorError."""
