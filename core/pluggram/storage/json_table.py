"""One namespace of a JSON folder: its file, the values read from it, and the one task that writes it."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
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
from pluggram.storage.json_backup import keep_backup, retire_backup
from pluggram.storage.json_text import parse, render
from pluggram.storage.texts import TextRows, Texts
from pluggram.storage.writes import Outcome, Result, Spaces, Waiting

_log = logging.getLogger("pluggram.storage")

_UNKNOWN: Stamp = (0, 0, 0)

ATTEMPTS = 10
"""So often a write begins again because the file was edited while it was written."""


@dataclass(frozen=True)
class Reading:
    """What a look at the file gave."""

    texts: Texts = field(default_factory=Texts)
    stamp: Stamp | None = None
    remarks: list[str] = field(default_factory=list)
    flaw: str = ""
    """Why the file cannot be used, with the line; empty if it can."""


def read_table(path: Path) -> Reading:
    """Read the file; one that is missing holds no values."""
    stamp = None
    try:
        content, stamp = read_file(path)
        texts, remarks = parse(content) if stamp else (Texts(), [])
    except OSError as error:
        return Reading(stamp=stamp, flaw=f"{path} cannot be read: {error.strerror}")
    except ValueError as error:
        return Reading(stamp=stamp, flaw=f"{path} does not parse: {error}")
    return Reading(texts, stamp, [f"{path}: {remark}" for remark in remarks])


class JsonTable:
    """Serves reads from memory and gathers writes: those that come while the file is written share the next writing.

    Before each read the file's stamp is compared, so that an edit by hand is seen. A change is visible once it is on
    disk, so there is nothing to take back when the writing fails.
    """

    def __init__(self, path: Path, tell: Callable[[int, str], None], reading: Reading) -> None:
        self.path = path
        self.file_in_use = asyncio.Lock()
        """Held while the file is read or written."""
        self._tell = tell
        self._texts, self._stamp, self._flaw = reading.texts, reading.stamp, reading.flaw
        self._refused = ""
        self._unsaved = ""
        self._waiting: list[Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    @property
    def stamp(self) -> Stamp | None:
        """The stamp of the file as it was last read or written; None if there was none."""
        return self._stamp

    async def texts(self) -> Texts:
        """Return the JSON text by key, as of now; treat it as read-only."""
        if self._writer is None and self._look() != self._stamp:
            async with self.file_in_use:
                await self._refresh()
        return self._texts

    async def write(self, job: Callable[[Spaces], Result]) -> Result:
        """Run `job` in the next writing, and return its result once that is on disk."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting((self.path.stem,), job, future))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all(), name=f"pluggram writes {self.path.name}")
        return await future

    async def finish(self) -> None:
        """Return when all writes that were begun are on disk."""
        if self._writer is not None:
            await asyncio.shield(self._writer)

    async def current(self) -> Texts:
        """Return the JSON text by key, as of now, for who holds the file and will write it; treat it as read-only.

        Raises StorageError when the file does not parse.
        """
        await self._refresh()
        if self._flaw:
            raise StorageError(f"{self._flaw}. Nothing can be stored in it until it is mended.")
        return self._texts

    def render(self) -> bytes:
        """Return the content of a file that holds what is served."""
        return render(self._texts)

    def keep_serving(self, stamp: Stamp | None) -> None:
        """Serve what is served now although the file, which has this stamp, may hold something else."""
        self._stamp = stamp

    def refuse(self, problem: str) -> None:
        """Raise StorageError at each write to this file alone, until it is called with no problem."""
        self._refused = problem

    async def adopt(self, texts: Texts, stamp: Stamp, content: bytes) -> None:
        """Serve from now on what was written to the file that is held, as this content."""
        self._texts, self._stamp = texts, stamp
        await self._back_up(content)

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting, []
                async with self.file_in_use:
                    await self._write_group(group)
        finally:
            self._writer = None

    async def _write_group(self, group: list[Waiting]) -> None:
        content = None
        try:
            outcomes, content = await self._commit(group)
        except Exception as error:  # whatever it is, nobody may be left waiting
            outcomes = [Outcome(error=_copy(error, self.path)) for _ in group]
        for waiting, outcome in zip(group, outcomes, strict=True):
            waiting.settle(outcome)
        if content is not None:
            await self._back_up(content)

    async def _commit(self, group: list[Waiting]) -> tuple[list[Outcome], bytes | None]:
        if self._refused:
            raise StorageError(self._refused)
        for _ in range(ATTEMPTS):
            texts = Texts(await self.current())
            rows = TextRows(texts)
            outcomes = [waiting.run({self.path.stem: rows}) for waiting in group]
            if not rows.changed:
                return outcomes, None
            try:
                self._stamp, content = await asyncio.to_thread(self._store, texts, self._stamp)
            except EditedMeanwhile:
                continue  # and run the changes again, on what the edit left
            self._texts = texts
            return outcomes, content
        raise StorageError(f"{self.path} changes faster than it can be written: something else writes it all the time")

    def _store(self, texts: Texts, expected: Stamp | None) -> tuple[Stamp, bytes]:
        content = render(texts)
        try:
            return replace_file(self.path, content, expected), content
        except FolderNotSynced as error:
            consequence = "the old values stand" if self._restore(expected, error.stamp) else "the new values are there"
            raise StorageError(f"{self.path} may not survive a power failure: {error}; {consequence}") from error
        except OSError as error:
            raise StorageError(f"{self.path} cannot be written: {error.strerror}; the old values stand") from error

    def _restore(self, expected: Stamp | None, current: Stamp) -> bool:
        try:
            if expected is None:
                self.path.unlink()
            else:
                replace_file(self.path, render(self._texts), current)
        except FolderNotSynced:
            return True
        except (OSError, EditedMeanwhile):
            return False
        return True

    async def _refresh(self) -> None:
        look = self._look()
        if look == self._stamp:
            return
        reading = await asyncio.to_thread(read_table, self.path)
        if reading.stamp is None and self._stamp is not None and not reading.flaw:
            self._tell(logging.ERROR, await asyncio.to_thread(retire_backup, self.path))
        for remark in reading.remarks:
            self._tell(logging.WARNING, remark)
        known, self._stamp, self._flaw = self._flaw, reading.stamp, reading.flaw
        if reading.flaw:
            if reading.flaw != known:
                self._tell(logging.ERROR, f"{reading.flaw}. Its last good values are served until it is mended.")
            return
        if known:
            _log.info("%s is read again", self.path)
        self._texts = reading.texts
        await self._back_up(await asyncio.to_thread(self.render))

    def _look(self) -> Stamp | None:
        try:
            return stamp_of(self.path)
        except OSError:
            return _UNKNOWN

    async def _back_up(self, content: bytes) -> None:
        if self._stamp is None:
            return
        known, self._unsaved = self._unsaved, await asyncio.to_thread(keep_backup, self.path, content)
        if self._unsaved and not known:
            self._tell(logging.ERROR, self._unsaved)
        if known and not self._unsaved:
            _log.info("%s has a backup again", self.path)


def _copy(error: Exception, path: Path) -> StorageError:
    # One for each caller, for each adds its own traceback.
    copy = StorageError(str(error) if isinstance(error, StorageError) else f"{path} cannot be written: {error!r}")
    copy.__cause__ = error
    return copy
