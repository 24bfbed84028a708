"""The words for people in chat that a failure of the storage has, wherever in the chain of causes it began."""

import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pluggram import StorageError


def caused(cause: BaseException | None) -> StorageError:
    inner, outer = StorageError("/data/links.json cannot be written"), StorageError("for its caller")
    inner.__cause__, outer.__cause__ = cause, inner
    return outer


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, "its disk is full"),
        (errno.EROFS, "its disk can only be read"),
        (errno.EACCES, "it may not write its files"),
        (errno.EIO, "its disk fails"),
        (errno.ELOOP, ""),
    ],
)
def test_the_reason_is_what_the_system_said(number: int, reason: str) -> None:
    assert caused(OSError(number, "in the words of the system", "/data/links.json")).reason == reason


def test_the_reason_is_what_sqlite_said(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    path.write_bytes(b"x" * 1000)
    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.Error) as no_database:
        connection.execute("SELECT * FROM t")
    assert caused(no_database.value).reason == "its file is damaged"


@pytest.mark.parametrize("cause", [None, ValueError("not JSON")])
def test_a_failure_without_such_a_cause_has_no_reason(cause: BaseException | None) -> None:
    assert caused(cause).reason == ""
