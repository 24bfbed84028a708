"""JsonFolderBackend: a folder with one readable file per namespace, for people who like to see and edit their data."""

import asyncio
import logging
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

from pluggram.storage.atomic_file import is_temporary, replace_file, stamp_of
from pluggram.storage.errors import StorageError
from pluggram.storage.folder_lock import FolderLock
from pluggram.storage.json_backup import backup_of, copy_aside, keep_backup, retire_backup
from pluggram.storage.json_table import JsonTable, Reading, read_table
from pluggram.storage.json_text import render
from pluggram.storage.json_together import Journal, write_together
from pluggram.storage.names import is_namespace
from pluggram.storage.private import make_folder
from pluggram.storage.texts import NULL, Texts, count, page
from pluggram.storage.values import Json, decode
from pluggram.storage.writes import Refused, Result, RowsBackend, Spaces

_log = logging.getLogger("pluggram.storage")


class JsonFolderBackend(RowsBackend):
    """Keeps each namespace in `<namespace>.json`: an object, one line per key, sorted; beside it the last good `.bak`.

    One process at a time may open the folder. Edits by hand are picked up at the next read. A file that does not parse
    stays where it is while the bot runs: its last good values are served and writes to it raise. At the next opening
    it is set aside as `<namespace>.json.corrupt-<time>`, its backup takes its place, and a notice says so.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._folder = folder
        self._lock = FolderLock(folder)
        self._journal = Journal(folder)
        self._writing: set[asyncio.Task[Any]] = set()
        self._tables: dict[str, JsonTable] | None = None

    async def open(self) -> None:
        """Lock the folder, created if need be, and read its files."""
        try:
            readings = await asyncio.to_thread(self._open_files)
        except OSError as error:
            raise StorageError(f"{self._folder} cannot be opened: {error}; check its permissions") from error
        self._tables = {name: self._table(name, reading) for name, reading in readings.items()}

    async def close(self) -> None:
        """Finish all writes that were begun, then give the folder back."""
        tables, self._tables = self._tables or {}, None
        try:
            await asyncio.gather(*self._writing, return_exceptions=True)
            for table in tables.values():
                await table.finish()
            if self._journal.left:
                with suppress(StorageError):  # then the next start does it
                    await asyncio.to_thread(self._journal.give_up)
        finally:
            self._lock.release()

    async def get(self, namespace: str, key: str) -> Json:
        """Return the value, or None."""
        texts = await self._space(namespace).texts()
        return decode(texts.get(key))

    async def items(
        self, namespace: str, prefix: str = "", after: str | None = None, limit: int | None = None
    ) -> list[tuple[str, Json]]:
        """Return a page of pairs, ordered by code point."""
        return page(await self._space(namespace).texts(), prefix, after, limit)

    async def count(self, namespace: str, prefix: str = "") -> int:
        """Count the values whose key begins with `prefix`."""
        return count(await self._texts(namespace), prefix)

    async def namespaces(self) -> list[str]:
        """Return the namespaces that hold a value."""
        names = {path.stem for path in _table_files(self._folder)} | self._open_tables().keys()
        return [name for name in sorted(names) if any(text != NULL for text in (await self._texts(name)).values())]

    async def write(self, namespaces: Collection[str], job: Callable[[Spaces], Result]) -> Result:
        """Run `job` in the next writing of the files, and return its result once that is on disk."""
        tables = {namespace: self._space(namespace) for namespace in namespaces}
        if len(tables) == 1 and not self._journal.left:
            return await next(iter(tables.values())).write(job)
        writing = asyncio.create_task(write_together(self._journal, tables, job))
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)
        try:
            return await asyncio.shield(writing)
        except Refused as refused:
            raise refused.reason from None

    async def probe(self) -> None:
        """Write a file and take it away again: returns if the folder can be written, else raises StorageError."""
        self._open_tables()
        try:
            await asyncio.to_thread(_probe, self._folder / ".probe.tmp")
        except OSError as error:
            raise StorageError(f"{self._folder} cannot be written: {error.strerror}") from error

    async def _texts(self, namespace: str) -> Texts:
        return await self._space(namespace).texts()

    def _space(self, namespace: str) -> JsonTable:
        tables = self._open_tables()
        if namespace not in tables:
            tables[namespace] = self._table(namespace, Reading())
        return tables[namespace]

    def _open_tables(self) -> dict[str, JsonTable]:
        if self._tables is None:
            raise StorageError(f"{self._folder}: the storage is not open")
        return self._tables

    def _table(self, namespace: str, reading: Reading) -> JsonTable:
        return JsonTable(self._folder / f"{namespace}.json", self._tell, reading)

    def _tell(self, level: int, notice: str) -> None:
        if notice not in self.notices:
            self.notices.append(notice)
        _log.log(level, "%s", notice)

    def _open_files(self) -> dict[str, Reading]:
        make_folder(self._folder)
        self._lock.acquire()
        try:
            for path in self._folder.iterdir():
                if is_temporary(path):
                    path.unlink()
            self._tell_of_strange_names()
            readings = {path.stem: self._open_file(path) for path in _table_files(self._folder)}
            self._journal.recover(readings)
            for name, reading in readings.items():
                if problem := keep_backup(self._folder / f"{name}.json", render(reading.texts)):
                    self._tell(logging.ERROR, problem)
            return readings
        except BaseException:
            self._lock.release()
            raise

    def _open_file(self, path: Path) -> Reading:
        reading = read_table(path)
        if reading.flaw:
            reading = self._recover(path, reading)
        for remark in reading.remarks:
            self._tell(logging.WARNING, remark)
        return reading

    def _recover(self, path: Path, broken: Reading) -> Reading:
        backup = read_table(backup_of(path))
        if backup.stamp is None or backup.flaw:
            raise StorageError(
                f"{broken.flaw}. There is no good backup {backup_of(path).name} beside it: "
                "mend the file, or move it away to begin without its values."
            )
        aside = copy_aside(path)
        replace_file(path, backup_of(path).read_bytes(), stamp_of(path))
        self._tell(
            logging.ERROR,
            f"{broken.flaw}. It was set aside as {aside.name}; its last good version {backup_of(path).name} is used.",
        )
        return read_table(path)

    def _tell_of_strange_names(self) -> None:
        for path in sorted(self._folder.glob("*.json")):
            if not is_namespace(path.stem):
                self._tell(
                    logging.WARNING, f"{path} is not read: its name can be no namespace (a-z, 0-9, '_', '.', '-')"
                )
        for backup in sorted(self._folder.glob("*.json.bak")):
            path = backup.with_suffix("")
            if not path.exists():
                self._tell(logging.ERROR, retire_backup(path))


def _table_files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.json")) if is_namespace(path.stem)]


def _probe(path: Path) -> None:
    replace_file(path, b"{}\n", stamp_of(path))  # an empty file finds its place on a full disk, too
    path.unlink()
