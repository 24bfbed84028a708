"""An inbox that is damaged is set aside, loudly, and what can be read of it is kept."""

import os
from pathlib import Path
from typing import Any

import pytest

from pluggram.intake.sqlite_inbox import SqliteInbox

BOT = 42


def message(update_id: int) -> dict[str, Any]:
    return {"update_id": update_id, "message": {"chat": {"id": 7}, "text": "x" * 200}}


async def filled(folder: Path, count: int = 2000) -> Path:
    async with SqliteInbox(folder, BOT, 10**6) as inbox:
        await inbox.receive([message(number) for number in range(count)])
    return folder / "inbox.db"


def set_aside(folder: Path) -> list[Path]:
    return list(folder.glob("*corrupt*"))


async def waiting(folder: Path) -> int:
    async with SqliteInbox(folder, BOT, 10**6) as inbox:
        assert await inbox.receive([message(10**6)])
        return inbox.waiting - 1


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\x00" + os.urandom(5000)])
async def test_a_file_that_is_no_database_is_set_aside(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (await filled(tmp_path)).write_bytes(content)
    assert await waiting(tmp_path) == 0
    (aside,) = set_aside(tmp_path)
    assert aside.read_bytes() == content
    assert f"It was set aside as {aside.name}" in caplog.text


async def test_what_can_be_read_of_a_file_with_a_damaged_page_is_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = await filled(tmp_path)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xff" * 4096
    path.write_bytes(content)
    assert 100 < await waiting(tmp_path) < 2000
    assert "waiting updates that could be read" in caplog.text


async def test_a_file_that_is_cut_short_is_set_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = await filled(tmp_path)
    os.truncate(path, path.stat().st_size // 3)
    await waiting(tmp_path)
    assert len(set_aside(tmp_path)) == 1
    assert "is damaged" in caplog.text


async def test_a_file_that_became_empty_is_set_aside_with_its_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = await filled(tmp_path, 10)
    os.truncate(path, 0)
    (tmp_path / "inbox.db-wal").write_bytes(b"what was not in the file yet")
    await waiting(tmp_path)
    assert len(set_aside(tmp_path)) == 2
    assert "is empty, and was not when it was last used" in caplog.text


async def test_a_sound_file_is_left_as_it_is(tmp_path: Path) -> None:
    await filled(tmp_path, 10)
    assert await waiting(tmp_path) == 10
    assert not set_aside(tmp_path)
