"""The last good copy of a SQLite file: `bot.db.bak`, made beside it while the bot runs."""

import asyncio
import contextlib
import logging
import os
import sqlite3
import stat
import time
from collections.abc import Callable
from pathlib import Path

from pluggram.storage.atomic_file import sync_folder
from pluggram.storage.errors import StorageError
from pluggram.storage.sqlite_file import explain

LOOK_SECONDS = 60.0
"""So often it is looked whether a backup is due, and the first time so long after the start."""

HOUR = 3600
BYTES_AN_HOUR = 8 * 1024 * 1024
"""A backup is due an hour after the last one, and an hour more for each 8 MiB of that, but a day at most."""

ROOM = 16 * 1024 * 1024
"""Bytes that a backup leaves free on the disk."""

_log = logging.getLogger("pluggram.storage")


def beside(path: Path, suffix: str) -> Path:
    """Return what belongs to this SQLite file, or to the one that it links to: `-wal`, `-shm` or `.bak`."""
    real = path.resolve()
    return real.with_name(real.name + suffix)


def is_due(path: Path) -> bool:
    """Say whether the file has changed since its last backup, and that one is old enough; raises OSError."""
    try:
        last = beside(path, ".bak").stat()
    except FileNotFoundError:
        return True
    made, pause = last.st_mtime, min(24, 1 + last.st_size // BYTES_AN_HOUR) * HOUR
    written = [file.stat().st_mtime for file in (path, beside(path, "-wal")) if file.exists()]
    return max(written) > made and abs(time.time() - made) >= pause  # abs: a clock may have been set back


class SqliteBackups:
    """Keeps the backup of an open file fresh until it is closed."""

    def __init__(self, path: Path, tell: Callable[[int, str], None]) -> None:
        self._path = path
        self._tell = tell
        self._problem = ""
        self._copying: sqlite3.Connection | None = None
        self._ending = asyncio.Event()
        self._task = asyncio.create_task(self._run(), name=f"pluggram backs up {path.name}")

    async def close(self) -> None:
        """Make no more backups; one that is being made is given up."""
        self._ending.set()
        if self._copying is not None:
            self._copying.interrupt()
        await self._task

    def look(self) -> None:
        """Make a backup if one is due; a failure is told once, and so is its end."""
        known, self._problem = self._problem, self._look()
        if self._problem and not known:
            self._tell(logging.ERROR, self._problem)
        if known and not self._problem:
            _log.info("%s has a backup again", self._path)

    async def _run(self) -> None:
        while not self._ending.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), LOOK_SECONDS)
                return
            await asyncio.to_thread(self.look)

    def _look(self) -> str:
        try:
            if is_due(self._path):
                self._make()
        except (OSError, sqlite3.Error, StorageError) as error:
            if not self._ending.is_set():
                return f"{beside(self._path, '.bak')} cannot be written: {explain(error, self._path)}"
        return ""

    def _make(self) -> None:
        from shutil import disk_usage  # measured: with its formats of archives 2 ms of the start, for no backup then

        if disk_usage(self._path.parent).free < 2 * self._path.stat().st_size + ROOM:
            raise StorageError("the disk has too little room for it: make room")
        new = beside(self._path, ".bak.tmp")
        try:
            new.unlink(missing_ok=True)
            self._copy(new)
            new.chmod(stat.S_IMODE(self._path.stat().st_mode))
            descriptor = os.open(new, os.O_RDWR)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            new.replace(beside(self._path, ".bak"))
        finally:
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)
        sync_folder(new.parent)

    def _copy(self, new: Path) -> None:
        # VACUUM INTO reads every row by the tree that holds it, so it never makes a copy of damage
        with contextlib.closing(sqlite3.connect(self._path, check_same_thread=False)) as connection:
            self._copying = connection
            try:
                connection.execute("VACUUM INTO ?", (str(new),))
            finally:
                self._copying = None
