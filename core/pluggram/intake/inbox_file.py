"""The file of the inbox: its tables, and what each mark does to them. Runs on the writer's thread."""

import json
import logging
import secrets
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pluggram.decoding import read_json
from pluggram.intake.row import Row, lane_key, storable
from pluggram.intake.slots import InWork
from pluggram.reply_json import load
from pluggram.storage.sqlite_file import Schema

logger = logging.getLogger("pluggram.intake")

WAITING, ANSWERED, DONE = 0, 1, 2
"""What the column `state` holds: started is no state, for it is written to a file of its own."""
CHUNKS = (100, 16, 4, 1)
"""So many rows are written by one statement: each gives the other threads a chance to hold this one up."""

SCHEMA = Schema(
    0x706C7569,  # "plui" in ASCII
    1,
    (
        "CREATE TABLE updates (seq INTEGER PRIMARY KEY AUTOINCREMENT, bot INTEGER NOT NULL, id INTEGER NOT NULL,"
        " state INTEGER NOT NULL, at REAL NOT NULL, ended REAL, body TEXT, reply TEXT,"
        " sent INTEGER NOT NULL DEFAULT 0, redelivered INTEGER NOT NULL DEFAULT 0, deaths INTEGER NOT NULL DEFAULT 0,"
        " UNIQUE (bot, id))",
        f"CREATE INDEX undone ON updates (seq) WHERE state < {DONE}",
        "CREATE TABLE dead (seq INTEGER PRIMARY KEY, bot INTEGER NOT NULL, id INTEGER, at REAL NOT NULL,"
        " ended REAL NOT NULL, reason TEXT NOT NULL, body TEXT NOT NULL, reply TEXT, sent INTEGER NOT NULL,"
        " retry INTEGER NOT NULL DEFAULT 0)",
        "CREATE TABLE facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
        f"INSERT INTO facts VALUES ('key', {secrets.randbits(62)})",
    ),
    "move it away; it is where the inbox of this bot belongs",
)

_RECEIVE = "INSERT OR IGNORE INTO updates (bot, at, state, id, body) VALUES "
_RECEIVED = "SELECT id, seq FROM updates WHERE +bot = ? AND seq > ?"
_ANSWER = f"UPDATE updates SET state = {ANSWERED}, reply = ? WHERE seq = ? AND state < {DONE}"
_SENT = "UPDATE updates SET sent = ? WHERE seq = ?"
_SENT_OF_KEPT = f"{_SENT} AND state = {ANSWERED}"
"""How much is sent of an answer that is lost says nothing of the one that its handler will return next."""
_DONE = f"UPDATE updates SET state = {DONE}, ended = ?, body = NULL, reply = NULL WHERE seq IN (%s)"
_CUT_OFF = "UPDATE updates SET redelivered = 1 WHERE seq = ?"
_DIED = f"UPDATE updates SET redelivered = 1, deaths = deaths + 1 WHERE seq = ? AND state = {WAITING}"
_BURY = (
    "INSERT OR REPLACE INTO dead (seq, bot, id, at, ended, reason, body, reply, sent)"
    f" SELECT seq, bot, id, at, ?, ?, body, reply, sent FROM updates WHERE seq = ? AND state < {DONE}"
)
_MARKED = (
    "SELECT min(seq) FROM dead WHERE retry = 1 AND bot = ? AND NOT EXISTS (SELECT 1 FROM updates"
    f" WHERE updates.bot = dead.bot AND updates.id = dead.id AND state < {DONE}) GROUP BY id ORDER BY 1 LIMIT ?"
)
_RAISE = (
    "INSERT OR REPLACE INTO updates (bot, id, state, at, body, reply, sent, redelivered)"
    f" SELECT bot, id, CASE WHEN reply IS NULL THEN {WAITING} ELSE {ANSWERED} END, at, body, reply, sent, 1"
    " FROM dead WHERE seq = ?"
)
# `+bot` is for SQLite, which would else read all rows of a bot that are done to find those that are not
_COLUMNS = "seq, body, at, redelivered, deaths, state, reply, sent"
_DRAW = f"SELECT {_COLUMNS} FROM updates WHERE state < {DONE} AND +bot = ? AND seq > ? ORDER BY seq LIMIT ?"
_FETCH = f"SELECT {_COLUMNS} FROM updates WHERE state < {DONE} AND seq IN (%s) ORDER BY seq"
_FIRST = (
    f"SELECT {_COLUMNS} FROM updates WHERE state < {DONE} AND +bot = ? AND (state = {ANSWERED} OR deaths >= ?)"
    " ORDER BY seq"
)
_OLDEST = "SELECT seq, state = ?, ended < ? FROM updates WHERE seq > ? ORDER BY seq LIMIT ?"


Some = TypeVar("Some")


@dataclass(slots=True)
class Marks:
    """What is written in one go. new: what arrives, as (id, body, why it is none); others name rows by number.

    sent: how many calls are made, by row.
    """

    new: list[tuple[int, str, str]] = field(default_factory=list)
    answered: list[tuple[str | None, int]] = field(default_factory=list)
    sent: dict[int, int] = field(default_factory=dict)
    done: list[int] = field(default_factory=list)
    dead: list[tuple[str, int]] = field(default_factory=list)
    cut_off: list[int] = field(default_factory=list)

    def keep(self, others: "Marks") -> None:
        """Take over the marks of others that could not be written, as if they came before; not what was to arrive."""
        self.sent = others.sent | self.sent
        for name in ("answered", "done", "dead", "cut_off"):
            setattr(self, name, getattr(others, name) + getattr(self, name))

    def write(self, connection: sqlite3.Connection, bot: int) -> Sequence[int | None]:
        """Write all, and give the numbers that the new ones got; None for those that are known already."""
        now = time.time()
        numbers = _receive(connection, bot, now, self.new) if self.new else ()
        if self.answered:
            connection.executemany(_ANSWER, self.answered)
        if self.sent:
            connection.executemany(_SENT, [(calls, seq) for seq, calls in self.sent.items()])
        for reason, seq in self.dead:
            _bury(connection, now, reason, seq)
        _end(connection, now, self.done)
        if self.cut_off:
            connection.executemany(_CUT_OFF, [(seq,) for seq in self.cut_off])
        return numbers


def _receive(
    connection: sqlite3.Connection, bot: int, now: float, new: Sequence[tuple[int, str, str]]
) -> Sequence[int | None]:
    before, count, last = _last(connection), 0, 0
    for chunk in _chunks(new):
        values = ", ".join([f"(?1, ?2, {WAITING}, ?, ?)"] * len(chunk))
        parts = [part for key, body, _ in chunk for part in (key, body)]
        cursor = connection.execute(_RECEIVE + values, [bot, now, *parts])
        if cursor.rowcount:
            count, last = count + cursor.rowcount, cursor.lastrowid or 0
    numbers: Sequence[int | None] = range(last - count + 1, last + 1)
    if count < len(new):
        fresh = dict(connection.execute(_RECEIVED, (bot, before)).fetchall())
        numbers = [fresh.pop(key, None) for key, _, _ in new]
    for number, (_, _, reason) in zip(numbers, new, strict=True):
        if reason and number is not None:
            _bury(connection, now, reason, number)
    return numbers


def _bury(connection: sqlite3.Connection, now: float, reason: str, seq: int) -> None:
    connection.execute(_BURY, (now, storable(reason), seq))
    _end(connection, now, [seq])


def _end(connection: sqlite3.Connection, now: float, seqs: Sequence[int]) -> None:
    for chunk in _chunks(seqs):
        connection.execute(_DONE % ", ".join("?" * len(chunk)), [now, *chunk])


def _chunks(rows: Sequence[Some]) -> Iterator[Sequence[Some]]:
    """Cut rows into pieces of few different lengths, so that there are few different statements."""
    begin = 0
    for length in CHUNKS:
        while len(rows) - begin >= length:
            yield rows[begin : begin + length]
            begin += length


def recover(connection: sqlite3.Connection, kept: Mapping[int, InWork]) -> None:
    """Write what was kept outside of the file of rows that were in work when the process ended."""
    answers = [(each.answer or None, seq) for seq, each in kept.items() if each.answer is not None]
    connection.executemany(_ANSWER, answers)
    connection.executemany(_SENT_OF_KEPT, [(each.sent, seq) for seq, each in kept.items() if each.sent])
    _end(connection, time.time(), [seq for seq, each in kept.items() if each.done])


def count_deaths(connection: sqlite3.Connection, started: Sequence[int], most: int) -> Sequence[tuple[int, str]]:
    """Count a death for each row that was started; set those aside that more than `most` have followed.

    Give the ids of these, each with the reason.
    """
    connection.executemany(_DIED, [(seq,) for seq in started])
    killers = connection.execute(
        f"SELECT seq, id FROM updates WHERE state < {DONE} AND state = {WAITING} AND deaths > ?", (most,)
    ).fetchall()
    reason = f"the process has died {most + 1} times while it ran"
    for seq, _ in killers:
        _bury(connection, time.time(), reason, seq)
    return [(update_id, reason) for _, update_id in killers]


def renew_key(connection: sqlite3.Connection) -> int:
    """Give the file another key, so that what was noted for the one before is no more heeded."""
    new = secrets.randbits(62)
    connection.execute("UPDATE facts SET value = ? WHERE name = 'key'", (new,))
    return new


def raise_dead(connection: sqlite3.Connection, bot: int, most: int) -> Sequence[Row]:
    """Bring back dead letters of a bot that somebody has marked to be retried, behind all others, and give them.

    One whose id an update has that waits is left for later: Telegram may begin its ids anew after a quiet week.
    """
    last = _last(connection)
    for (seq,) in connection.execute(_MARKED, (bot, most)).fetchall():
        connection.execute(_RAISE, (seq,))
        connection.execute("DELETE FROM dead WHERE seq = ?", (seq,))
    return draw(connection, bot, last, most)


def dead_letters(connection: sqlite3.Connection) -> tuple[int, int]:
    """Count the dead letters, and those that somebody has marked to be retried."""
    dead, marked = connection.execute("SELECT count(*), count(*) FILTER (WHERE retry = 1) FROM dead").fetchone()
    return dead, marked


def forget_done(connection: sqlite3.Connection, before: float, after: int, page: int) -> int | None:
    """Delete what was done before this time from the next rows behind `after`; give where to go on, None at the end.

    That is where nothing has been done so long ago; what waits, such as for another bot, is passed over.
    """
    rows = connection.execute(_OLDEST, (DONE, before, after, page)).fetchall()
    expired = [seq for seq, done, is_old in rows if done and is_old]
    connection.executemany("DELETE FROM updates WHERE seq = ?", [(seq,) for seq in expired])
    at_the_end = len(rows) < page or (any(done for _, done, _ in rows) and not expired)
    return None if at_the_end else rows[-1][0]


def forget_dead(connection: sqlite3.Connection, before: float) -> None:
    """Delete dead letters that were set aside before this time."""
    connection.execute("DELETE FROM dead WHERE ended < ?", (before,))


def draw(connection: sqlite3.Connection, bot: int, after: int, limit: int) -> Sequence[Row]:
    """Read the first rows of a bot behind `after` that are not done."""
    return list(_rows(connection.execute(_DRAW, (bot, after, limit))))


def fetch(connection: sqlite3.Connection, seqs: Sequence[int]) -> Sequence[Row]:
    """Read the rows of these numbers that are not done, in order."""
    return list(_rows(connection.execute(_FETCH % ", ".join("?" * len(seqs)), seqs)))


def first(connection: sqlite3.Connection, bot: int, deaths: int) -> Sequence[Row]:
    """Read the rows of a bot that are answered, and those that so many deaths have followed, in order."""
    return list(_rows(connection.execute(_FIRST, (bot, deaths))))


def counts(connection: sqlite3.Connection, bot: int) -> tuple[int, int, int, int]:
    """Count what waits for a bot, what waits for others, and dead letters; give the last number of all rows too."""
    ours, others = connection.execute(
        f"SELECT count(*) FILTER (WHERE bot = ?1), count(*) FILTER (WHERE bot <> ?1) FROM updates WHERE state < {DONE}",
        (bot,),
    ).fetchone()
    (dead,) = connection.execute("SELECT count(*) FROM dead").fetchone()
    return ours, others, dead, _last(connection)


def key(connection: sqlite3.Connection) -> int:
    """Give what tells this file from any other."""
    return int(connection.execute("SELECT value FROM facts WHERE name = 'key'").fetchone()[0])


def _read(body: str) -> Any:
    """Read an update as it was written; Python's own words for numbers that are none are no JSON."""
    try:
        return read_json(body.encode())
    except ValueError:
        return json.loads(body)


def _last(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM updates").fetchone()[0])


def _rows(cursor: sqlite3.Cursor) -> Iterator[Row]:
    for seq, body, at, redelivered, deaths, state, reply, sent in cursor.fetchall():
        try:
            update = _read(body)
        except ValueError:
            yield Row(seq, {}, f"row {seq}", at, unreadable=True)
            continue
        row = Row(seq, update, lane_key(update), at, bool(redelivered), deaths, state == ANSWERED, sent=sent)
        try:
            row.reply = load(reply) if reply is not None else None
        except ValueError as error:  # as another version of pluggram wrote it
            logger.error("update %s: its answer cannot be read, and it is answered again: %s", row.update_id, error)
            row.answered, row.redelivered, row.sent = False, True, 0
        yield row
