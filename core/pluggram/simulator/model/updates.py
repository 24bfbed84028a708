"""A bot's queue of updates: the offset rule, long polling and the one poller (Bot API, getUpdates)."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from itertools import islice

from pluggram.simulator.errors import ApiError, JsonObject

_TYPES = """
    message edited_message channel_post edited_channel_post inline_query chosen_inline_result callback_query
    shipping_query pre_checkout_query poll poll_answer my_chat_member chat_member chat_join_request message_reaction
    message_reaction_count chat_boost removed_chat_boost business_connection business_message
    edited_business_message deleted_business_messages purchased_paid_media
"""

UPDATE_TYPES = frozenset(_TYPES.split())
"""The kinds of update there are (Bot API, Update)."""

DEFAULT_TYPES = UPDATE_TYPES - {"chat_member", "message_reaction", "message_reaction_count"}
"""What a bot receives that has not set allowed_updates (Bot API, getUpdates)."""


class UpdateQueue:
    """Updates wait here until a later offset confirms them. `changed` is called at every change."""

    def __init__(self, first_id: int, changed: Callable[[], None]) -> None:
        self.allowed = DEFAULT_TYPES
        self._next_id = first_id
        self._pending: deque[tuple[int, JsonObject]] = deque()
        self._changed = changed
        self._waiting: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def polled(self) -> bool:
        """Whether a long poll hangs here, waiting for the next update."""
        return self._waiting is not None and not self._waiting.done()

    def push(self, kind: str, payload: JsonObject) -> None:
        """Add an update, unless the bot does not want its kind, and wake the poll that hangs."""
        if kind not in self.allowed:
            return
        self._pending.append((self._next_id, {"update_id": self._next_id, kind: payload}))
        self._next_id += 1
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
        self._changed()

    def clear(self, keep: int = 0) -> None:
        """Forget all updates but the last `keep`."""
        while len(self._pending) > keep:
            self._pending.popleft()
        self._changed()

    def take(self, offset: int, limit: int) -> list[JsonObject]:
        """Confirm what lies before the offset and return up to `limit` updates from there on.

        A negative offset counts from the end. An offset far beyond the end confirms nothing, as at Telegram.
        """
        if offset < 0:
            self.clear(keep=-offset)
        elif offset <= self._next_id + 10:
            while self._pending and self._pending[0][0] < offset:
                self._pending.popleft()
        self._changed()
        return [update for _, update in islice(self._pending, limit)]

    async def poll(self, offset: int, limit: int, seconds: float) -> list[JsonObject]:
        """Return updates, waiting for the first if need be. Raises ApiError 409 when another polls."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(_conflict())
        updates = self.take(offset, limit)
        if updates or seconds <= 0:
            return updates
        self._waiting = waiting = asyncio.get_running_loop().create_future()
        self._changed()
        try:
            async with asyncio.timeout(seconds):
                await waiting
        except TimeoutError:
            return []
        finally:
            waiting.cancel()
        return self.take(offset, limit)

    def allow(self, kinds: Iterable[object]) -> None:
        """Set the kinds the bot wants from now on; none of them known means the default."""
        known = frozenset(str(kind).lower() for kind in kinds) & UPDATE_TYPES
        self.allowed = known or DEFAULT_TYPES


def _conflict() -> ApiError:
    return ApiError(
        409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
