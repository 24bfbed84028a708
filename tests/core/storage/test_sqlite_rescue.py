"""A SQLite file that is damaged, empty or gone when the bot starts: loud, set aside, the last good backup used."""

# ruff: noqa: ASYNC220, ASYNC221, ASYNC240 - the tests may wait on their own event loop

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pluggram.storage import Json, StorageError, StorageLocked
from pluggram.storage.sqlite import SqliteBackend
from pluggram.storage.sqlite_backup import beside

VALUES: dict[str, Json] = {f"{number:04}": "x" * 100 for number in range(300)}
PAGE = 4096

HOLD = """
import asyncio, sys
from pathlib import Path
from pluggram.storage.sqlite import SqliteBackend

async def main():
    backend = SqliteBackend(Path(sys.argv[1]))
    await backend.open()
    print("open", flush=True)
    sys.stdin.read()
    await backend.close()

asyncio.run(main())
"""

WRITE_AND_DIE = """
import asyncio, os, signal, sys
from pathlib import Path
from pluggram.storage.sqlite import SqliteBackend

async def main():
    backend = SqliteBackend(Path(sys.argv[1]))
    await backend.open()
    await backend.put("links", "last", 1)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    return await closed_with_backup(tmp_path / "bot.db")


async def closed_with_backup(path: Path) -> Path:
    """Make a file of twelve pages that was closed, and its backup."""
    backend = SqliteBackend(path)
    await backend.open()
    async with backend:
        await backend.put_many("links", VALUES)
        assert backend._connections
        backend._connections.backups.look()
    return path


async def reopened(path: Path) -> tuple[dict[str, Json], list[str]]:
    backend = SqliteBackend(path)
    await backend.open()
    async with backend:
        found = dict(await backend.items("links"))
        await backend.put("links", "after", 1)
        assert await backend.get("links", "after") == 1
    return found, backend.notices


def truncated(to: int) -> Callable[[bytes], bytes]:
    return lambda content: content[:to]


def overwritten(page: int, by: bytes) -> Callable[[bytes], bytes]:
    return lambda content: content[: page * PAGE] + by * PAGE + content[(page + 1) * PAGE :]


FLAWS: dict[str, Callable[[bytes], bytes]] = {
    "empty": truncated(0),
    "half a header": truncated(50),
    "half": truncated(5 * PAGE + 100),
    "the last page is missing": lambda content: content[:-PAGE],
    "no header": overwritten(0, b"\0"),
    "a page of zeros": overwritten(3, b"\0"),
    "a page of noise": overwritten(3, b"\xa5"),
    "not a database": lambda _: b"{}",
    "50 MB of zeros": lambda _: bytes(50_000_000),
    "JSON": lambda _: b'{"links": {"0001": "https://example.org"}}' * 200,
}


@pytest.mark.parametrize("flaw", FLAWS)
async def test_a_damaged_file_is_set_aside_and_its_backup_used_loudly(
    path: Path, flaw: str, caplog: pytest.LogCaptureFixture
) -> None:
    damaged = FLAWS[flaw](path.read_bytes())
    path.write_bytes(damaged)
    path.chmod(0o640)
    found, notices = await reopened(path)
    assert found == VALUES
    (aside,) = path.parent.glob("bot.db.corrupt-*")
    assert aside.read_bytes() == damaged
    (record,) = caplog.records
    assert (record.levelname, [record.message]) == ("ERROR", notices)
    assert f"It was set aside as {aside.name}; its last good version bot.db.bak is used" in record.message
    assert await reopened(path) == ({**VALUES, "after": 1}, [])


@pytest.mark.parametrize(
    ("flaw", "backup"),
    [(flaw, "none") for flaw in FLAWS if flaw != "empty"]
    + [("half", backup) for backup in ("empty", "damaged", "of another program")],
)
async def test_without_a_good_backup_the_bot_does_not_start_and_all_is_left_alone(
    path: Path, flaw: str, backup: str
) -> None:
    bak = beside(path, ".bak")
    if backup == "damaged":
        bak.write_bytes(bak.read_bytes()[: 3 * PAGE])
    else:
        bak.unlink()
    if backup == "empty":
        bak.touch()
    if backup == "of another program":
        with closing(sqlite3.connect(bak)) as connection:
            connection.execute("CREATE TABLE theirs (a)")
    damaged = FLAWS[flaw](path.read_bytes())
    path.write_bytes(damaged)
    for _ in range(2):
        with pytest.raises(StorageError, match=r"bot\.db is .* no good backup bot\.db\.bak beside it: .*move it away"):
            await reopened(path)
    assert path.read_bytes() == damaged
    assert not list(path.parent.glob("*corrupt*"))


async def test_wherever_the_file_ends_it_is_never_taken_for_a_smaller_one(path: Path) -> None:
    whole = path.read_bytes()
    for size in range(0, len(whole), PAGE // 2):
        path.write_bytes(whole[:size])
        beside(path, "-wal").unlink(missing_ok=True)
        found, notices = await reopened(path)
        assert (found, len(notices)) == (VALUES, 1), size


async def test_whichever_page_is_lost_it_is_never_taken_for_no_values(path: Path) -> None:
    whole = path.read_bytes()
    for page in range(len(whole) // PAGE):
        path.write_bytes(overwritten(page, b"\0")(whole))
        assert (await reopened(path))[0] == VALUES, page


async def test_the_log_of_a_damaged_file_is_set_aside_with_it(path: Path) -> None:
    assert subprocess.run([sys.executable, "-c", WRITE_AND_DIE, path]).returncode == -signal.SIGKILL
    log = beside(path, "-wal").read_bytes()
    assert log
    path.write_bytes(b"")
    found, notices = await reopened(path)
    assert found == VALUES
    assert f"{path} is empty, and was not when it was last used. It was set aside" in notices[0]
    (aside,) = path.parent.glob("bot.db.corrupt-*-wal")
    assert aside.read_bytes() == log


async def test_a_damaged_file_that_another_process_has_open_is_not_replaced_under_it(path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"open\n"
        with path.open("r+b") as file:
            file.seek(3 * PAGE)
            file.write(bytes(PAGE))
        with pytest.raises(StorageLocked, match="is damaged, and another process has it open: stop that one first"):
            await reopened(path)
        assert not list(path.parent.glob("*corrupt*"))
        holder.communicate()
    assert (await reopened(path))[0] == VALUES


async def test_a_file_that_was_taken_away_is_taken_at_its_word_and_its_backup_kept(path: Path) -> None:
    backup = beside(path, ".bak").read_bytes()
    path.unlink()
    beside(path, "-wal").write_bytes(b"log")
    found, notices = await reopened(path)
    assert found == {}
    (kept,) = path.parent.glob("bot.db.removed-*")
    assert kept.read_bytes() == backup
    assert [log.read_bytes() for log in path.parent.glob("bot.db-wal.removed-*")] == [b"log"]
    assert f"{path} was taken away, and its values with it; what lay beside it is kept as {kept.name} and" in notices[0]


async def test_a_link_to_the_file_stays_a_link(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "link.db"
    link.parent.mkdir()
    link.symlink_to(path)
    path.write_bytes(path.read_bytes()[:PAGE])
    found, _ = await reopened(link)
    assert found == VALUES
    assert link.is_symlink()
    assert sorted(each.name for each in link.parent.iterdir()) == ["link.db"]


async def test_a_backup_that_was_cut_short_is_removed(path: Path) -> None:
    beside(path, ".bak.tmp").write_bytes(b"half")
    await reopened(path)
    assert sorted(each.name for each in path.parent.iterdir()) == ["bot.db", "bot.db.bak"]


async def test_on_a_file_system_without_links_a_copy_is_set_aside(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", refuse)
    path.write_bytes(b"{}")
    assert (await reopened(path))[0] == VALUES
    assert [aside.read_bytes() for aside in path.parent.glob("*corrupt*")] == [b"{}"]
