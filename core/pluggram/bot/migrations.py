"""Groups that become supergroups get a new id: every plugin moves what it keeps, however often that takes."""

import asyncio
import inspect
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress

from pluggram.bot.moves import Moves
from pluggram.plugins.reason import reason
from pluggram.request import Request, move_told
from pluggram.router.apart import Raised, begin, cut_off, ended, outcome
from pluggram.storage import Json, StorageError, Store

logger = logging.getLogger("pluggram.migrations")

Mover = Callable[[int, int], Awaitable[object] | None]
"""Moves what a plugin keeps of a chat from the old id to the new one; may be called again for the same chat."""

LIMIT = 10.0
"""Seconds that one plugin may take for one chat, and that the update which told of it waits."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 600.0
"""Seconds after which those that failed are asked again; they double."""


class Migrations:
    """Has everybody whom `movers` names move what they keep; `kept` remembers who has, over restarts.

    moves: the new ids, for whoever has an old one.
    """

    def __init__(self, kept: Store, movers: Callable[[], Mapping[str, Mover]]) -> None:
        self.moves = Moves(self._begin)
        self._kept = kept
        self._movers = movers
        self._moved: dict[int, set[str]] = {}
        self._unkept: set[int] = set()
        self._in_trouble = False
        self._failing: set[tuple[str, int]] = set()
        self._due = asyncio.Event()
        self._tried = asyncio.Event()
        self._running = False

    async def load(self) -> None:
        """Read what is remembered, once the storage is open; what cannot be read is a line in the log."""
        try:
            kept = await self._kept.items()
        except StorageError as error:
            logger.error("which groups have become supergroups could not be read: %s", error)
            return
        for key, value in kept:
            if (told := _read(key, value)) is not None:
                old, new, moved = told
                if self.moves.recall(old, new):
                    self._moved[old] = moved

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Have what is due moved meanwhile."""
        task = asyncio.create_task(self._run())
        self._running = True
        try:
            yield
        finally:
            self._running = False
            self._tried.set()
            task.cancel()
            await asyncio.wait((task,))

    def concern(self, request: Request) -> bool:
        """Take note of a move that an update tells of, and say whether what is kept of its chat is being moved."""
        if request.kind == "other" and (move := move_told(request.raw)) is not None:
            self.moves.add(*move)
        return not self._tried.is_set() and self._running and request.chat_id in self.moves

    async def tried(self) -> None:
        """Wait until each move is remembered and everybody has tried it once, or for LIMIT seconds."""
        if self._running:
            with suppress(TimeoutError):
                async with asyncio.timeout(LIMIT):
                    await self._tried.wait()

    def look(self) -> None:
        """Ask again who has something to move: there may be others now."""
        self._due.set()

    def _begin(self, old: int, new: int) -> None:
        logger.info("group %d has become the supergroup %d", old, new)
        self._moved.setdefault(old, set())
        self._unkept.add(old)
        self._tried.clear()
        self._due.set()

    async def _run(self) -> None:
        wait = FIRST_WAIT / 2
        while True:
            try:
                self._due.clear()
                all_done = await self._move_all()
                if not self._due.is_set():
                    self._tried.set()
                wait = FIRST_WAIT / 2 if all_done else min(LONGEST_WAIT, 2 * wait)
                with suppress(TimeoutError):
                    async with asyncio.timeout(None if all_done else wait):
                        await self._due.wait()
            except asyncio.CancelledError:
                if not self._running:  # else a plugin cancels more than its own tasks
                    raise

    async def _move_all(self) -> bool:
        """Let everybody move what he has not moved yet, side by side, and tell whether nothing is left to do."""
        kept = await self._keep()
        moved = await asyncio.gather(*(self._move_of(name, mover) for name, mover in self._movers().items()))
        return await self._keep() and kept and all(moved)

    async def _move_of(self, name: str, mover: Mover) -> bool:
        all_done = True
        for old, new in self.moves:
            if name in self._moved[old]:
                continue
            error = await _called(name, mover, old, new)
            if error is None:
                self._moved[old].add(name)
                self._unkept.add(old)
            self._tell(name, old, new, error)
            all_done = all_done and error is None
        return all_done

    def _tell(self, name: str, old: int, new: int, error: BaseException | None) -> None:
        """Log that moving fails, once, and that it has worked after all."""
        failed = (name, old) in self._failing
        if error is None and failed:
            self._failing.discard((name, old))
            logger.info("plugin %s: what it keeps of chat %d is moved to %d after all", name, old, new)
        elif error is not None and not failed:
            self._failing.add((name, old))
            logger.error("plugin %s: what it keeps of chat %d is not moved to %d, and will be tried again: %s",
                         name, old, new, reason(error), exc_info=error)  # fmt: skip

    async def _keep(self) -> bool:
        """Write down what is not remembered yet, and tell whether all is."""
        for old in tuple(self._unkept):
            record: Json = {"new": self.moves.current(old), "moved": sorted(self._moved[old])}
            try:
                await self._kept.put(str(old), record)
            except StorageError as error:
                if not self._in_trouble:
                    logger.error("that group %d has become a supergroup could not be kept: %s", old, error)
                self._in_trouble = True
                return False
            self._in_trouble = False
            self._unkept.discard(old)
        return True


async def _called(name: str, mover: Mover, old: int, new: int) -> BaseException | None:
    """Call a plugin's mover, and give what went wrong."""

    async def move() -> None:
        if inspect.isawaitable(moving := mover(old, new)):
            await moving

    task = begin(name, f"chat {old} has become {new}", move)
    try:
        if not await ended(task, LIMIT):
            return TimeoutError(f"it took longer than {LIMIT:g} s")
    finally:
        if not task.done():
            await cut_off(task)
    result = outcome(task)
    return result.error if isinstance(result, Raised) else None


def _read(key: str, value: Json) -> tuple[int, int, set[str]] | None:
    """Read what `_keep` has written; None for anything else."""
    new, moved = (value.get("new"), value.get("moved")) if isinstance(value, dict) else (None, None)
    if type(new) is not int or not isinstance(moved, list) or not re.fullmatch("-[0-9]{1,18}", key):
        return None
    return int(key), new, {str(name) for name in moved}
