"""Writing several files of a JSON folder, all or none: what a journal names, while it is there, is to be taken back."""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from pluggram.storage.atomic_file import (
    EditedMeanwhile,
    FolderNotSynced,
    Stamp,
    read_file,
    replace_file,
    stamp_of,
    sync_folder,
)
from pluggram.storage.errors import StorageError
from pluggram.storage.json_table import ATTEMPTS, JsonTable, Reading
from pluggram.storage.json_text import render
from pluggram.storage.names import check_key, check_namespace
from pluggram.storage.texts import TextRows, Texts
from pluggram.storage.writes import Result, Spaces


class Journal:
    """The file `.together`: of each row that is being written, by namespace and key, the old and the new text.

    The write is done once the journal is gone for good. What dies before is taken back by the next start.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / ".together"
        self.in_use = asyncio.Lock()
        """Held while a write uses the journal: there is one for all."""
        self._tables: Mapping[str, JsonTable] = {}
        self._written: dict[str, _Written] = {}
        self._content = b""

    @property
    def left(self) -> Mapping[str, JsonTable]:
        """Those that an earlier write named, which could not be taken back yet."""
        return self._tables

    def begin(self, tables: Mapping[str, JsonTable], old: Mapping[str, Texts], new: Mapping[str, Texts]) -> None:
        """Write down what will be written, once an earlier write that was given up is taken back."""
        if self._tables:
            self.give_up()
        rows = {name: _differing(old[name], texts) for name, texts in new.items()}
        self._content = json.dumps(rows, ensure_ascii=False).encode()
        self._tables = tables
        try:
            replace_file(self.path, self._content, stamp_of(self.path))
        except (OSError, EditedMeanwhile):
            self.give_up()
            raise

    def write(self, name: str, texts: Texts) -> tuple[Stamp, bytes]:
        """Write the file of a namespace, and return its stamp and its content."""
        table, content = self._tables[name], render(texts)
        try:
            stamp = replace_file(table.path, content, table.stamp, sync=False)
        except (OSError, EditedMeanwhile):
            self.give_up()
            raise
        self._written[name] = _Written(table, table.stamp, stamp)
        return stamp, content

    def end(self) -> None:
        """Make durable what was written, and then that the journal is gone: only that ends the write."""
        try:
            for folder in {written.table.path.resolve().parent for written in self._written.values()}:
                sync_folder(folder)
            self.path.unlink(missing_ok=True)
        except OSError:
            self.give_up()
            raise
        try:
            sync_folder(self.path.parent)
        except OSError as error:
            self._come_back(error)
            self.give_up()
            raise
        self._forget()

    def give_up(self) -> None:
        """Take back what is written already; raises StorageError when that fails, too: it is tried again later."""
        try:
            for name, written in list(self._written.items()):
                written.take_back()
                del self._written[name]
            self.path.unlink(missing_ok=True)
        except OSError as error:
            for written in self._written.values():
                written.table.keep_serving(written.stamp)
            problem = (
                f"{self.path.parent} can neither be written nor set back: {error}; the old values stand, and are set "
                "back before anything else is written"
            )
            for table in self._tables.values():
                table.refuse(problem)
            raise StorageError(problem) from error
        self._forget()

    def recover(self, readings: dict[str, Reading]) -> None:
        """Take back what a crash has left half written; a row that has changed since is left alone.

        readings: the files as they were read, by namespace; those that are written are put in. Raises StorageError
        when a hand or a broken disk has altered what is left, OSError.
        """
        content, stamp = read_file(self.path)
        if stamp is None:
            return
        for name, rows in self._parsed(content).items():
            reading = readings.get(name, Reading())
            due = {key: old for key, (old, new) in rows.items() if reading.texts.get(key) == new}
            texts = Texts((key, text) for key, text in (reading.texts | due).items() if text is not None)
            if texts != reading.texts:
                written = replace_file(self.path.with_name(f"{name}.json"), render(texts), reading.stamp)
                readings[name] = Reading(texts, written, reading.remarks)
        self.path.unlink()

    def _come_back(self, cause: OSError) -> None:
        try:
            with suppress(FolderNotSynced):
                replace_file(self.path, self._content, None)
        except (OSError, EditedMeanwhile):
            self._forget()
            raise StorageError(
                f"{self.path.parent} may not survive a power failure: {cause}; the new values are there"
            ) from cause

    def _forget(self) -> None:
        for table in self._tables.values():
            table.refuse("")
        self._tables = {}
        self._written.clear()

    def _parsed(self, content: bytes) -> Mapping[str, Mapping[str, tuple[str | None, str | None]]]:
        try:
            found = json.loads(content)
            return {
                check_namespace(name): {check_key(key): _pair(texts) for key, texts in rows.items()}
                for name, rows in found.items()
            }
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise StorageError(
                f"{self.path} does not parse ({error}). It says what a write that was cut short has written: "
                "mend it, or move it away to leave that as it is."
            ) from error


@dataclass(frozen=True)
class _Written:
    table: JsonTable
    before: Stamp | None
    stamp: Stamp

    def take_back(self) -> None:
        """Let the file hold again what is served; one that was written or edited since is left alone."""
        try:
            if self.table.stamp not in (self.before, self.stamp) or stamp_of(self.table.path) != self.stamp:
                return
            if self.before is None:
                self.table.path.unlink(missing_ok=True)
                self.table.keep_serving(None)
            else:
                self.table.keep_serving(replace_file(self.table.path, self.table.render(), self.stamp))
        except FolderNotSynced as error:
            self.table.keep_serving(error.stamp)
        except EditedMeanwhile:
            return


async def write_together(journal: Journal, tables: Mapping[str, JsonTable], job: Callable[[Spaces], Result]) -> Result:
    """Run `job` over the rows of these tables, and return its result once all that it changed is on disk.

    Raises StorageError, and then the old values stand; a Refused as it is.
    """
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(journal.in_use)
        for _, table in sorted({**tables, **journal.left}.items()):
            await stack.enter_async_context(table.file_in_use)
        for _ in range(ATTEMPTS):
            old = {name: await table.current() for name, table in tables.items()}
            try:
                result, new = await asyncio.to_thread(_write, journal, tables, old, job)
            except EditedMeanwhile:
                continue  # and run the job again, on what the edit left
            for name, written in new.items():
                await tables[name].adopt(*written)
            return result
    raise StorageError(f"{journal.path.parent} changes faster than it can be written: something else writes it")


def _write(
    journal: Journal, tables: Mapping[str, JsonTable], old: Mapping[str, Texts], job: Callable[[Spaces], Result]
) -> tuple[Result, Mapping[str, tuple[Texts, Stamp, bytes]]]:
    copies = {name: Texts(texts) for name, texts in old.items()}
    spaces = {name: TextRows(texts) for name, texts in copies.items()}
    result = job(spaces)
    new = {name: copies[name] for name, rows in spaces.items() if rows.changed}
    if not new:
        return result, {}
    try:
        journal.begin(tables, old, new)
        written = {name: (texts, *journal.write(name, texts)) for name, texts in new.items()}
        journal.end()
    except OSError as error:
        raise StorageError(f"{journal.path.parent} cannot be written: {error}; the old values stand") from error
    return result, written


def _pair(texts: list[str | None]) -> tuple[str | None, str | None]:
    old, new = texts
    for text in (old, new):
        if text is not None:
            json.loads(text)
    return old, new


def _differing(old: Texts, new: Texts) -> Mapping[str, tuple[str | None, str | None]]:
    keys = (key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
    return {key: (old.get(key), new.get(key)) for key in keys}
