"""What bots have done, numbered, so that who asks later misses nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from pluggram.simulator.errors import JsonObject, SimulatorError
from pluggram.simulator.model.events import (
    ActionShown,
    CallbackAnswered,
    Event,
    InlineAnswered,
    MessageDeleted,
    MessageEdited,
    MessageSent,
    by_bot,
)
from pluggram.simulator.model.queries import InlineQuery
from pluggram.simulator.telegram import Telegram

KEPT = 10_000
"""Events that are kept; older ones are forgotten."""


@dataclass(frozen=True)
class Journal:
    """The events of a Telegram from when it was opened."""

    telegram: Telegram
    _events: deque[Event]

    @classmethod
    @contextmanager
    def opened(cls, telegram: Telegram) -> Iterator[Journal]:
        """Keep events meanwhile."""
        with telegram.watch(KEPT) as events:
            yield cls(telegram, events)

    @property
    def last(self) -> int:
        """The number of the last event there was."""
        return self.telegram.told

    def after(self, number: int) -> list[JsonObject]:
        """Return what bots have done after the event of this number, each as an object with `number` and `kind`."""
        return [{"number": each} | _json(event) for each, event in self._after(number)]

    def count_after(self, number: int) -> int:
        """Count what bots have done after the event of this number."""
        return sum(1 for _ in self._after(number))

    def _after(self, number: int) -> Iterator[tuple[int, Event]]:
        first = self.last - len(self._events) + 1
        passed = islice(enumerate(self._events, first), max(min(number, self.last) + 1 - first, 0), None)
        return ((each, event) for each, event in passed if by_bot(event))

    def answered(self, query_id: str) -> InlineQuery:
        """Return an inline query that a bot has answered. Raises SimulatorError when none has this id."""
        for event in reversed(self._events):
            if isinstance(event, InlineAnswered) and event.query.id == query_id:
                return event.query
        raise SimulatorError(f"there is no answered inline query {query_id!r}")


def _json(event: Event) -> JsonObject:
    match event:
        case MessageSent(message):
            return {"kind": "message_sent", "message": message.json()}
        case MessageEdited(message):
            return {"kind": "message_edited", "message": message.json()}
        case MessageDeleted(message):
            return {"kind": "message_deleted", "message": message.json()}
        case CallbackAnswered(query):
            toast = query.answer
            shown = {"text": toast.text, "show_alert": toast.alert, "url": toast.url} if toast else {}
            return {"kind": "callback_answered", "query_id": query.id, **shown}
        case InlineAnswered(query):
            shown = query.answer.json() if query.answer else {}
            return {"kind": "inline_answered", "query_id": query.id, **shown}
        case ActionShown(chat, bot, action):
            return {"kind": "action_shown", "chat": chat.json(), "bot": bot.json(), "action": action}
