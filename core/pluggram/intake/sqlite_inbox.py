"""SqliteInbox: updates wait on disk, so that none is lost when the process is killed."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from pluggram.edge import Arrival, Malformed
from pluggram.intake import inbox_file
from pluggram.intake.inbox import too_many
from pluggram.intake.inbox_file import Marks
from pluggram.intake.inbox_rescue import open_sound
from pluggram.intake.row import DEATHS, Row, encode, key_of, lane_key, storable
from pluggram.intake.slots import Slots, in_work
from pluggram.intake.taking import InboxFull, NotTaken
from pluggram.reply_json import dump
from pluggram.storage.folder_lock import FolderLock
from pluggram.storage.private import make_folder
from pluggram.storage.sqlite_file import BUSY_SECONDS, connect_reader, explain
from pluggram.storage.sqlite_writer import SqliteWriter

logger = logging.getLogger("pluggram.intake")

Found = TypeVar("Found")

FILE = "inbox.db"
SLOTS = "inbox.slots"
LOCK = "inbox.lock"
_LOCKED = "serves this bot already, from the same folder. Stop that one first, or give this bot another bot.name."

LATER_SECONDS = 0.1
"""Seconds until marks are written that a slot holds meanwhile; what arrives takes them with it."""
RETRY_SECONDS = 1.0
"""Seconds until marks are written again that could not be."""
KNOWN_SECONDS = 48 * 3600.0
"""How long an update that is done is known again when Telegram brings it once more."""
DEAD_SECONDS = 30 * 86400.0
"""How long a dead letter is kept."""
TIDY_SECONDS = 3600.0
PAGE = 1000
RAISED = 256
"""So many dead letters come back at once."""

_Numbers = Sequence[int | None]
_Caller = asyncio.Future[_Numbers]
Told = Callable[[int, str], object]


class SqliteInbox:
    """Keeps updates in `folder`/inbox.db, for one process at a time; `async with` opens it.

    bot: the id of the bot whose updates they are. limit: how many may wait. buried: told of each update that is set
    aside, with the update's id and the reason.
    """

    durable = True

    def __init__(self, folder: Path, bot: int, limit: int, buried: Told = lambda _id, _why: None) -> None:
        self._folder = folder
        self._path = folder / FILE
        self._bot = bot
        self._limit = limit
        self._buried = buried
        self._lock = FolderLock(folder, LOCK, _LOCKED)
        self._marks = Marks()
        self._callers: list[_Caller] = []
        self._ending: list[Row] = []
        self._due = False
        self._late: asyncio.TimerHandle | None = None
        self._room = asyncio.Event()
        self._outage = False
        self.waiting = self.dead = self.last = 0
        self.first: Sequence[Row] = ()

    async def __aenter__(self) -> "SqliteInbox":
        """Open the file; raises StorageLocked when another process serves this bot, StorageError."""
        try:
            make_folder(self._folder)
            self._lock.acquire()
            self._open()
        except (OSError, sqlite3.Error) as error:
            raise explain(error, self._path) from error
        return self

    async def __aexit__(self, *_: object) -> None:
        self._timer.cancel()
        self._flush()
        self._writer.submit(partial(inbox_file.recover, kept=self._slots.in_work()))
        await self._writer.close()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._reader.close)
        self._thread.shutdown()
        self._slots.close()
        self._lock.release()

    @property
    def problem(self) -> str:
        """What keeps updates from being taken in; empty when nothing does."""
        if self._outage:
            return "messages cannot be written to disk, and are not taken in"
        return too_many(self.waiting) if self.waiting >= self._limit else ""

    async def receive(self, arrivals: Sequence[Arrival]) -> Sequence[Row]:
        """Keep updates on disk, and give those that are new; what is malformed is set aside at once.

        Raises InboxFull when too many wait, NotTaken when they could not be written.
        """
        if self.waiting >= self._limit:
            raise InboxFull(f"{too_many(self.waiting)} (telegram.inbox_limit)")
        now = time.time()
        first = len(self._marks.new)
        self._marks.new += [_written_as(arrival) for arrival in arrivals]
        numbers = (await self._next_commit())[first : first + len(arrivals)]
        rows = [self._row(arrival, number, now) for arrival, number in zip(arrivals, numbers, strict=True) if number]
        return [row for row in rows if row is not None]

    async def room(self) -> None:
        """Wait until fewer updates wait than may."""
        while self.waiting >= self._limit:
            self._room.clear()
            await self._room.wait()

    async def draw(self, after: int, limit: int) -> Sequence[Row]:
        """Give the first rows behind `after` that are not done."""
        return await self._read(lambda connection: inbox_file.draw(connection, self._bot, after, limit))

    async def fetch(self, seqs: Sequence[int]) -> Sequence[Row]:
        """Give the rows of these numbers that are not done, in order."""
        return await self._read(lambda connection: inbox_file.fetch(connection, seqs))

    def start(self, row: Row) -> None:
        """Take note that a handler begins to work on it; a full disk may not hold that, and keeps nobody waiting."""
        try:
            row.slot = self._slots.begin(row.seq)
        except OSError as error:
            if not self._outage:
                logger.warning("update %s: that it is begun could not be noted: %s", row.update_id, error)

    async def answered(self, row: Row) -> None:
        """Keep what its handler returned; raises NotTaken when it could not be written."""
        text = dump(row.reply) if row.reply is not None else None
        if row.slot is None or not self._slots.keep(row.slot, row.seq, text or ""):
            self._marks.answered.append((text, row.seq))
            await self._next_commit()

    def sent(self, row: Row) -> None:
        """Take note of how many of the calls that bring its answer are made."""
        if row.slot is not None:
            self._slots.sent(row.slot, row.sent)
            return
        self._marks.sent[row.seq] = row.sent
        self._soon()

    def done(self, row: Row) -> None:
        """Take note that nothing remains to be done for it."""
        self._marks.done.append(row.seq)
        self._leave(row)
        if row.slot is None:
            self._marks.sent.pop(row.seq, None)
            self._soon()
            return
        self._slots.done(row.slot)
        if self._late is None:
            self._late = asyncio.get_running_loop().call_later(LATER_SECONDS, self._flush)

    def cut_off(self, row: Row) -> None:
        """Take note that the handler was cut off by a stop: it runs again."""
        if row.slot is not None:
            self._marks.cut_off.append(row.seq)
            self._ending.append(row)
            self._soon()

    def bury(self, row: Row, reason: str) -> None:
        """Set an update aside that cannot be answered, with the answer that could not be sent."""
        if row.slot is not None:
            held = self._slots.held(row.slot)
            self._marks.sent[row.seq] = held.sent
            if held.answer is not None:
                self._marks.answered.append((held.answer or None, row.seq))
        self._marks.dead.append((reason, row.seq))
        self.dead += 1
        self._leave(row)
        self._soon()
        self._tell(row.update_id, reason)

    async def raised(self) -> Sequence[Row]:
        """Give rows that somebody has taken back from the dead letters, a page at the most."""
        self.dead, marked = await self._read(inbox_file.dead_letters)
        if not marked:
            return ()
        rows = await self._writer.submit(partial(inbox_file.raise_dead, bot=self._bot, most=RAISED))
        self.waiting += len(rows)
        self.dead -= len(rows)
        return rows

    def _open(self) -> None:
        connection = open_sound(self._path)
        kept = in_work(self._folder / SLOTS, inbox_file.key(connection))
        begun = sorted(seq for seq, each in kept.items() if each.answer is None and not each.done)
        connection.execute("BEGIN IMMEDIATE")
        inbox_file.recover(connection, kept)
        killers = inbox_file.count_deaths(connection, begun, DEATHS)
        key = inbox_file.renew_key(connection)  # a kill here or later neither forgets a death nor counts one twice
        connection.execute("COMMIT")
        self._slots = Slots(self._folder / SLOTS, key)
        self.waiting, others, self.dead, self.last = inbox_file.counts(connection, self._bot)
        self.first = inbox_file.first(connection, self._bot, DEATHS)
        self._reader = connect_reader(self._path, BUSY_SECONDS)
        self._thread = ThreadPoolExecutor(1, "pluggram inbox")
        self._writer = SqliteWriter(self._path, connection)
        self._timer = asyncio.get_running_loop().call_later(0, self._tidy)
        if self.waiting:
            logger.info("%d updates wait in the inbox from before, %d of them were being answered when it ended",
                        self.waiting, len(begun))  # fmt: skip
        for update_id, reason in killers:
            self._buried(update_id, reason)
        if others:
            logger.warning("%d updates of another bot wait in %s, and stay there: the token is another one's",
                           others, self._path)  # fmt: skip

    async def _read(self, read: Callable[[sqlite3.Connection], Found]) -> Found:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, read, self._reader)
        except sqlite3.Error as error:
            raise explain(error, self._path) from error

    def _row(self, arrival: Arrival, number: int, now: float) -> Row | None:
        if isinstance(arrival, Malformed):
            self.dead += 1
            self._tell(arrival.update_id, arrival.reason)
            return None
        self.waiting += 1
        return Row(number, arrival, lane_key(arrival), now)

    def _leave(self, row: Row) -> None:
        self.waiting -= 1
        if self.waiting < self._limit:
            self._room.set()
        if row.slot is not None:
            self._ending.append(row)

    def _tell(self, update_id: object, reason: str) -> None:
        self._buried(update_id if isinstance(update_id, int) else 0, reason)

    def _next_commit(self) -> _Caller:
        """Give what the next commit gives: the numbers of all that arrives in it."""
        caller: _Caller = asyncio.get_running_loop().create_future()
        self._callers.append(caller)
        self._soon()
        return caller

    def _soon(self) -> None:
        if not self._due:
            self._due = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        """Hand all that is to be marked to the writer: what one turn of the event loop brings is one write."""
        self._due = False
        if self._late is not None:
            self._late.cancel()
            self._late = None
        marks, callers, ending = self._marks, self._callers, self._ending
        self._marks, self._callers, self._ending = Marks(), [], []
        write = partial(marks.write, bot=self._bot)
        future = self._writer.submit(write, synchronised=bool(marks.new))
        future.add_done_callback(partial(self._written, marks, callers, ending))

    def _written(
        self, marks: Marks, callers: Sequence[_Caller], ending: Sequence[Row], future: "asyncio.Future[_Numbers]"
    ) -> None:
        error = future.exception()
        if error is not None:
            self._not_written(marks, ending, error)
        elif self._outage:
            self._outage = False
            logger.warning("the inbox can be written again: %s", self._path)
        for caller in callers:
            if caller.done():
                continue
            if error is None:
                caller.set_result(future.result())
            else:
                caller.set_exception(NotTaken(str(error)))
        for row in ending if error is None else ():
            if row.slot is not None:
                self._slots.end(row.slot)
                row.slot = None

    def _not_written(self, marks: Marks, ending: Sequence[Row], error: BaseException) -> None:
        """Keep the marks that nobody waits for, to write them again."""
        if not self._outage:
            self._outage = True
            logger.error("the inbox cannot be written, which is tried again: %s", error)
        self._marks.keep(marks)
        self._ending += ending
        asyncio.get_running_loop().call_later(RETRY_SECONDS, self._soon)

    def _tidy(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(TIDY_SECONDS, self._tidy)
        before = time.time() - DEAD_SECONDS
        self._writer.submit(lambda connection: inbox_file.forget_dead(connection, before), synchronised=False)
        self._forget(time.time() - KNOWN_SECONDS, 0)

    def _forget(self, before: float, after: int) -> None:
        def go_on(future: "asyncio.Future[int | None]") -> None:
            if future.exception() is None and (there := future.result()) is not None:
                self._forget(before, there)

        job = partial(inbox_file.forget_done, before=before, after=after, page=PAGE)
        self._writer.submit(job, synchronised=False).add_done_callback(go_on)


def _written_as(arrival: Arrival) -> tuple[int, str, str]:
    """Give an arrival as it is written: its key, its text, and why it is malformed."""
    if isinstance(arrival, Malformed):
        return key_of(arrival), storable(arrival.text), arrival.reason
    return key_of(arrival), encode(arrival), ""
