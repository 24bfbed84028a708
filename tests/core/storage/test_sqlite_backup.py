"""The backup of a SQLite file: when it is made, of what, and what may go wrong with it."""

# ruff: noqa: ASYNC110, ASYNC240 - the tests may wait on their own event loop

import asyncio
import logging
import os
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from pluggram.storage import sqlite_backup
from pluggram.storage.sqlite import SqliteBackend
from pluggram.storage.sqlite_backup import SqliteBackups, beside, is_due


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bot.db"


@pytest.fixture
async def backend(path: Path) -> AsyncIterator[SqliteBackend]:
    backend = SqliteBackend(path)
    await backend.open()
    async with backend:
        await backend.put_many("links", {f"{number:04}": "x" * 100 for number in range(500)})
        yield backend


def backups(backend: SqliteBackend) -> SqliteBackups:
    assert backend._connections
    return backend._connections.backups


def age(path: Path, seconds: float) -> None:
    moment = time.time() - seconds
    os.utime(beside(path, ".bak"), (moment, moment))


async def test_the_backup_holds_all_that_is_committed_and_is_a_storage_of_its_own(
    path: Path, backend: SqliteBackend
) -> None:
    path.chmod(0o600)
    backups(backend).look()
    assert sorted(each.name for each in path.parent.iterdir()) == ["bot.db", "bot.db-shm", "bot.db-wal", "bot.db.bak"]
    assert beside(path, ".bak").stat().st_mode & 0o777 == 0o600
    copy = SqliteBackend(path.with_name("copy.db"))
    shutil.copy(beside(path, ".bak"), path.with_name("copy.db"))
    await copy.open()
    async with copy:
        assert await copy.items("links") == await backend.items("links")


async def test_a_running_bot_makes_one_by_itself_and_its_end_does_not_wait_for_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_backup, "LOOK_SECONDS", 0.0)
    backend = SqliteBackend(path)
    await backend.open()
    async with backend:
        while not beside(path, ".bak").exists():
            await asyncio.sleep(0)
    monkeypatch.setattr(sqlite_backup, "LOOK_SECONDS", 3600.0)
    await backend.open()
    await asyncio.wait_for(backend.close(), 5)


async def test_one_is_due_when_the_file_has_changed_and_the_last_is_an_hour_old(
    path: Path, backend: SqliteBackend
) -> None:
    assert is_due(path)
    backups(backend).look()
    await backend.put("links", "a", 1)
    assert not is_due(path)
    age(path, 3601)
    assert is_due(path)
    age(path, -3601)  # the clock was set back
    await backend.put("links", "a", 2)
    assert not is_due(path)
    age(path, 7200)
    for file in (path, beside(path, "-wal")):
        os.utime(file, (0, 0))
    assert not is_due(path)


async def test_a_large_file_is_copied_less_often(
    path: Path, backend: SqliteBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups(backend).look()
    await backend.put("links", "a", 1)
    monkeypatch.setattr(sqlite_backup, "BYTES_AN_HOUR", max(beside(path, ".bak").stat().st_size // 4, 1))
    age(path, 4 * 3600)
    assert not is_due(path)
    age(path, 5 * 3600)
    assert is_due(path)
    monkeypatch.setattr(sqlite_backup, "BYTES_AN_HOUR", 1)
    age(path, 24 * 3600)
    assert is_due(path)


async def test_a_file_that_has_grown_by_much_waits_no_longer_than_it_would_have(
    path: Path, backend: SqliteBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups(backend).look()
    monkeypatch.setattr(sqlite_backup, "BYTES_AN_HOUR", beside(path, ".bak").stat().st_size + 1)
    await backend.put_many("links", {f"{number:05}": "x" * 100 for number in range(10_000)})
    age(path, 3601)
    assert is_due(path)


async def test_what_goes_wrong_is_told_once_and_so_is_its_end(
    path: Path, backend: SqliteBackend, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    blocked = beside(path, ".bak")
    (blocked / "in the way").mkdir(parents=True)
    os.utime(blocked, (0, 0))
    for _ in range(3):
        backups(backend).look()
    (blocked / "in the way").rmdir()
    blocked.rmdir()
    backups(backend).look()
    problem, mended = caplog.records
    assert (problem.levelno, mended.levelno) == (logging.ERROR, logging.INFO)
    assert problem.message.startswith(f"{blocked} cannot be written: ")
    assert backend.notices == [problem.message]
    assert mended.message == f"{path} has a backup again"
    assert not beside(path, ".bak.tmp").exists()


async def test_the_backup_is_not_what_fills_the_disk(
    path: Path, backend: SqliteBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_backup, "ROOM", shutil.disk_usage(path.parent).free)
    backups(backend).look()
    assert backend.notices == [
        f"{beside(path, '.bak')} cannot be written: the disk has too little room for it: make room"
    ]
    assert not beside(path, ".bak").exists()


async def test_a_damaged_file_never_replaces_a_good_backup(path: Path, backend: SqliteBackend) -> None:
    backups(backend).look()
    good = beside(path, ".bak").read_bytes()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 4] = bytes(4096)
    path.write_bytes(content)
    age(path, 3601)
    backups(backend).look()
    assert beside(path, ".bak").read_bytes() == good
    assert "bot.db.bak cannot be written: " in backend.notices[0]
    assert "it is damaged: start again, which sets it aside" in backend.notices[0]
