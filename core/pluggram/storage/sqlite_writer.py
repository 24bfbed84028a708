"""The thread that writes to the SQLite file: all writes that wait are committed as one group."""

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from pluggram.storage.errors import StorageError
from pluggram.storage.sqlite_file import explain, is_damage
from pluggram.storage.writes import Outcome, Result, Spaces, Waiting

MAX_GROUP = 256
"""So many writes share a transaction at most, so that none waits long for the others."""

_READ = "SELECT value FROM entries WHERE namespace = ? AND key = ?"
_DELETE = "DELETE FROM entries WHERE namespace = ? AND key = ?"
_PUT = """INSERT INTO entries (namespace, key, value) VALUES (?, ?, ?)
          ON CONFLICT (namespace, key) DO UPDATE SET value = excluded.value"""


_Job = tuple[Waiting, bool]
"""A write, and whether it is synchronised."""


class SqliteWriter:
    """Runs writes in order on a thread of its own, and wakes their callers after the commit."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.damaged = False
        """Whether a write has met a page that is damaged."""
        self._path = path
        self._connection = connection
        self._queue: queue.SimpleQueue[list[_Job] | None] = queue.SimpleQueue()
        self._gathered: list[_Job] = []
        self._synchronised = True
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._thread = threading.Thread(target=self._run, name=f"pluggram writes {path.name}", daemon=True)
        self._identity = _identity(path)
        self._thread.start()

    async def write(self, namespaces: Collection[str], job: Callable[[Spaces], Result]) -> Result:
        """Run `job` over the rows of these namespaces in the next group, and return its result once it is committed."""
        return await self.submit(lambda connection: job({name: _SqlRows(connection, name) for name in namespaces}))

    def submit(
        self, job: Callable[[sqlite3.Connection], Result], *, synchronised: bool = True
    ) -> "asyncio.Future[Result]":
        """Run `job` in the next group, and give its result once that is committed.

        synchronised: whether it must outlast a loss of power; what need not may still outlast its process.
        """
        future: asyncio.Future[Result] = self._loop.create_future()
        if not self._gathered:  # waking the thread costs more than a write: once for all that come in this turn
            self._loop.call_soon(self._hand_over)
        self._gathered.append((Waiting((), job, future), synchronised))
        return future

    async def close(self) -> None:
        """Commit all that waits, then end the thread; nothing may be written after this is called."""
        self._hand_over()
        self._queue.put(None)
        await asyncio.shield(self._ended)
        self._thread.join()

    def _hand_over(self) -> None:
        if self._gathered:
            self._queue.put(self._gathered)
            self._gathered = []

    def _run(self) -> None:
        while (jobs := self._queue.get()) is not None:
            while len(jobs) < MAX_GROUP and not self._queue.empty():
                more = self._queue.get()
                if more is None:
                    self._queue.put(None)  # it is the last
                    break
                jobs += more
            for start in range(0, len(jobs), MAX_GROUP):
                self._finish(jobs[start : start + MAX_GROUP])
        self._connection.close()
        self._tell(self._ended.set_result, None)

    def _finish(self, group: list[_Job]) -> None:
        try:
            outcomes = self._commit(group)
        except Exception as error:
            self.damaged |= is_damage(error)
            self._roll_back()
            message = str(explain(error, self._path))
            outcomes = [Outcome(error=_caused(StorageError(message), error)) for _ in group]
        self._tell(_settle, group, outcomes)  # all at once: waking the event loop costs more than a write

    def _commit(self, group: list[_Job]) -> list[Outcome]:
        if _identity(self._path) != self._identity:
            raise StorageError(f"{self._path} was moved or replaced while it was in use: put it back, or start again")
        self._synchronise(any(synchronised for _, synchronised in group))
        self._connection.execute("BEGIN IMMEDIATE")
        outcomes = [waiting.run(self._connection) for waiting, _ in group]
        self._connection.execute("COMMIT")
        return outcomes

    def _synchronise(self, synchronised: bool) -> None:
        if synchronised != self._synchronised:
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if synchronised else 'NORMAL'}")
            self._synchronised = synchronised

    def _roll_back(self) -> None:
        if self._connection.in_transaction:  # a full disk may have ended it already
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    def _tell(self, *call: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the event loop is gone, and all who waited with it
            self._loop.call_soon_threadsafe(*call)


def _settle(group: list[_Job], outcomes: list[Outcome]) -> None:
    for (waiting, _), outcome in zip(group, outcomes, strict=True):
        waiting.settle(outcome)


class _SqlRows:
    def __init__(self, connection: sqlite3.Connection, namespace: str) -> None:
        self._connection = connection
        self._namespace = namespace

    def read(self, key: str) -> str | None:
        rows = self._connection.execute(_READ, (self._namespace, key)).fetchall()
        return rows[0][0] if rows else None

    def write(self, key: str, text: str | None) -> None:
        if text is None:
            self._connection.execute(_DELETE, (self._namespace, key))
        else:
            self._connection.execute(_PUT, (self._namespace, key, text))


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _caused(error: StorageError, cause: Exception) -> StorageError:
    error.__cause__ = cause
    return error
