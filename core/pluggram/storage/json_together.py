"""Writing several files of a JSON folder, all or none: a journal says what is being written until all are."""

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
)
from pluggram.storage.errors import StorageError
from pluggram.storage.json_table import ATTEMPTS, JsonTable, Reading
from pluggram.storage.json_text import render
from pluggram.storage.names import check_key, check_namespace
from pluggram.storage.texts import TextRows
from pluggram.storage.writes import Result, Spaces

Texts = Mapping[str, str]


class Journal:
    """The file `.together`: of each row that is being written, by namespace and key, the old and the new text."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / ".together"
        self.in_use = asyncio.Lock()
        """Held while a write uses the journal: there is one for all."""
        self._written: dict[str, _Written] = {}
        self._left = False

    @property
    def torn(self) -> Mapping[str, JsonTable]:
        """Those whose files hold what was given up, and could not be set back yet."""
        return {name: written.table for name, written in self._written.items()}

    def begin(self, old: Mapping[str, Texts], new: Mapping[str, Texts]) -> None:
        """Write down what will be written, once an earlier write that was given up is taken back."""
        self.settle()
        rows = {name: _differing(old[name], texts) for name, texts in new.items()}
        try:
            replace_file(self.path, json.dumps(rows, ensure_ascii=False).encode(), stamp_of(self.path))
        except FolderNotSynced:
            self.give_up()
            raise

    def wrote(self, table: JsonTable, stamp: Stamp) -> None:
        """Remember that the file of this table was written, and has this stamp now."""
        self._written[table.path.stem] = _Written(table, table.stamp, stamp)

    def end(self) -> None:
        """All is written. Where the file cannot be removed it does no harm, for its rows are what they should be."""
        self._written.clear()
        with suppress(OSError):
            self.path.unlink(missing_ok=True)

    def settle(self) -> None:
        """Take back what an earlier write could not; raises StorageError when it cannot be taken back now either."""
        if self._left:
            self.give_up()

    def give_up(self) -> None:
        """Take back what is written already; raises StorageError when that, too, fails: it is tried again later."""
        self._left = True
        try:
            for name, written in list(self._written.items()):
                written.take_back()
                del self._written[name]
            self.path.unlink(missing_ok=True)
        except OSError as error:
            for written in self._written.values():
                written.table.keep_serving(written.stamp)
            raise StorageError(
                f"{self.path.parent} can neither be written nor set back: {error}; the old values are served, and set "
                f"back by the next write that succeeds; if the bot ends before, its next start finishes the write"
            ) from error
        self._left = False

    def finish(self, readings: dict[str, Reading]) -> None:
        """Write what a crash has left unwritten; a row that has changed since is left alone.

        readings: the files as they were read, by namespace; those that are written are put in. Raises StorageError
        when a hand or a broken disk has altered what is left.
        """
        content, stamp = read_file(self.path)
        for name, rows in self._parsed(content).items() if stamp else ():
            reading = readings.get(name, Reading())
            due = {key: new for key, (old, new) in rows.items() if reading.texts.get(key) == old}
            texts = {key: text for key, text in (reading.texts | due).items() if text is not None}
            if texts != reading.texts:
                written = replace_file(self.path.with_name(f"{name}.json"), render(texts), reading.stamp)
                readings[name] = Reading(texts, written, reading.remarks)
        self.end()

    def _parsed(self, content: bytes) -> Mapping[str, Mapping[str, tuple[str | None, str | None]]]:
        try:
            found = json.loads(content)
            return {
                check_namespace(name): {check_key(key): _pair(texts) for key, texts in rows.items()}
                for name, rows in found.items()
            }
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise StorageError(
                f"{self.path} does not parse ({error}). It says what a write that was cut short has left to do: "
                "mend it, or move it away to leave that undone."
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
        for _, table in sorted({**tables, **journal.torn}.items()):
            await stack.enter_async_context(table.file_in_use)
        for _ in range(ATTEMPTS):
            old = {name: await table.current() for name, table in tables.items()}
            try:
                result, new = await asyncio.to_thread(_write, journal, tables, old, job)
            except EditedMeanwhile:
                continue  # and run the job again, on what the edit left
            for name, (texts, stamp) in new.items():
                await tables[name].adopt(texts, stamp)
            return result
    raise StorageError(f"{journal.path.parent} changes faster than it can be written: something else writes it")


def _write(
    journal: Journal, tables: Mapping[str, JsonTable], old: Mapping[str, Texts], job: Callable[[Spaces], Result]
) -> tuple[Result, Mapping[str, tuple[dict[str, str], Stamp]]]:
    spaces = {name: TextRows(dict(texts)) for name, texts in old.items()}
    result = job(spaces)
    new = {name: rows.texts for name, rows in spaces.items() if rows.changed}
    if not new:
        return result, {}
    try:
        journal.begin(old, new)
        stamps = _replace(journal, tables, new)
    except OSError as error:
        raise StorageError(f"{journal.path.parent} cannot be written: {error}; the old values stand") from error
    journal.end()
    return result, {name: (new[name], stamp) for name, stamp in stamps.items()}


def _replace(journal: Journal, tables: Mapping[str, JsonTable], new: Mapping[str, Texts]) -> Mapping[str, Stamp]:
    done: dict[str, Stamp] = {}
    for name, texts in new.items():
        try:
            done[name] = replace_file(tables[name].path, render(texts), tables[name].stamp)
        except FolderNotSynced as error:
            journal.wrote(tables[name], error.stamp)
            journal.give_up()
            raise
        except (OSError, EditedMeanwhile):
            journal.give_up()
            raise
        journal.wrote(tables[name], done[name])
    return done


def _pair(texts: list[str | None]) -> tuple[str | None, str | None]:
    old, new = texts
    for text in (old, new):
        if text is not None:
            json.loads(text)
    return old, new


def _differing(old: Texts, new: Texts) -> Mapping[str, tuple[str | None, str | None]]:
    keys = (key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
    return {key: (old.get(key), new.get(key)) for key in keys}
