"""SqliteBackend: one file, written by one thread, that several processes may share."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from pluggram.storage.errors import StorageError
from pluggram.storage.names import prefix_end
from pluggram.storage.private import make_folder
from pluggram.storage.sqlite_backup import SqliteBackups
from pluggram.storage.sqlite_file import BUSY_SECONDS, Damaged, connect_reader, connect_sound, explain, is_damage
from pluggram.storage.sqlite_rescue import look_before_opening, restore
from pluggram.storage.sqlite_sound import LookThrough, leave_mark, take_mark
from pluggram.storage.sqlite_writer import SqliteWriter
from pluggram.storage.values import Json, decode
from pluggram.storage.writes import Result, RowsBackend, Spaces

AT_ONCE = 32
"""Values that are read on the event loop at most: some 20 microseconds, where a hop to a thread costs 60."""

LOOP_BUSY_SECONDS = 0.5
"""How long a read on the event loop may wait: only while another process recovers the file after a crash."""

_log = logging.getLogger("pluggram.storage")

_GET = "SELECT value FROM entries WHERE namespace = ? AND key = ?"
_NAMESPACES = """WITH RECURSIVE found (name) AS (
                     SELECT min(namespace) FROM entries
                     UNION ALL SELECT (SELECT min(namespace) FROM entries WHERE namespace > name) FROM found
                     WHERE name IS NOT NULL)
                 SELECT name FROM found WHERE name IS NOT NULL"""
"""One search for each, where DISTINCT would read every row."""


class SqliteBackend(RowsBackend):
    """Keeps values in a SQLite file, with the standard library's sqlite3 in WAL mode.

    Reads see what any process has committed and never wait for a writer. One value, or a few, are read on the event
    loop's own thread, which costs less than a hop to another; more on a thread of its own, and a third one writes.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self._path = path
        self._connections: _Connections | None = None

    async def open(self) -> None:
        """Open the file, creating it and its folder if need be."""
        try:
            make_folder(self._path.parent)
            writing, looked = await asyncio.to_thread(self._open_or_restore)
            self._connections = _Connections(self._path, writing, looked, self._tell)
        except (OSError, sqlite3.Error) as error:
            raise explain(error, self._path) from error

    async def close(self) -> None:
        """Commit all writes that were begun, then close."""
        connections, self._connections = self._connections, None
        if connections is not None:
            await connections.close()

    async def get(self, namespace: str, key: str) -> Json:
        """Return the value, or None."""
        rows = self._read_here(_GET, (namespace, key))
        return decode(rows[0][0]) if rows else None

    async def items(
        self, namespace: str, prefix: str = "", after: str | None = None, limit: int | None = None
    ) -> list[tuple[str, Json]]:
        """Return a page of pairs, ordered by code point."""
        sql, values = _query("SELECT key, value", namespace, prefix, after)
        page: tuple[str, list[str | int]] = (f"{sql} ORDER BY key LIMIT ?", [*values, -1 if limit is None else limit])
        if limit is not None and limit <= AT_ONCE:
            return [(key, decode(text)) for key, text in self._read_here(*page)]
        return await self._scan(*page, lambda row: (row[0], decode(row[1])))

    async def count(self, namespace: str, prefix: str = "") -> int:
        """Count the values whose key begins with `prefix`."""
        sql, values = _query("SELECT count(*)", namespace, prefix)
        return (await self._scan(sql, values, lambda row: int(row[0])))[0]

    async def namespaces(self) -> list[str]:
        """Return the namespaces that hold a value."""
        return await self._scan(_NAMESPACES, [], lambda row: str(row[0]))

    async def probe(self) -> None:
        """Write something and take it away again; raises StorageError also when the file was seen to be damaged."""
        if damage := self._open().look.damage:
            raise StorageError(damage)
        await super().probe()

    async def look_through(self) -> None:
        """Look through the whole file, if it was not when it was opened; raises StorageError if it is damaged."""
        await self._open().look.finish()

    async def write(self, namespaces: Collection[str], job: Callable[[Spaces], Result]) -> Result:
        """Run `job` on the writer's thread, and return its result once it is committed."""
        return await self._open().writer.write(namespaces, job)

    def _read_here(self, sql: str, values: Sequence[str | int]) -> list[Any]:
        try:
            # fetchall ends the statement: a row left unread would hold this connection at an old snapshot
            return self._open().point.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise self._failed(error) from error

    async def _scan(self, sql: str, values: Sequence[str | int], read: Callable[[Any], Result]) -> list[Result]:
        connections = self._open()

        def scan() -> list[Result]:
            return [read(row) for row in connections.pages.execute(sql, values).fetchall()]

        try:
            return await asyncio.get_running_loop().run_in_executor(connections.thread, scan)
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def _failed(self, error: sqlite3.Error) -> StorageError:
        if is_damage(error):
            self._open().sound = False
        return explain(error, self._path)

    def _open(self) -> "_Connections":
        if self._connections is None:
            raise StorageError(f"{self._path}: the storage is not open")
        return self._connections

    def _open_or_restore(self) -> tuple[sqlite3.Connection, bool]:
        try:
            return self._open_sound()
        except Damaged as damaged:
            self._tell(logging.ERROR, restore(self._path, damaged))
        return self._open_sound()

    def _open_sound(self) -> tuple[sqlite3.Connection, bool]:
        """Open the file, and say whether it was looked through."""
        for notice in look_before_opening(self._path):
            self._tell(logging.ERROR, notice)
        marked = take_mark(self._path)
        return connect_sound(self._path, known=marked), not marked

    def _tell(self, level: int, notice: str) -> None:
        self.notices.append(notice)
        _log.log(level, "%s", notice)


def _query(select: str, namespace: str, prefix: str, after: str | None = None) -> tuple[str, list[str]]:
    """Give one lower bound only: of two, SQLite looks up the first and steps through all rows up to the second."""
    lower = ("AND key >= ?", prefix) if after is None or after < prefix else ("AND key > ?", after)
    bounds = [(f"{select} FROM entries WHERE namespace = ?", namespace), lower, ("AND key < ?", prefix_end(prefix))]
    given = [(sql, value) for sql, value in bounds if value is not None]
    return " ".join(sql for sql, _ in given), [value for _, value in given]


class _Connections:
    """The open file: a connection for single values, one for pages with its thread, and the writer's."""

    def __init__(self, path: Path, writing: sqlite3.Connection, looked: bool, tell: Callable[[int, str], None]) -> None:
        self.sound = True
        self._path = path
        self.point = connect_reader(path, LOOP_BUSY_SECONDS).cursor()
        self.pages = connect_reader(path, BUSY_SECONDS)
        self.thread = ThreadPoolExecutor(1, "pluggram pages")
        self.writer = SqliteWriter(path, writing)
        self.look = LookThrough(path, not looked, tell)
        self.backups = SqliteBackups(path, tell)

    async def close(self) -> None:
        await self.look.close()
        await self.backups.close()
        await self.writer.close()
        await asyncio.get_running_loop().run_in_executor(self.thread, self.pages.close)
        self.thread.shutdown()
        self.point.connection.close()
        sound = self.sound and not self.look.damage and not self.writer.damaged
        await asyncio.to_thread(leave_mark if sound else take_mark, self._path)
