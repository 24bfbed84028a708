"""A large SQLite file is not looked through before the bot starts if it was closed soundly: it is soon after."""

# ruff: noqa: ASYNC110, ASYNC221, ASYNC240 - the tests may wait on their own event loop

import asyncio
import logging
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from pluggram.storage import StorageError, sqlite_file, sqlite_sound
from pluggram.storage.sqlite import SqliteBackend
from pluggram.storage.sqlite_backup import beside
from tests.core.storage.test_sqlite_rescue import VALUES, WRITE_AND_DIE, closed_with_backup, overwritten


@pytest.fixture
async def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that counts as large, closed soundly, with a backup beside it."""
    monkeypatch.setattr(sqlite_sound, "LARGE", 0)
    path = await closed_with_backup(tmp_path / "bot.db")
    assert beside(path, ".sound").exists()
    return path


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Each look through a file before it is open is one more in the list."""
    seen: list[Path] = []
    check = sqlite_file.check

    def watched(connection: sqlite3.Connection, path: Path) -> None:
        seen.append(path)
        check(connection, path)

    monkeypatch.setattr(sqlite_file, "check", watched)
    return seen


def damage(path: Path) -> None:
    """Lose a page as a disk does, which leaves no later time on the file."""
    status = path.stat()
    content = overwritten(3, b"\0")(path.read_bytes())
    with path.open("r+b") as file:
        file.write(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.fixture
async def damaged(path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SqliteBackend]:
    """A backend that was opened on a file that has lost a page."""
    damage(path)
    backend = SqliteBackend(path)
    await backend.open()
    async with backend:
        assert backend.notices == []
        yield backend


async def healed(path: Path) -> bool:
    """Whether the next opening sets the file aside and takes its backup."""
    backend = SqliteBackend(path)
    await backend.open()
    async with backend:
        assert dict(await backend.items("links")) == VALUES
        return any("bot.db.bak is used" in notice for notice in backend.notices)


async def test_a_file_that_was_closed_soundly_opens_without_a_look(path: Path, looks: list[Path]) -> None:
    for _ in range(2):
        assert not await healed(path)
    assert looks == []


async def test_a_small_file_is_looked_through_and_has_no_mark(
    path: Path, looks: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_sound, "LARGE", path.stat().st_size)
    assert not await healed(path)
    assert not await healed(path)
    assert len(looks) == 1
    assert not beside(path, ".sound").exists()


async def test_a_file_whose_process_has_died_is_looked_through(path: Path, looks: list[Path]) -> None:
    assert subprocess.run([sys.executable, "-c", WRITE_AND_DIE, path]).returncode == -signal.SIGKILL
    beside(path, ".sound").touch()  # as a disk leaves a mark whose writing was cut short
    backend = SqliteBackend(path)
    await backend.open()
    await backend.close()
    assert looks == [path]


async def test_a_file_that_something_else_has_written_is_looked_through(path: Path, looks: list[Path]) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM entries WHERE key = 'absent'")
    os.utime(path, (1, 1))
    assert not await healed(path)
    assert looks == [path]


async def test_a_folder_that_moves_to_another_disk_keeps_its_mark(
    path: Path, tmp_path: Path, looks: list[Path]
) -> None:
    moved = shutil.copytree(tmp_path, tmp_path.with_name(f"{tmp_path.name} moved"))
    assert not await healed(moved / path.name)
    assert looks == []


async def test_a_mark_that_is_none_counts_for_nothing(path: Path, looks: list[Path]) -> None:
    for content in (b"", b"\xff", b"1 2 3"):
        beside(path, ".sound").write_bytes(content)
        assert not await healed(path)
    beside(path, ".sound").unlink()
    beside(path, ".sound").mkdir()
    assert not await healed(path)
    assert len(looks) == 4


async def test_while_another_process_has_the_file_open_closing_leaves_no_mark(path: Path) -> None:
    first, second = SqliteBackend(path), SqliteBackend(path)
    await first.open()
    await second.open()
    await second.put("links", "a", 1)
    await second.close()
    assert not beside(path, ".sound").exists()
    await first.close()
    assert beside(path, ".sound").exists()


async def test_a_page_that_the_disk_has_lost_is_told_soon_after_the_start(
    path: Path, damaged: SqliteBackend, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert damaged._connections
    damaged._connections.look._begin.set()  # the pause is over
    while not damaged.notices:
        await asyncio.sleep(0)
    assert [(record.levelno, record.message) for record in caplog.records] == [(logging.ERROR, damaged.notices[0])]
    assert damaged.notices[0].startswith(f"{path} is damaged: ")
    assert "start again, which looks for a good backup" in damaged.notices[0]
    with pytest.raises(StorageError, match="is damaged"):
        await damaged.probe()
    await damaged.close()
    assert await healed(path)


async def test_who_asks_for_a_look_learns_of_the_damage(damaged: SqliteBackend, path: Path) -> None:
    with pytest.raises(StorageError, match=r"bot\.db is damaged"):
        await damaged.look_through()
    await damaged.close()
    assert await healed(path)


async def test_a_look_through_a_sound_file_tells_nothing(path: Path, looks: list[Path]) -> None:
    backend = SqliteBackend(path)
    await backend.open()
    async with backend:
        await backend.look_through()
        await backend.probe()
        assert backend.notices == []
    assert not await healed(path)
    assert looks == []


async def test_damage_that_a_read_or_a_write_has_met_is_healed_by_the_next_start(path: Path) -> None:
    for verb in ("read", "write"):
        damage(path)
        backend = SqliteBackend(path)
        await backend.open()
        async with backend:
            with pytest.raises(StorageError, match="it is damaged: start again"):
                await (backend.items("links") if verb == "read" else backend.put_many("links", dict.fromkeys(VALUES)))
        assert await healed(path)


async def test_who_has_met_damage_takes_away_the_mark_that_another_process_has_left(path: Path) -> None:
    first, second = SqliteBackend(path), SqliteBackend(path)
    await first.open()
    await second.open()
    damage(path)
    await second.close()
    assert beside(path, ".sound").exists()
    with pytest.raises(StorageError, match="it is damaged: start again"):
        await first.items("links")
    await first.close()
    assert await healed(path)


async def test_the_end_of_the_bot_does_not_wait_for_the_look(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_sound, "LOOK_SECONDS", 3600.0)
    backend = SqliteBackend(path)
    await backend.open()
    await asyncio.wait_for(backend.close(), 5)
    assert beside(path, ".sound").exists()
