"""The SQLite file: several processes, crashes, full disks, files that are not ours. The verbs are in the contract."""

# ruff: noqa: ASYNC240 - the tests may wait on their own event loop

import asyncio
import itertools
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from pluggram.storage import StorageError, sqlite_file
from pluggram.storage.sqlite import AT_ONCE, SqliteBackend

COUNT = """
import asyncio, sys
from pathlib import Path
from pluggram.storage.sqlite import SqliteBackend

async def main(path, times):
    backend = SqliteBackend(Path(path))
    await backend.open()
    async with backend:
        for _ in range(int(times)):
            _, new = await backend.update("links", "n", lambda n: (n or 0) + 1)
            print(new, flush=True)

asyncio.run(main(*sys.argv[1:]))
"""

FILL = """
import asyncio, json, resource, sys
from pathlib import Path
from pluggram.storage import StorageError
from pluggram.storage.sqlite import SqliteBackend

async def main(path):
    backend = SqliteBackend(Path(path))
    await backend.open()
    async with backend:
        await backend.put("links", "a", "old")
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
        puts = (backend.put("links", key, "x" * 300_000) for key in "abc")
        outcomes = await asyncio.gather(*puts, return_exceptions=True)
        print(json.dumps([isinstance(outcome, StorageError) and str(outcome) for outcome in outcomes]))
        print(json.dumps(await backend.items("links")))

asyncio.run(main(sys.argv[1]))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bot.db"


@pytest.fixture
async def backend(path: Path) -> AsyncIterator[SqliteBackend]:
    backend = SqliteBackend(path)
    await backend.open()
    async with backend:
        yield backend


def start(script: str, *arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


async def test_four_processes_that_open_a_new_file_count_to_1200_and_a_reader_sees_it(path: Path) -> None:
    processes = [start(COUNT, path, 300) for _ in range(4)]
    backend = SqliteBackend(path)
    await backend.open()
    async with backend:
        for process in processes:
            output, errors = await asyncio.to_thread(process.communicate)
            assert (process.returncode, errors) == (0, "")
            last = int(output.split()[-1])
            seen = await backend.get("links", "n")
            assert isinstance(seen, int)
            assert seen >= last
        assert seen == 1200


async def test_what_another_process_wrote_is_seen_at_once(path: Path, backend: SqliteBackend) -> None:
    for number in range(1, 4):
        assert await backend.get("links", "n") == (number - 1 or None)
        process = start(COUNT, path, 1)
        await asyncio.to_thread(process.communicate)
        assert await backend.get("links", "n") == number
        assert await backend.items("links") == [("n", number)]


async def test_reads_never_wait_for_a_writer(path: Path, backend: SqliteBackend) -> None:
    await backend.put("links", "a", "old")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        write = asyncio.create_task(backend.put("links", "a", "new"))
        await asyncio.sleep(0)
        assert await backend.get("links", "a") == "old"
        assert await backend.items("links") == [("a", "old")]
        other.execute("ROLLBACK")
    await write
    assert await backend.get("links", "a") == "new"


async def test_a_value_and_a_few_are_read_without_giving_way(backend: SqliteBackend) -> None:
    await backend.put_many("links", {f"{number:04}": number for number in range(100)})
    for reading in (backend.get("links", "0042"), backend.items("links", after="0041", limit=AT_ONCE)):
        with pytest.raises(StopIteration):
            reading.send(None)


async def test_a_page_costs_the_same_wherever_it_begins_and_however_many_values_there_are(
    backend: SqliteBackend,
) -> None:
    async def steps(reading: Coroutine[None, None, Sequence[object]]) -> int:
        assert backend._connections
        taken = itertools.count()
        for connection in (backend._connections.point.connection, backend._connections.pages):
            connection.set_progress_handler(lambda: next(taken) < 0, 1)
        assert await reading
        return next(taken)

    await backend.put_many("links", {f"{number:04}": number for number in range(10)})
    few, named = await steps(backend.items("links", limit=5)), await steps(backend.namespaces())
    await backend.put_many("links", {f"{number:04}": number for number in range(5000)})
    for prefix, after in (("", None), ("", "0001"), ("", "4990"), ("4", None), ("4", "4990")):
        assert await steps(backend.items("links", prefix, after, limit=5)) <= few + 3
    assert await steps(backend.namespaces()) <= named


async def test_a_writer_that_never_ends_is_reported(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.05)
    backend = SqliteBackend(path)
    await backend.open()
    async with backend:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageError, match="another process has been writing to it for too long"):
                await backend.put("links", "a", 1)
            with pytest.raises(StorageError, match=r"bot\.db: database is locked"):
                await SqliteBackend(path).open()
        await backend.put("links", "a", 2)


def test_a_full_disk_tells_every_caller_and_the_old_values_stand(path: Path) -> None:
    output, errors = start(FILL, path).communicate()
    assert errors == ""
    failures, items = output.splitlines()
    assert failures.count("the disk") == 3, failures
    assert failures.count("bot.db") == 3, failures
    assert items == '[["a", "old"]]'


def test_after_kill_9_nothing_acknowledged_is_lost(path: Path) -> None:
    last = 0
    for reads in range(1, 11):
        process = start(COUNT, path, 1_000_000)
        assert process.stdout
        for _ in range(reads):
            last = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        rest, _ = process.communicate()
        last = int(rest.split()[-2]) if rest.count("\n") > 1 else last
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            (count,) = connection.execute("SELECT value FROM entries").fetchone()
        assert int(count) >= last


@pytest.mark.parametrize("content", [b"{}", b"x" * 10_000, b"SQLite format 3\x00" + b"x" * 8_000])
async def test_a_file_that_is_no_database_is_named_and_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StorageError, match=r"bot\.db is damaged: .*move it away"):
        await SqliteBackend(path).open()
    assert path.read_bytes() == content


async def test_a_page_that_is_damaged_while_the_bot_runs_is_an_error_and_not_an_absent_value(path: Path) -> None:
    backend = SqliteBackend(path)
    await backend.open()
    async with backend:
        await backend.put_many("links", {f"{number:04}": "x" * 100 for number in range(1000)})
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with path.open("r+b") as file:
            file.seek(4096 * 2)
            file.write(b"\xff" * 4096 * 10)
        with pytest.raises(StorageError, match=r"bot\.db: .*it is damaged: start again, which sets it aside"):
            await backend.items("links")


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("PRAGMA user_version = 2", "written by a newer pluggram .schema 2, this one knows 1.: upgrade"),
        ("PRAGMA application_id = 7", "a SQLite database of another program"),
    ],
)
async def test_a_file_this_version_does_not_know_is_refused(path: Path, statement: str, message: str) -> None:
    first = SqliteBackend(path)
    await first.open()
    await first.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
    with pytest.raises(StorageError, match=message):
        await SqliteBackend(path).open()


async def test_the_database_of_another_program_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    with pytest.raises(StorageError, match="a SQLite database of another program: set another"):
        await SqliteBackend(path).open()


async def test_an_empty_file_is_begun_anew_and_said(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.touch()
    backend = SqliteBackend(path)
    await backend.open()
    await backend.close()
    assert backend.notices == [f"{path} was an empty file: it is begun anew, without any values"]
    assert [record.message for record in caplog.records] == backend.notices


async def test_writes_to_a_file_that_was_moved_are_refused(path: Path, backend: SqliteBackend) -> None:
    await backend.put("links", "a", 1)
    path.rename(path.with_name("elsewhere.db"))
    with pytest.raises(StorageError, match="moved or replaced while it was in use"):
        await backend.put("links", "a", 2)


async def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file" / "bot.db", tmp_path):
        with pytest.raises(StorageError, match=str(path)):
            await SqliteBackend(path).open()


async def test_every_commit_is_synchronous_and_logged_ahead(path: Path) -> None:
    with closing(sqlite_file.connect_writer(path)) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_writes_that_wait_share_a_commit(path: Path, backend: SqliteBackend) -> None:
    def frames() -> int:
        return path.with_name("bot.db-wal").stat().st_size

    await backend.put("links", "a", 0)
    before = frames()
    await backend.put("links", "a", 1)
    alone = frames() - before
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writes = [asyncio.create_task(backend.put("links", "a", number)) for number in range(50)]
        await asyncio.sleep(0)
        other.execute("ROLLBACK")
    await asyncio.gather(*writes)
    assert frames() - before <= 3 * alone
    assert await backend.get("links", "a") == 49


async def test_a_value_that_is_no_json_fails_only_who_wants_to_change_it(path: Path, backend: SqliteBackend) -> None:
    await backend.put("links", "a", 1)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE entries SET value = '{broken'")
        connection.commit()
    outcomes = await asyncio.gather(
        backend.update("links", "a", lambda old: old),
        backend.update_together({"links": ["a"]}, lambda old: old),
        backend.update("links", "b", lambda old: 2),
        return_exceptions=True,
    )
    assert ["a stored value is not JSON" in str(outcome) for outcome in outcomes] == [True, True, False]
    assert await backend.get("links", "b") == 2


async def test_those_who_share_a_commit_are_woken_together(
    backend: SqliteBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, woken = asyncio.get_running_loop(), []
    wake = loop.call_soon_threadsafe
    monkeypatch.setattr(loop, "call_soon_threadsafe", lambda *call, **named: woken.append(wake(*call, **named)))
    await asyncio.gather(*(backend.put("links", f"{number}", number) for number in range(50)))
    assert len(woken) == 1


async def test_a_name_too_long_for_a_file_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="File name too long"):
        await SqliteBackend(tmp_path / ("a" * 5000)).open()
