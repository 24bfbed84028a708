"""Broadcast: one message to many chats, as the plugin that sends it sees it."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

ChatId = int | str
"""A chat by its id, or a channel or group by its @name (Bot API, sendMessage)."""

Chats = Iterable[ChatId] | AsyncIterable[ChatId]
"""The chats of a broadcast: a list, or whatever gives them one after the other."""

BroadcastState = Literal["running", "done", "cancelled"]


@dataclass(frozen=True, slots=True)
class BroadcastProgress:
    """How far a broadcast is, in chats.

    total: all of them. sent: those that have it. blocked: those that the bot may not write to (Telegram's 403). failed:
    those that Telegram refused for another reason. reasons: how many of these two there are, by Telegram's words.
    state: running, done or cancelled.
    """

    total: int
    sent: int = 0
    blocked: int = 0
    failed: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    state: BroadcastState = "running"

    @property
    def left(self) -> int:
        """How many chats it has yet to be brought to, or will not be because it was cancelled."""
        return self.total - self.sent - self.blocked - self.failed


class Broadcast(Protocol):
    """One message to many chats, which goes on by itself, over restarts too, until it is done or cancelled."""

    @property
    def name(self) -> str:
        """What the plugin has called it."""

    @property
    def progress(self) -> BroadcastProgress:
        """How far it is now."""

    async def done(self) -> BroadcastProgress:
        """Wait until it is done or cancelled."""

    async def cancel(self) -> BroadcastProgress:
        """Stop it for good; what is on its way arrives. Does nothing when it is over. Raises StorageError."""

    def blocked(self) -> AsyncIterator[ChatId]:
        """Give the chats so far that the bot may not write to: whoever keeps the list can drop them."""

    def failures(self) -> AsyncIterator[tuple[ChatId, str]]:
        """Give the chats so far that Telegram refused for another reason, and its words."""
