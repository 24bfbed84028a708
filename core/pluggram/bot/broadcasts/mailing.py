"""Mailing: one broadcast, brought to its chats one after the other."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection

from pluggram.bot.broadcasts.kept import Kept, Shelf
from pluggram.bot.broadcasts.ledger import STORAGE_PAUSE, Ledger
from pluggram.bot.broadcasts.road import Road
from pluggram.broadcasts import BroadcastProgress, ChatId
from pluggram.edge import Sent
from pluggram.errors import FloodLimit, Forbidden, TelegramError, TokenRefused, Unreachable
from pluggram.parts import File
from pluggram.reply import Reply
from pluggram.storage import StorageError

logger = logging.getLogger("pluggram.broadcasts")

MOST_OPEN = 100
"""Chats whose turn has come and that are not done, as those that Telegram asks to wait for."""
TRIES = 3
"""So often a chat is tried while it seems that Telegram can be reached, but not for this chat."""
HEAD_START = 1.0
"""Seconds for which it waits at first: what the handler answers that has begun it comes before it."""
GRACE = 1.0
"""Seconds that what is on its way may take to arrive when a broadcast is stopped."""


class Mailing:
    """One broadcast of a plugin, as it is kept; `start` lets it go on, `stop` interrupts it.

    works: whether the plugin still does; a quarantined one's broadcasts wait for a start at which it works.
    """

    def __init__(self, kept: Kept, shelf: Shelf, road: Road, works: Callable[[str], bool]) -> None:
        self.kept = kept
        self._shelf, self._road, self._works = shelf, road, works
        self._ledger = Ledger(kept, shelf)
        self._reply: Reply | None = None
        self._tasks: dict[ChatId, asyncio.Task[None]] = {}
        self._conductor: asyncio.Task[None] | None = None
        self._over, self._ending = asyncio.Event(), asyncio.Lock()
        if self.is_over:
            self._over.set()

    @property
    def name(self) -> str:
        """What the plugin has called it."""
        return self.kept.name

    @property
    def is_over(self) -> bool:
        """Whether it is done or cancelled."""
        return self._ledger.is_over

    @property
    def progress(self) -> BroadcastProgress:
        """How far it is now."""
        return self._ledger.progress

    async def done(self) -> BroadcastProgress:
        """Wait until it is done or cancelled."""
        await self._over.wait()
        return self.progress

    async def cancel(self) -> BroadcastProgress:
        """Stop it for good."""
        async with self._ending:
            if not self.is_over:
                going = self._conductor is not None
                await self._halt()
                try:
                    await self._ledger.end("cancelled")
                except StorageError:
                    if going:
                        self.start()
                    raise
                self._over.set()
                await self._ledger.clear()
        return self.progress

    async def blocked(self) -> AsyncIterator[ChatId]:
        """Give the chats so far that the bot may not write to."""
        async for chat, _, blocked in self._ledger.unreached():
            if blocked:
                yield chat

    async def failures(self) -> AsyncIterator[tuple[ChatId, str]]:
        """Give the chats so far that were refused for another reason, and Telegram's words."""
        async for chat, reason, blocked in self._ledger.unreached():
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
            await self._ledger.close()

    async def clear(self) -> None:
        """Delete the message and the chats of one that is over."""
        await self._ledger.clear()

    async def _run(self) -> None:
        troubled = False
        await asyncio.sleep(HEAD_START)
        while True:
            try:
                if await self._bring_to_all():
                    await self._end()
                return
            except StorageError as error:
                if not troubled:
                    logger.error("%s waits for the storage: %s", self._ledger, error)
                troubled = True
            except Exception as error:
                logger.error("%s cannot go on: %s", self._ledger, error, exc_info=not isinstance(error, ValueError))
                return
            await asyncio.sleep(STORAGE_PAUSE)

    async def _end(self) -> None:
        async with self._ending:
            await self._ledger.end("done")
            self._over.set()
            await self._ledger.clear()

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
        await self._ledger.until(lambda: not self._tasks)
        return not kept.open

    async def _is_ours(self) -> bool:
        """Whether this bot has begun it: another one knows neither its chats nor its files."""
        account = (await self._road.edge()).bot.id
        self.kept.account = self.kept.account or account
        if self.kept.account != account:
            logger.error("%s waits: bot %d has begun it, and this is bot %d", self._ledger, self.kept.account, account)
        return self.kept.account == account

    async def _begin(self, chat: ChatId, place: int) -> bool:
        """Begin with a chat in its turn, and say whether the plugin still works."""
        await self._ledger.until(self._has_room)
        if not await self._enter(chat):
            return False
        self._ledger.open(chat, place)
        self._tasks[chat] = asyncio.create_task(self._bring(chat))
        return True

    def _has_room(self) -> bool:
        """Whether one more may have its turn; a file goes to one alone, so that the others get what Telegram has."""
        return not self._ledger.on_their_way if self._has_file else len(self._tasks) < MOST_OPEN

    async def _enter(self, chat: ChatId) -> bool:
        """Wait for the turn of a chat, and say whether the plugin still works."""
        await self._ledger.set_out(chat)
        try:
            await self._road.enter(chat)
        except BaseException:
            self._ledger.come_back(chat)
            raise
        if not self._works(self.kept.plugin):
            self._leave(chat)
            return False
        return True

    def _leave(self, chat: ChatId) -> None:
        self._road.leave()
        self._ledger.come_back(chat)

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
            self._ledger.change()

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
            self._ledger.missed(chat, error, blocked=False)
        except TelegramError as error:
            self._ledger.missed(chat, error, blocked=isinstance(error, Forbidden))
        except Exception as error:
            logger.exception("%s could not be sent to %s", self._ledger, chat)
            self._ledger.missed(chat, error, blocked=False)
        else:
            self._ledger.sent(chat)
            await self._know(sent.reply)
        return None

    async def _send(self, chat: ChatId) -> Sent:
        assert self._reply is not None
        try:
            return await self._road.send(chat, self._reply)
        finally:
            self._leave(chat)

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
                logger.warning("the file of %s is uploaded once more after a restart: %s", self._ledger, error)

    async def _halt(self) -> None:
        """End all that is at work for it; what is on its way may arrive."""
        idle = [task for chat, task in self._tasks.items() if chat not in self._ledger.on_their_way]
        await _cancel([self._conductor, *idle] if self._conductor is not None else idle)
        self._conductor = None
        await self._ledger.rest()
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=GRACE)
            await _cancel(list(self._tasks.values()))


async def _cancel(tasks: Collection[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
