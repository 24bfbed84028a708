"""How a large SQLite file is known to be sound: by a mark that its closing left, and by a look while the bot runs."""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path

from pluggram.storage.atomic_file import stamp_of
from pluggram.storage.errors import StorageError
from pluggram.storage.private import make_file
from pluggram.storage.sqlite_backup import beside
from pluggram.storage.sqlite_file import BUSY_SECONDS, Damaged, check, connect_reader, explain

LARGE = 16 * 1024 * 1024
"""Bytes: a file up to here is looked through whenever it is opened, which takes 0.01 s, or 0.3 s from a slow disk."""

LOOK_SECONDS = 1.0
"""So long after the start a large file is looked through."""

_INTERRUPT_SECONDS = 0.05


def take_mark(path: Path) -> bool:
    """Take the mark away, and say whether closing the file as it is now has left it.

    A process that dies leaves none. A copy that keeps the time of the file, such as of a folder that moves, keeps it.
    """
    mark = _mark_of(path)
    try:
        said = mark.read_text()
        mark.unlink()
        return bool(said) and said == _state(path)
    except (OSError, UnicodeDecodeError):
        return False


def leave_mark(path: Path) -> None:
    """Say that this file, which was closed, was sound; not of a small file, nor of one that another has open."""
    with contextlib.suppress(OSError):  # then the next start looks through the file
        if path.stat().st_size > LARGE and (state := _state(path)):
            make_file(_mark_of(path))
            _mark_of(path).write_text(state)


class LookThrough:
    """Looks through an open file, on a thread and a connection of its own, if it was opened because of its mark."""

    def __init__(self, path: Path, due: bool, tell: Callable[[int, str], None]) -> None:
        self.damage = ""
        """What is wrong with the file; empty while nothing is known."""
        self._path = path
        self._tell = tell
        self._ending = False
        self._begin = asyncio.Event()
        self._connection: sqlite3.Connection | None = None
        self._task = asyncio.create_task(self._run(), name=f"pluggram looks through {path.name}") if due else None

    async def finish(self) -> None:
        """Look now, unless that is done; raises StorageError if the file is damaged."""
        self._begin.set()
        if self._task:
            await asyncio.shield(self._task)
        if self.damage:
            raise StorageError(self.damage)

    async def close(self) -> None:
        """End looking."""
        self._ending = True
        self._begin.set()
        while self._task and not self._task.done():
            if self._connection is not None:
                self._connection.interrupt()
            await asyncio.wait({self._task}, timeout=_INTERRUPT_SECONDS)

    async def _run(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._begin.wait(), LOOK_SECONDS)
        if self._ending:
            return
        self.damage = await asyncio.to_thread(self._look)
        if self.damage:
            self._tell(logging.ERROR, self.damage)

    def _look(self) -> str:
        try:
            with contextlib.closing(connect_reader(self._path, BUSY_SECONDS)) as self._connection:
                check(self._connection, self._path)
        except Damaged as damaged:
            return f"{damaged}. What can be read of it is served: start again, which looks for a good backup"
        except (sqlite3.Error, StorageError) as error:
            return "" if self._ending else str(explain(error, self._path))
        finally:
            self._connection = None
        return ""


def _mark_of(path: Path) -> Path:
    return beside(path, ".sound")


def _state(path: Path) -> str:
    """Tell this file from any that was written since; nothing while it has a log, for then it is in use."""
    stamp = stamp_of(path)
    log = stamp_of(beside(path, "-wal"))
    return "" if stamp is None or (log and log[1]) else f"{stamp[0]} {stamp[1]}"
