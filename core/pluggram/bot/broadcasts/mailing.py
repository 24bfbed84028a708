"""Mailing: one broadcast, brought to its chats one after the other, and remembered as it gets on."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import suppress
from typing import Literal

from pluggram.bot.broadcasts.kept import Kept, Shelf, Unreached
from pluggram.bot.broadcasts.road import Road
from pluggram.broadcasts import BroadcastProgress, ChatId
from pluggram.edge import Sent
from pluggram.errors import FloodLimit, Forbidden, TelegramError, TokenRefused, Unreachable
from pluggram.parts import File
from pluggram.reply import Reply
from pluggram.storage import StorageError

logger = logging.getLogger("pluggram.broadcasts")

MOST_TWICE = 30
"""Messages that are on their way or not yet remembered as sent: so many come twice at the most after a kill."""
SAVED_TOGETHER = 15
"""Chats that are done before it is written down how far the broadcast is."""
MOST_OPEN = 100
"""Chats whose turn has come and that are not done, as those that Telegram asks to wait for."""
TRIES = 3
"""So often a chat is tried while it seems that Telegram can be reached, but not for this chat."""
HEAD_START = 1.0
"""Seconds for which it waits at first: what the handler answers that has begun it comes before it."""
GRACE = 1.0
"""Seconds that what is on its way may take to arrive when a broadcast is stopped."""
STORAGE_PAUSE = 5.0
"""Seconds until the storage is tried again after it has failed."""


class Mailing:
    """One broadcast of a plugin, as it is kept; `start` lets it go on, `stop` interrupts it.

    works: whether the plugin still does; a quarantined one's broadcasts wait for a start at which it works.
    """

    def __init__(self, kept: Kept, shelf: Shelf, road: Road, works: Callable[[str], bool]) -> None:
        self.kept = kept
        self._shelf, self._road, self._works = shelf, road, works
        self._reply: Reply | None = None
        self._tasks: dict[ChatId, asyncio.Task[None]] = {}
        self._calling: set[ChatId] = set()
        self._unreached: list[Unreached] = []
        self._at_risk = self._unsaved = 0
        self._changed, self._over = asyncio.Event(), asyncio.Event()
        self._writing, self._ending = asyncio.Lock(), asyncio.Lock()
        self._conductor: asyncio.Task[None] | None = None
        self._saver: asyncio.Task[None] | None = None
        if self.is_over:
            self._over.set()

    @property
    def name(self) -> str:
        """What the plugin has called it."""
        return self.kept.name

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

    async def done(self) -> BroadcastProgress:
        """Wait until it is done or cancelled."""
        await self._over.wait()
        return self.progress

    async def cancel(self) -> BroadcastProgress:
        """Stop it for good."""
        async with self._ending:
            if not self.is_over:
                await self._halt()
                await self._end("cancelled")
        return self.progress

    async def blocked(self) -> AsyncIterator[ChatId]:
        """Give the chats so far that the bot may not write to."""
        async for chat, _, blocked in self._all_unreached():
            if blocked:
                yield chat

    async def failures(self) -> AsyncIterator[tuple[ChatId, str]]:
        """Give the chats so far that were refused for another reason, and Telegram's words."""
        async for chat, reason, blocked in self._all_unreached():
            if not blocked:
                yield chat, reason

    def start(self) -> None:
        """Let it go on, if it is not over."""
        if not self.is_over and self._conductor is None:
            self._conductor = asyncio.create_task(self._run(), name=f"broadcast {self.kept.key}")

    async def stop(self) -> None:
        """Interrupt it, and remember how far it is."""
        async with self._ending:
            await self._halt()
            if self._unsaved:
                with suppress(StorageError):  # then some come twice, but none is lost
                    await self._save()

    async def clear(self) -> None:
        """Delete the message and the chats of one that is over."""
        if self.is_over and not self.kept.cleared:
            try:
                await self._shelf.forget_chats(self.kept)
                self.kept.cleared = True
                await self._shelf.save(self.kept)
            except StorageError as error:
                logger.warning("the chats of %s are deleted at the next start: %s", self, error)

    def __str__(self) -> str:
        return f"the broadcast {self.name} of plugin {self.kept.plugin}"

    async def _run(self) -> None:
        troubled = False
        await asyncio.sleep(HEAD_START)
        while True:
            try:
                if await self._bring_to_all():
                    async with self._ending:
                        await self._end("done")
                return
            except StorageError as error:
                if not troubled:
                    logger.error("%s waits for the storage: %s", self, error)
                troubled = True
            except ValueError as error:
                logger.error("%s cannot go on: %s", self, error)
                return
            await asyncio.sleep(STORAGE_PAUSE)

    async def _bring_to_all(self) -> bool:
        """Say whether it is done; not, when its plugin has failed meanwhile."""
        kept = self.kept
        if kept.open or kept.next < kept.total:
            if not await self._is_ours():
                return False
            self._reply = self._reply or await self._shelf.reply(kept)
            async for chat, place in self._shelf.chats(kept):
                if chat not in self._tasks and not await self._begin(chat, place):
                    return False
        await self._until(lambda: not self._tasks)
        return not kept.open

    async def _is_ours(self) -> bool:
        """Whether this bot has begun it: another one knows neither its chats nor its files."""
        account = (await self._road.edge()).bot.id
        self.kept.account = self.kept.account or account
        if self.kept.account != account:
            logger.error("%s waits: bot %d has begun it, and this is bot %d", self, self.kept.account, account)
        return self.kept.account == account

    async def _begin(self, chat: ChatId, place: int) -> bool:
        """Begin with a chat in its turn, and say whether the plugin still works."""
        await self._until(lambda: not self._calling if self._has_file else len(self._tasks) < MOST_OPEN)
        if not await self._enter(chat):
            return False
        if chat not in self.kept.open:
            self.kept.open.append(chat)
        self.kept.next = place
        self._tasks[chat] = asyncio.create_task(self._bring(chat))
        return True

    async def _enter(self, chat: ChatId) -> bool:
        """Wait for the turn of a chat, and say whether the plugin still works."""
        await self._until(lambda: len(self._calling) + self._unsaved < MOST_TWICE)
        self._calling.add(chat)
        try:
            await self._road.enter(chat)
        except BaseException:
            self._calling.discard(chat)
            raise
        if not self._works(self.kept.plugin):
            self._leave(chat)
            return False
        return True

    def _leave(self, chat: ChatId) -> None:
        self._calling.discard(chat)
        self._road.leave()
        self._changed.set()

    async def _bring(self, chat: ChatId) -> None:
        """Bring it to a chat whose turn it is, however long that takes."""
        try:
            tries = 0
            while (wait := await self._try(chat, tries)) is not None:
                tries += not wait
                await asyncio.sleep(wait)
                if not await self._enter(chat):
                    return
        finally:
            self._tasks.pop(chat, None)
            self._changed.set()

    async def _try(self, chat: ChatId, tries: int) -> float | None:
        """Send once; None when the chat is done, else the seconds until it is tried again, 0 when it was out of reach.

        tries: how often it was out of reach before.
        """
        try:
            sent = await self._send(chat)
        except FloodLimit as error:
            return max(error.retry_after, 0.1)
        except (Unreachable, TokenRefused) as error:
            if tries + 1 < TRIES or not await self._road.is_open():
                return 0.0
            self._miss(chat, error, blocked=False)
        except TelegramError as error:
            self._miss(chat, error, blocked=isinstance(error, Forbidden))
        except Exception as error:
            logger.exception("%s could not be sent to %s", self, chat)
            self._miss(chat, error, blocked=False)
        else:
            self.kept.sent += 1
            self._finish(chat)
            await self._know(sent.reply)
        return None

    async def _send(self, chat: ChatId) -> Sent:
        assert self._reply is not None
        try:
            return await self._road.send(chat, self._reply)
        finally:
            self._leave(chat)

    def _miss(self, chat: ChatId, error: Exception, *, blocked: bool) -> None:
        reason = str(error) or type(error).__name__
        self.kept.blocked += blocked
        self.kept.failed += not blocked
        self.kept.count(reason)
        self._unreached.append((chat, reason, blocked))
        self._finish(chat)

    def _finish(self, chat: ChatId) -> None:
        self.kept.open.remove(chat)
        self._unsaved += 1
        if self._unsaved >= SAVED_TOGETHER and (self._saver is None or self._saver.done()):
            self._saver = asyncio.create_task(self._keep_saving())

    @property
    def _has_file(self) -> bool:
        return self._reply is not None and isinstance(self._reply.photo or self._reply.document, File)

    async def _know(self, reply: Reply) -> None:
        """Send from now on what is at Telegram already."""
        if self._has_file:
            self._reply = reply
            try:
                await self._shelf.put_reply(self.kept, reply)
            except StorageError as error:
                logger.warning("the file of %s is uploaded once more after a restart: %s", self, error)

    async def _until(self, it_is_so: Callable[[], bool]) -> None:
        while not it_is_so():
            self._changed.clear()
            await self._changed.wait()

    async def _keep_saving(self) -> None:
        troubled = False
        while self._unsaved >= SAVED_TOGETHER:
            try:
                await self._save()
            except StorageError as error:
                if not troubled:
                    logger.error("how far %s is cannot be kept, so it waits: %s", self, error)
                troubled = True
                await asyncio.sleep(STORAGE_PAUSE)

    async def _save(self) -> None:
        async with self._writing:
            unsaved, unreached = self._unsaved, len(self._unreached)
            await self._shelf.save(self.kept, self._unreached[:unreached])
            del self._unreached[:unreached]
            self._unsaved -= unsaved
            self._changed.set()

    async def _end(self, state: Literal["done", "cancelled"]) -> None:
        self.kept.state, self.kept.ended = state, time.time()
        try:
            await self._save()
        except BaseException:
            self.kept.state, self.kept.ended = "running", 0.0
            raise
        self._over.set()
        logger.info("%s is %s: %s", self, state, told(self.progress))
        await self.clear()

    async def _halt(self) -> None:
        """End all that is at work for it; what is on its way may arrive."""
        idle = [task for chat, task in self._tasks.items() if chat not in self._calling]
        await _cancel([task for task in (self._conductor, self._saver, *idle) if task is not None])
        self._conductor = self._saver = None
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=GRACE)
            await _cancel(list(self._tasks.values()))

    async def _all_unreached(self) -> AsyncIterator[Unreached]:
        latest = tuple(self._unreached)
        async for each in self._shelf.unreached(self.kept):
            yield each
        for each in latest:
            yield each


async def _cancel(tasks: Collection[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)


def told(progress: BroadcastProgress) -> str:
    """Say how far a broadcast is."""
    parts = [f"{progress.sent:,} of {progress.total:,} sent"]
    parts += [f"{number:,} {what}" for number, what in ((progress.blocked, "blocked"), (progress.failed, "failed"))
              if number]  # fmt: skip
    return ", ".join(parts)
