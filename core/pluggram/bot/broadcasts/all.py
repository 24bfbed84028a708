"""Broadcasts: all of a bot, of all its plugins, from the start of serving to its end."""

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from weakref import WeakValueDictionary

from pluggram.bot.broadcasts.kept import Kept, Shelf
from pluggram.bot.broadcasts.ledger import STORAGE_PAUSE
from pluggram.bot.broadcasts.mailing import Mailing
from pluggram.bot.broadcasts.road import Road
from pluggram.bot.connection import Connection
from pluggram.broadcasts import Chats
from pluggram.parts import visible
from pluggram.reply import Reply
from pluggram.request import as_reply
from pluggram.storage import StorageError, Store

logger = logging.getLogger("pluggram.broadcasts")

DAYS_KEPT = 30
"""Days for which a broadcast that is over is remembered."""
MOST_KEPT = 1000
"""Broadcasts that are remembered when they are over; of more, the oldest are forgotten."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@-]{0,99}", re.ASCII)


class Broadcasts:
    """Begins broadcasts, and lets those go on that a restart has interrupted.

    store: opens a namespace. works: whether a plugin still does.
    """

    def __init__(self, store: Callable[[str], Store], connection: Connection, works: Callable[[str], bool]) -> None:
        self._shelf = Shelf(store)
        self._road = Road(connection)
        self._works = works
        self._mailings: dict[str, Mailing] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._loading = asyncio.Lock()
        self._running = self._loaded = False

    async def load(self) -> None:
        """Learn, once, of those that are kept; what was not listed to its end was never begun. Raises StorageError."""
        async with self._loading:
            for kept in [] if self._loaded else await self._shelf.all():
                if kept.state == "listing":
                    await self._shelf.forget(kept)
                else:
                    self._add(kept)
            self._loaded = True

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send meanwhile; what is not done at the end is interrupted, and goes on at the next start."""
        self._running = True
        resuming = None if self._loaded and not self._mailings else asyncio.create_task(self._resume())
        try:
            yield
        finally:
            self._running = False
            if resuming is not None:
                resuming.cancel()
                await asyncio.wait((resuming,))
            await asyncio.gather(*(mailing.stop() for mailing in self._mailings.values()))

    async def begin(self, plugin: str, name: str, chats: Chats, answer: str | Reply) -> Mailing:
        """Begin a broadcast, or find the one of this name."""
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} cannot name a broadcast: use letters, digits and _ . : @ -, at most 100")
        reply = _for_chats(answer)
        kept = Kept(plugin, name)
        lock = self._locks.setdefault(kept.key, asyncio.Lock())
        async with lock:
            await self.load()
            if kept.key not in self._mailings:
                await self._prune()
                await self._list(kept, chats, reply)
                self._start(self._add(kept))
        return self._mailings[kept.key]

    def of(self, plugin: str) -> Mapping[str, Mailing]:
        """Give the broadcasts of a plugin by name, those that are over too as long as they are remembered."""
        return {each.name: each for each in self._mailings.values() if each.kept.plugin == plugin}

    def left(self) -> int:
        """Count the messages that are still to be sent."""
        return sum(each.progress.left for each in self._mailings.values() if not each.is_over)

    async def _resume(self) -> None:
        """Let all go on that are not over, as soon as the storage tells of them."""
        troubled = False
        while True:
            try:
                await self.load()
                break
            except StorageError as error:
                if not troubled:
                    logger.error("broadcasts wait for the storage: %s", error)
                troubled = True
                await asyncio.sleep(STORAGE_PAUSE)
        for mailing in tuple(self._mailings.values()):
            self._start(mailing)
            await mailing.clear()

    def _add(self, kept: Kept) -> Mailing:
        mailing = self._mailings[kept.key] = Mailing(kept, self._shelf, self._road, self._works)
        return mailing

    def _start(self, mailing: Mailing) -> None:
        if self._running and self._works(mailing.kept.plugin):
            mailing.start()

    async def _list(self, kept: Kept, chats: Chats, reply: Reply) -> None:
        try:
            await self._shelf.save(kept)
            await self._shelf.put_reply(kept, reply)
            await self._shelf.list_chats(kept, chats)
            kept.state = "running"
            await self._shelf.save(kept)
        except BaseException:
            with suppress(StorageError):  # then the next start forgets it
                await self._shelf.forget(kept)
            raise
        logger.info("plugin %s: the broadcast %s to %d chats begins", kept.plugin, kept.name, kept.total)

    async def _prune(self) -> None:
        """Forget those that have been over for long, and the oldest of too many."""
        over = sorted((each.kept for each in self._mailings.values() if each.is_over), key=lambda kept: kept.ended)
        long_ago = time.time() - DAYS_KEPT * 24 * 3600
        old = [kept for place, kept in enumerate(over) if kept.ended < long_ago or place < len(over) - MOST_KEPT]
        for kept in old:
            await self._shelf.forget(kept)
            del self._mailings[kept.key]


def _for_chats(answer: str | Reply) -> Reply:
    reply = as_reply(answer)
    if not visible(reply.text) and not (reply.photo or reply.document):
        raise ValueError("a broadcast needs a text, a photo or a document")
    return reply
