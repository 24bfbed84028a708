"""A bot's queue of updates: the offset rule, long polling and the one poller (Bot API, getUpdates)."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, takewhile

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

_OTHER_POLL = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


Lane = tuple[str, object]
"""What keeps its order when updates are sent side by side: a chat's messages, a person's questions."""


@dataclass(frozen=True)
class Pending:
    """An update that is not confirmed."""

    id: int
    lane: Lane
    update: JsonObject


class UpdateQueue:
    """Updates wait here until they are confirmed. `changed` is called at every change.

    `next_id` is the id of the next update that comes. `repeat` is how many confirmations are to get lost, so that a
    bot receives confirmed updates once more.
    """

    def __init__(self, first_id: int, changed: Callable[[], None]) -> None:
        self.allowed = DEFAULT_TYPES
        self.repeat = 0
        self.next_id = first_id
        self._pending: dict[int, Pending] = {}
        self._changed = changed
        self._waiting: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        return len(self._pending)

    def __iter__(self) -> Iterator[Pending]:
        return iter(self._pending.values())

    @property
    def polled(self) -> bool:
        """Whether a long poll hangs here, waiting for the next update."""
        return self._waiting is not None and not self._waiting.done()

    def push(self, kind: str, payload: JsonObject) -> None:
        """Add an update, unless the bot does not want its kind, and wake the poll that hangs."""
        if kind in self.allowed:
            self._add({kind: payload}, _lane(kind, payload))

    def push_raw(self, fields: JsonObject) -> int:
        """Add an update of any form and return its update_id."""
        return self._add(fields, ("raw", self.next_id))

    def _add(self, fields: JsonObject, lane: Lane) -> int:
        number = self.next_id
        self._pending[number] = Pending(number, lane, {"update_id": number, **fields})
        self.next_id += 1
        self.release()
        self._changed()
        return number

    def release(self) -> None:
        """Let the poll that hangs come back with what there is."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def clear(self, keep: int = 0) -> None:
        """Forget all updates but the last `keep`."""
        for number in list(self._pending)[: max(len(self._pending) - keep, 0)]:
            del self._pending[number]
        self._changed()

    def confirm(self, update_id: int) -> None:
        """Forget one update, wherever it stands: a webhook has taken it."""
        if self.repeat and update_id in self._pending:
            self.repeat -= 1
        else:
            self._pending.pop(update_id, None)
        self._changed()

    def interrupt(self, reason: ApiError) -> None:
        """End the poll that hangs with a refusal."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(reason)

    def take(self, offset: int, limit: int) -> list[JsonObject]:
        """Confirm what lies before the offset and return up to `limit` updates from there on.

        A negative offset counts from the end. An offset far beyond the end confirms nothing, as at Telegram.
        """
        again: list[JsonObject] = []
        if offset < 0:
            self.clear(keep=-offset)
        elif offset <= self.next_id + 10:
            confirmed = [self._pending.pop(number) for number in self._before(offset)]
            again = [each.update for each in confirmed[: self.repeat]]
            self.repeat -= len(again)
        self._changed()
        return (again + [each.update for each in islice(self, limit)])[:limit]

    def _before(self, offset: int) -> list[int]:
        return list(takewhile(lambda number: number < offset, self._pending))

    async def poll(self, offset: int, limit: int, seconds: float) -> list[JsonObject]:
        """Return updates, waiting for the first if need be. Raises ApiError 409 when another polls."""
        self.interrupt(ApiError(409, _OTHER_POLL))
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
            self._changed()
        return self.take(offset, limit)

    def allow(self, kinds: Iterable[object]) -> None:
        """Set the kinds the bot wants from now on; none of them known means the default."""
        known = frozenset(str(kind).lower() for kind in kinds) & UPDATE_TYPES
        self.allowed = known or DEFAULT_TYPES


def _lane(kind: str, payload: JsonObject) -> Lane:
    """Messages and edits of a chat are one lane; all else goes by kind and who caused it."""
    if "message_id" in payload:
        chat = payload["chat"]
        return "chat", chat["id"] if isinstance(chat, dict) else chat
    cause = payload.get("from")
    return kind, cause["id"] if isinstance(cause, dict) else None
