"""What happens in the simulator, for the doors and tests that look on."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pluggram.simulator.model.bots import Bot
from pluggram.simulator.model.chats import Chat
from pluggram.simulator.model.messages import Message
from pluggram.simulator.model.queries import CallbackQuery, InlineQuery


@dataclass(frozen=True)
class MessageSent:
    """A message stands in its chat; `message` is a copy, as it was then."""

    message: Message


@dataclass(frozen=True)
class MessageEdited:
    """A message has another text or other buttons now; `message` is a copy, as it was then."""

    message: Message


@dataclass(frozen=True)
class MessageDeleted:
    """A message is gone."""

    message: Message


@dataclass(frozen=True)
class CallbackAnswered:
    """A bot answered a pressed button; `query.answer` is what the person sees."""

    query: CallbackQuery


@dataclass(frozen=True)
class InlineAnswered:
    """A bot answered an inline query; `query.answer` is what the person may choose from."""

    query: InlineQuery


@dataclass(frozen=True)
class ActionShown:
    """A bot shows what it is doing, for example `typing` (Bot API, sendChatAction)."""

    chat: Chat
    bot: Bot
    action: str


Event = MessageSent | MessageEdited | MessageDeleted | CallbackAnswered | InlineAnswered | ActionShown


def by_bot(event: Event) -> bool:
    """Tell whether a bot did it."""
    match event:
        case MessageEdited(message) if message.via_bot is not None:
            return True
        case MessageSent(message) | MessageEdited(message) | MessageDeleted(message):
            return isinstance(message.author, Bot)
        case _:
            return True


class Changes:
    """Tells observers what happened, and wakes who waits for a condition. All in one event loop.

    `told` is how many events there have been.
    """

    def __init__(self) -> None:
        self.told = 0
        self._watches: list[deque[Event]] = []
        self._waiting: asyncio.Future[None] | None = None

    def tell(self, event: Event) -> None:
        """Hand an event to all who watch."""
        self.told += 1
        for watch in self._watches:
            watch.append(event)
        self.wake()

    def wake(self) -> None:
        """Have every condition that is waited for tested again."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
        self._waiting = None

    @contextmanager
    def watch(self, last: int | None = None) -> Iterator[deque[Event]]:
        """Collect what happens from now on, if so wanted only the last so many; the reader takes from the left."""
        events: deque[Event] = deque(maxlen=last)
        self._watches.append(events)
        try:
            yield events
        finally:
            self._watches = [each for each in self._watches if each is not events]

    async def changed(self) -> None:
        """Wait for the next change."""
        if self._waiting is None:
            self._waiting = asyncio.get_running_loop().create_future()
        await asyncio.shield(self._waiting)

    async def until(self, condition: Callable[[], object], seconds: float | None = 10.0) -> None:
        """Wait until the condition holds, testing it at every change; None waits for ever. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not condition():
                await self.changed()
