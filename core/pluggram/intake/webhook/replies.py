"""Posts that are held for a while, for the answer to their update may travel in the response."""

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

import orjson

from pluggram.intake.webhook.answer import TAKEN, Answer

PATIENCE = 2.0
"""Seconds that a post is held: until then it takes one of Telegram's connections (max_connections)."""


class Held(Protocol):
    """A post that waits for its answer."""

    @property
    def is_open(self) -> bool:
        """Whether its sender is still there."""

    def answered(self, answer: Answer) -> None:
        """Take the answer."""


class Replies:
    """Knows the posts that are held, by the ids of their updates; who is not told of a reply for `seconds` is let go.

    From the Bot API, "Making requests when getting updates".
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._held: dict[object, tuple[Held, float]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def hold(self, update_id: object, post: Held) -> None:
        """Hold a post until it is replied to or let go; one whose update is held already is let go at once."""
        if update_id in self._held:
            post.answered(TAKEN)
            return
        loop = asyncio.get_running_loop()
        due = loop.time() + self._seconds
        self._held[update_id] = post, due
        if self._timer is None:
            self._timer = loop.call_at(due, self._look)

    def holds(self, update_id: object) -> bool:
        """Tell whether the post of an update can be replied to."""
        held = self._held.get(update_id)
        return held is not None and held[0].is_open

    def reply(self, update_id: object, method: str, parameters: Mapping[str, Any]) -> bool:
        """Let a call travel in the response to a post; whether it does, for else it is still to be made.

        It does not when the post is not held any more, or the call cannot be written as JSON; then it is let go.
        """
        if not self.holds(update_id):
            return False
        try:
            body = orjson.dumps({"method": method, **parameters})
        except TypeError:
            self.let_go(update_id)
            return False
        self._held.pop(update_id)[0].answered(Answer.carrying(body))
        return True

    def let_go(self, update_id: object) -> None:
        """Answer the post of an update without a reply, if it is held."""
        if (held := self._held.pop(update_id, None)) is not None:
            held[0].answered(TAKEN)

    def close(self) -> None:
        """Let all go."""
        for update_id in tuple(self._held):
            self.let_go(update_id)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = None
        while self._held:
            update_id, (_, due) = next(iter(self._held.items()))
            if due > loop.time():
                self._timer = loop.call_at(due, self._look)
                return
            self.let_go(update_id)
