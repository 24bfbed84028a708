"""Ledger: which chats of one broadcast are on their way, which are done, and how much of that is written down."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from typing import Literal

from pluggram.bot.broadcasts.kept import Kept, Shelf, Unreached
from pluggram.broadcasts import BroadcastProgress, ChatId
from pluggram.storage import StorageError

logger = logging.getLogger("pluggram.broadcasts")

MOST_TWICE = 30
"""Messages that are on their way or not yet written down as sent: so many come twice at the most after a kill."""
SAVED_TOGETHER = 15
"""Chats that are done before it is written down how far the broadcast is."""
STORAGE_PAUSE = 5.0
"""Seconds until the storage is tried again after it has failed."""


class Ledger:
    """Counts what happens to the chats of a broadcast; writes it down on the way, in few writes."""

    def __init__(self, kept: Kept, shelf: Shelf) -> None:
        self.kept = kept
        self._shelf = shelf
        self._on_their_way: set[ChatId] = set()
        self._unreached: list[Unreached] = []
        self._unsaved = 0
        self._changed = asyncio.Event()
        self._writing = asyncio.Lock()
        self._saver: asyncio.Task[None] | None = None

    def __str__(self) -> str:
        return f"the broadcast {self.kept.name} of plugin {self.kept.plugin}"

    @property
    def is_over(self) -> bool:
        """Whether it is done or cancelled."""
        return self.kept.state in ("done", "cancelled")

    @property
    def progress(self) -> BroadcastProgress:
        """How far it is now."""
        kept = self.kept
        state = "running" if kept.state == "listing" else kept.state
        return BroadcastProgress(kept.total, kept.sent, kept.blocked, kept.failed, dict(kept.reasons), state)

    @property
    def on_their_way(self) -> frozenset[ChatId]:
        """The chats to which a message is on its way, or will be as soon as it may."""
        return frozenset(self._on_their_way)

    async def until(self, it_is_so: Callable[[], bool]) -> None:
        """Wait until something is so, which is looked at whenever something changes."""
        while not it_is_so():
            self._changed.clear()
            await self._changed.wait()

    def change(self) -> None:
        """Let those look again who wait."""
        self._changed.set()

    async def set_out(self, chat: ChatId) -> None:
        """Note that a message will be on its way to a chat, as soon as there are not too many of them."""
        await self.until(lambda: len(self._on_their_way) + self._unsaved < MOST_TWICE)
        self._on_their_way.add(chat)

    def come_back(self, chat: ChatId) -> None:
        """Note that no message is on its way to a chat any more."""
        self._on_their_way.discard(chat)
        self.change()

    def open(self, chat: ChatId, place: int) -> None:
        """Note that a chat has had its turn; place: that behind it in the list."""
        if chat not in self.kept.open:
            self.kept.open.append(chat)
        self.kept.next = place

    def sent(self, chat: ChatId) -> None:
        """Note that a chat has it."""
        self.kept.sent += 1
        self._finish(chat)

    def missed(self, chat: ChatId, error: Exception, *, blocked: bool) -> None:
        """Note that a chat cannot be reached, and why."""
        reason = str(error) or type(error).__name__
        self.kept.blocked += blocked
        self.kept.failed += not blocked
        self.kept.count(reason)
        self._unreached.append((chat, reason, blocked))
        self._finish(chat)

    async def unreached(self) -> AsyncIterator[Unreached]:
        """Give who was not reached so far."""
        latest = tuple(self._unreached)
        async for each in self._shelf.unreached(self.kept):
            yield each
        for each in latest:
            yield each

    async def save(self) -> None:
        """Write down how far it is; raises StorageError."""
        async with self._writing:
            unsaved, unreached = self._unsaved, len(self._unreached)
            await self._shelf.save(self.kept, self._unreached[:unreached])
            del self._unreached[:unreached]
            self._unsaved -= unsaved
            self.change()

    async def end(self, state: Literal["done", "cancelled"]) -> None:
        """Write down that it is over; raises StorageError, and then it is not."""
        self.kept.state, self.kept.ended = state, time.time()
        try:
            await self.save()
        except BaseException:
            self.kept.state, self.kept.ended = "running", 0.0
            raise
        logger.info("%s is %s: %s", self, state, told(self.progress))

    async def clear(self) -> None:
        """Delete the message and the chats of one that is over."""
        if self.is_over and not self.kept.cleared:
            try:
                await self._shelf.forget_chats(self.kept)
                self.kept.cleared = True
                await self._shelf.save(self.kept)
            except StorageError as error:
                logger.warning("the chats of %s are deleted at the next start: %s", self, error)

    async def rest(self) -> None:
        """Write nothing down any more, until something else happens."""
        saver, self._saver = self._saver, None
        if saver is not None:
            saver.cancel()
            await asyncio.wait((saver,))

    async def close(self) -> None:
        """Write down what is not yet; if that fails some get it twice, but none is lost."""
        try:
            if self._unsaved:
                await self.save()
        except StorageError as error:
            logger.error("how far %s is could not be kept: %d chats get it twice: %s", self, self._unsaved, error)

    def _finish(self, chat: ChatId) -> None:
        self.kept.open.remove(chat)
        self._unsaved += 1
        if self._unsaved >= SAVED_TOGETHER and (self._saver is None or self._saver.done()):
            self._saver = asyncio.create_task(self._keep_saving())

    async def _keep_saving(self) -> None:
        troubled = False
        while self._unsaved >= SAVED_TOGETHER:
            try:
                await self.save()
            except StorageError as error:
                if not troubled:
                    logger.error("how far %s is cannot be kept, so it waits: %s", self, error)
                troubled = True
                await asyncio.sleep(STORAGE_PAUSE)


def told(progress: BroadcastProgress) -> str:
    """Say how far a broadcast is."""
    parts = [f"{progress.sent:,} of {progress.total:,} sent"]
    parts += [f"{number:,} {what}" for number, what in ((progress.blocked, "blocked"), (progress.failed, "failed"))
              if number]  # fmt: skip
    return ", ".join(parts)
