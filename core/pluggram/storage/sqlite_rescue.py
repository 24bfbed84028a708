"""What is done at the start about a SQLite file that is damaged, empty or gone."""

import contextlib
import os
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

from pluggram.storage.atomic_file import aside_name, copy_file
from pluggram.storage.errors import StorageError, StorageLocked
from pluggram.storage.sqlite_backup import beside
from pluggram.storage.sqlite_file import ENTRIES, Damaged, check

_SHARED_FIRST, _SHARED_SIZE = 0x40000002, 510
"""The bytes of the file that every connection, of whatever process, has a lock on (SQLite, os.h, SHARED_FIRST)."""


def look_before_opening(path: Path) -> list[str]:
    """Look at the file before SQLite does, which would begin an empty one anew and throw its log away.

    Returns what is to be told; raises Damaged, or OSError.
    """
    beside(path, ".bak.tmp").unlink(missing_ok=True)
    if not path.exists():
        return _keep_what_is_left(path)
    if path.is_file() and path.stat().st_size == 0:
        if _has_content(beside(path, "-wal")) or _has_content(beside(path, ".bak")):
            raise Damaged(f"{path} is empty, and was not when it was last used")
        return [f"{path} was an empty file: it is begun anew, without any values"]
    return []


def restore(path: Path, damaged: Damaged) -> str:
    """Set the file aside and put its last good backup in its place; returns what is to be told.

    Raises StorageError when there is none, StorageLocked when another process has the file open, OSError.
    """
    backup, real = beside(path, ".bak"), path.resolve()
    if not _is_sound(backup):
        raise StorageError(
            f"{damaged}. There is no good backup {backup.name} beside it: put one of yours in its place, rescue what "
            "is in it with `sqlite3 FILE .recover`, or move it away to begin without its values."
        )
    aside = aside_name(real, "corrupt")
    with _alone(real):
        copy_file(backup, real, before=lambda: _set_aside(real, aside))
    return (
        f"{damaged}. It was set aside as {aside.name}; its last good version {backup.name} is used, "
        "without what was stored since: `sqlite3 FILE .recover` may find that."
    )


def set_log_aside(path: Path, aside: Path) -> None:
    """Set the write-ahead log of a file aside beside the file, which is `aside` now; raises OSError."""
    log = beside(path, "-wal")
    if log.exists():
        log.replace(aside.with_name(aside.name + "-wal"))
    beside(path, "-shm").unlink(missing_ok=True)


def _keep_what_is_left(path: Path) -> list[str]:
    kept = []
    for suffix in (".bak", "-wal"):
        left = beside(path, suffix)
        if _has_content(left):
            aside = aside_name(left.with_name(left.name.removesuffix(".bak")), "removed")
            left.replace(aside)
            kept.append(aside.name)
    said = f"{path} was taken away, and its values with it; what lay beside it is kept as {' and '.join(kept)}"
    return [f"{said}: rename the first to {path.name} to have them back"] if kept else []


def _set_aside(path: Path, aside: Path) -> None:
    try:
        os.link(path, aside)  # rather than renamed: after a crash a gap would read as "taken away"
    except OSError:  # a file system without such links
        copy_file(path, aside)
    set_log_aside(path, aside)


def _has_content(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _is_sound(backup: Path) -> bool:
    if not _has_content(backup):
        return False
    try:
        with contextlib.closing(sqlite3.connect(f"{backup.as_uri()}?immutable=1", uri=True)) as connection:
            check(connection, backup)
            (owner,) = connection.execute("PRAGMA application_id").fetchone()
    except (sqlite3.Error, Damaged):
        return False
    return bool(owner == ENTRIES.application_id)


if sys.platform == "win32":  # where a file that is open cannot be replaced

    @contextlib.contextmanager
    def _alone(path: Path) -> Iterator[None]:
        yield
else:
    import fcntl

    @contextlib.contextmanager
    def _alone(path: Path) -> Iterator[None]:
        with path.open("r+b") as file:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _SHARED_SIZE, _SHARED_FIRST)
                same = os.path.samestat(os.fstat(file.fileno()), path.stat())
            except OSError:
                same = False
            if not same:
                raise StorageLocked(
                    f"{path} is damaged, and another process has it open: stop that one first, "
                    "so that the last good backup can be put in its place"
                )
            yield
