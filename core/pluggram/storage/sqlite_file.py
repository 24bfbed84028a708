"""The SQLite file: how it is opened, its schema, and its errors in words."""

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pluggram.storage.errors import StorageError
from pluggram.storage.private import make_file

Result = TypeVar("Result")

BUSY_SECONDS = 5.0
"""How long a write waits for another process that writes."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What a file of ours holds. application_id: marks it as such (SQLite, PRAGMA application_id).

    elsewhere: what a person can do whose file is another program's.
    """

    application_id: int
    version: int
    statements: tuple[str, ...]
    elsewhere: str


ENTRIES = Schema(
    0x706C7567,  # "plug" in ASCII
    1,
    (
        "CREATE TABLE entries (namespace TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,"
        " PRIMARY KEY (namespace, key)) WITHOUT ROWID",
    ),
    "set another storage.url",
)
"""A bot's storage."""

_ADVICE = {
    "SQLITE_FULL": "the disk is full: make room",
    "SQLITE_BUSY": "another process has been writing to it for too long: see what else has this file open",
    "SQLITE_READONLY": "it cannot be written: check the permissions of the file and its folder",
    "SQLITE_CANTOPEN": "it cannot be opened: check the permissions of the file and its folder",
    "SQLITE_NOTADB": "it is not a SQLite database: move it away, or set another storage.url",
    "SQLITE_CORRUPT": "it is damaged: start again, which sets it aside and says what the bot goes on with",
    "SQLITE_IOERR": "the disk does not read or write as it should: check the system's log",
}


class Damaged(StorageError):
    """The file cannot be used as it is."""


def connect_writer(path: Path, schema: Schema = ENTRIES) -> sqlite3.Connection:
    """Open the file for writing, created if need be; raises sqlite3.Error or StorageError."""
    make_file(path)
    connection = _connect(path, BUSY_SECONDS)
    try:
        _begin_log(connection, path)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")  # so that of several who open a new file one makes the schema
        _prepare_schema(connection, path, schema)
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def connect_sound(path: Path, schema: Schema = ENTRIES, *, known: bool = False) -> sqlite3.Connection:
    """Open the file for writing, and look through it, unless it is known to be sound.

    Raises Damaged, sqlite3.Error or StorageError.
    """
    try:
        connection = connect_writer(path, schema)
        try:
            if not known:
                check(connection, path)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        if is_damage(error):
            raise Damaged(f"{path} is damaged: {error}") from error
        raise
    return connection


def connect_reader(path: Path, busy_seconds: float) -> sqlite3.Connection:
    """Open the file, which a writer has prepared, for reading only; any one thread at a time may use it."""
    connection = _connect(path, busy_seconds)
    connection.execute("PRAGMA query_only = ON")
    return connection


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Look through the whole file; raises Damaged or sqlite3.Error.

    It takes 0.1 s for a million links in the system's cache, and as long as reading them where they are not.
    """
    first = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    if first != "ok":
        raise Damaged(f"{path} is damaged: {first.splitlines()[-1]}")


def is_damage(error: Exception) -> bool:
    """Say whether the file itself is the cause, and not the disk, its room or another process."""
    return (getattr(error, "sqlite_errorname", None) or "").startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))


def explain(error: Exception, path: Path) -> StorageError:
    """Return the error for people that `error` means."""
    if isinstance(error, StorageError):
        return error
    name = getattr(error, "sqlite_errorname", None) or ""
    advice = next((f"; {text}" for start, text in _ADVICE.items() if name.startswith(start)), "")
    return StorageError(f"{path}: {error}{advice}")


def _connect(path: Path, busy_seconds: float) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, check_same_thread=False)


def _begin_log(connection: sqlite3.Connection, path: Path) -> None:
    (mode,) = _patiently(lambda: connection.execute("PRAGMA journal_mode = WAL").fetchone())
    if mode != "wal":
        raise StorageError(f"{path}: SQLite's write-ahead log does not work here; network shares cannot hold this file")


def _prepare_schema(connection: sqlite3.Connection, path: Path, schema: Schema) -> None:
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if owner == schema.application_id and version > schema.version:
        raise StorageError(
            f"{path}: written by a newer pluggram (schema {version}, this one knows {schema.version}): "
            "upgrade pluggram, or restore the backup made before the upgrade"
        )
    if owner != schema.application_id and (owner or version or tables):
        raise StorageError(f"{path}: a SQLite database of another program: {schema.elsewhere}")
    if owner != schema.application_id:
        for statement in schema.statements:
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {schema.application_id}")
        connection.execute(f"PRAGMA user_version = {schema.version}")


def _patiently(step: Callable[[], Result]) -> Result:
    # Where several processes open a new file at once, SQLite refuses this lock without waiting its timeout.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return step()
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
