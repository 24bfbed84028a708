"""What is done at the start about an inbox file that is damaged: what can be read of it is kept."""

import contextlib
import logging
import sqlite3
from pathlib import Path

from pluggram.intake.inbox_file import DONE, SCHEMA
from pluggram.storage.atomic_file import aside_name
from pluggram.storage.sqlite_backup import beside
from pluggram.storage.sqlite_file import Damaged, connect_sound, connect_writer
from pluggram.storage.sqlite_rescue import set_log_aside

logger = logging.getLogger("pluggram.intake")

_COLUMNS = "bot, id, state, at, body, reply, sent, redelivered, deaths"
_READ = f"SELECT {_COLUMNS} FROM updates NOT INDEXED WHERE state < {DONE} AND body IS NOT NULL"
_KEEP = f"INSERT OR IGNORE INTO updates ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


def open_sound(path: Path) -> sqlite3.Connection:
    """Open the file for writing; one that is damaged is set aside under another name, and a new one begun.

    Raises sqlite3.Error, StorageError or OSError.
    """
    try:
        if path.is_file() and path.stat().st_size == 0 and beside(path, "-wal").exists():
            raise Damaged(f"{path} is empty, and was not when it was last used")
        return connect_sound(path, SCHEMA)
    except Damaged as damaged:
        why = str(damaged)
    aside = aside_name(path, "corrupt")
    path.replace(aside)
    set_log_aside(path, aside)
    connection = connect_writer(path, SCHEMA)
    kept = _rescue(aside, connection)
    logger.error("%s. It was set aside as %s, and a new inbox is begun with the %d waiting updates that could be read",
                 why, aside.name, kept)  # fmt: skip
    return connection


def _rescue(damaged: Path, sound: sqlite3.Connection) -> int:
    """Copy what waits and can be read; a damaged page ends the reading. What was set aside stays as it is."""
    import shutil  # measured: 2 ms of the start, for what hardly ever happens
    from tempfile import TemporaryDirectory

    kept = 0
    with TemporaryDirectory(dir=damaged.parent) as folder:
        for name in (damaged.name, f"{damaged.name}-wal"):
            with contextlib.suppress(FileNotFoundError):
                shutil.copy(damaged.with_name(name), folder)
        copy = sqlite3.connect(Path(folder) / damaged.name)
        with contextlib.suppress(sqlite3.Error), contextlib.closing(copy):
            for row in copy.execute(_READ):
                kept += sound.execute(_KEEP, row).rowcount
    return kept
