"""The inbox from outside of the bot: what a person may look at and change, whether the bot runs or not."""

import json
import sqlite3
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pluggram.intake import inbox_file
from pluggram.intake.inbox_file import ANSWERED, DONE, SCHEMA
from pluggram.intake.row import lane_key
from pluggram.intake.slots import InWork, in_work
from pluggram.intake.sqlite_inbox import FILE, SLOTS
from pluggram.storage.sqlite_file import BUSY_SECONDS, connect_reader, connect_writer, explain

_WAITING = (
    f"SELECT seq, id, at, state, body, reply FROM updates WHERE state < {DONE} AND id = coalesce(?, id)"
    " ORDER BY seq LIMIT ?"
)
_DEAD = "SELECT id, at, reason, body, reply, retry FROM dead WHERE id = coalesce(?, id) ORDER BY seq"


@dataclass(frozen=True, slots=True)
class Letter:
    """An update in the inbox. state: received, started, answered or dead. seconds: since it came. update: its JSON.

    lane: the chat, person or kind it belongs to; empty for what is no update. reason: why it is dead.
    reply: the answer that waits to be sent, as JSON. retry: somebody wants it to be tried again.
    """

    id: int
    state: str
    seconds: float
    lane: str
    update: str
    reply: str | None = None
    reason: str = ""
    retry: bool = False

    @property
    def is_update(self) -> bool:
        """Whether it is an update at all; what is none cannot be tried again."""
        return bool(self.lane)


@dataclass(frozen=True, slots=True)
class InboxDesk:
    """The inbox in a bot's data folder. Each call raises StorageError when the file cannot be read or written."""

    folder: Path

    @property
    def exists(self) -> bool:
        """Whether a bot has ever run durably here."""
        return (self.folder / FILE).is_file()

    def counts(self) -> tuple[int, int]:
        """Count what waits, and dead letters."""
        with self._open() as connection:
            waiting = {seq for (seq,) in connection.execute(f"SELECT seq FROM updates WHERE state < {DONE}")}
            done = {seq for seq, each in self._in_work(connection).items() if each.done}
            return len(waiting - done), inbox_file.dead_letters(connection)[0]

    def letters(self, most: int) -> Sequence[Letter]:
        """Give the dead letters, then the oldest of what waits, so many at the most."""
        return self._read(None, most)

    def find(self, update_id: int) -> Sequence[Letter]:
        """Give what the inbox has of an update that is not done; of two bots, two."""
        return self._read(update_id, -1)

    def _read(self, update_id: int | None, most: int) -> Sequence[Letter]:
        with self._open() as connection:
            return [*_dead(connection, update_id), *_waiting(connection, self._in_work(connection), update_id, most)]

    def _in_work(self, connection: sqlite3.Connection) -> Mapping[int, InWork]:
        return in_work(self.folder / SLOTS, inbox_file.key(connection))

    def retry(self, ids: Collection[int]) -> Collection[int]:
        """Have dead letters tried again; give those that are."""
        return self._change("UPDATE dead SET retry = 1 WHERE id = ?", ids)

    def drop(self, ids: Collection[int]) -> Collection[int]:
        """Throw dead letters away; give those that are."""
        return self._change("DELETE FROM dead WHERE id = ?", ids)

    def _change(self, sql: str, ids: Collection[int]) -> Collection[int]:
        path = self.folder / FILE
        try:
            with closing(connect_writer(path, SCHEMA)) as connection:
                return [update_id for update_id in ids if connection.execute(sql, (update_id,)).rowcount]
        except sqlite3.Error as error:
            raise explain(error, path) from error

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        path = self.folder / FILE
        try:
            with closing(connect_reader(path, BUSY_SECONDS)) as connection:
                yield connection
        except sqlite3.Error as error:
            raise explain(error, path) from error


def _lane(text: str) -> str:
    """Give the lane of a letter by its text; empty when that is no update."""
    try:
        update = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return lane_key(update) if isinstance(update, dict) and type(update.get("update_id")) is int else ""


def _dead(connection: sqlite3.Connection, wanted: int | None) -> Iterator[Letter]:
    now = time.time()
    for update_id, at, reason, body, reply, retry in connection.execute(_DEAD, (wanted,)):
        yield Letter(update_id, "dead", now - at, _lane(body), body, reply, reason, bool(retry))


def _waiting(
    connection: sqlite3.Connection, kept: Mapping[int, InWork], wanted: int | None, most: int
) -> Iterator[Letter]:
    now = time.time()
    for seq, update_id, at, state, body, reply in connection.execute(_WAITING, (wanted, most)):
        slot = kept.get(seq)
        if slot is not None and slot.done:
            continue
        answer = reply if slot is None or slot.answer is None else slot.answer or None
        answered = state == ANSWERED or (slot is not None and slot.answer is not None)
        named = "answered" if answered else "received" if slot is None else "started"
        yield Letter(update_id, named, now - at, _lane(body), body, answer)
