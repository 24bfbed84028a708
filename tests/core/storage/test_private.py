"""What people wrote is for the bot's user alone, wherever the umask would let others read it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from pluggram.intake.sqlite_inbox import SqliteInbox
from pluggram.storage import open_backend
from pluggram.storage.private import make_file, make_folder


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("url", ["sqlite:bot.db", "json:data", "sqlite:deep/below/bot.db"])
async def test_all_that_a_storage_makes_is_for_one_user(url: str, tmp_path: Path) -> None:
    data = tmp_path / "share" / "bot"
    backend = await open_backend(url, data)
    await backend.put("links", "0001", "https://example.org")
    await backend.put("links", "0001", "https://example.org/2")
    made = {path: mode(path) for path in (data.parent, *data.parent.rglob("*"))}
    await backend.close()
    assert len(made) >= 4
    assert {path: bits for path, bits in made.items() if bits != (0o700 if path.is_dir() else 0o600)} == {}


async def test_so_is_the_inbox(tmp_path: Path) -> None:
    async with SqliteInbox(tmp_path / "bot", 1, 10, lambda update_id, reason: None) as inbox:
        await inbox.receive([{"update_id": 1, "message": {"text": "private"}}])
        made = {path.name: mode(path) for path in (tmp_path / "bot").iterdir()}
    assert len(made) >= 3
    assert set(made.values()) == {0o600}
    assert mode(tmp_path / "bot") == 0o700


def test_what_is_there_stays_as_it_is(tmp_path: Path) -> None:
    folder, file = tmp_path / "shared", tmp_path / "shared" / "bot.db"
    folder.mkdir(mode=0o750)
    file.write_bytes(b"x")
    file.chmod(0o640)
    make_folder(folder)
    make_file(file)
    assert (mode(folder), mode(file), file.read_bytes()) == (0o750, 0o640, b"x")


def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    with pytest.raises(OSError, match="x"):
        make_folder(tmp_path / "x")
    with pytest.raises(OSError, match="x"):
        make_folder(tmp_path / "x" / "y")
